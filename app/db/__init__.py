"""The database below every domain: base class, column types, engine."""
