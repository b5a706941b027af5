"""What a word may be in a name, as bits."""

FAMILY, GIVEN, SEGMENT, PATRONYMIC, WHOLE, INITIAL, BEFORE, AFTER, LONE, NEAR, HEAD = (1 << n for n in range(11))
"""What a word may be in a name. A word may be several; NEAR: a part, as it is written on record;
HEAD: the first piece of a family of several."""
