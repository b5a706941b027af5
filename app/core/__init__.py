"""Without domain words: clock, entropy, ids, errors, text, languages."""
