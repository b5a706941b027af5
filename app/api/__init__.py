"""JSON plumbing: bearer token to viewer, problem documents (RFC 9457)."""
