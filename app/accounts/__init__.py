"""Accounts: who can sign in, with which proof. An account holds no content; its vault key unlocks one's own notes only."""
