"""The outbox: letters to those who are called to a meeting, with a calendar entry in each.

Nothing leaves unread: a letter waits until somebody who may has looked at it and let it go. One letter, one person: no letter says
who else was called. Whoever was told something is written to again only when what he was told has changed. A letter is handed to the
mail server once; where it cannot be known whether the server took it, it says so and waits for somebody to look.
"""
