"""Keys, envelopes, passphrases, edit tags, and the disposable linkage store. Knows no domain and no table."""
