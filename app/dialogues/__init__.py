"""Dialogues: one process each, with its parties, people, mandates, members and invitations. Nothing leaks between two."""
