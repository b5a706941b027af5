"""What the product promises, what it does not, and how each promise is proved; for everybody, signed in or not."""
