"""The identity check inside a dialogue: its registry for the scanner, what the scanner found in words for the page, and a rewording."""
