"""HTML plumbing, without domain words: sign-in cookie to viewer, forms, pages, errors, headers."""
