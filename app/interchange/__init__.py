"""One dialogue as one document: parsed and judged whole, loaded into the database, written out again."""
