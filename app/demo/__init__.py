"""The demonstration: the Six-Party Talks, with accounts for invented people. Nothing here is used by a real dialogue."""
