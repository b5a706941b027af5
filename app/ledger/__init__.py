"""The transparency log: an append-only RFC 6962 tree of what was done to a dialogue. Never a note's author, never content."""
