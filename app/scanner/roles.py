"""What a word may be in a name, as bits."""

FAMILY, GIVEN, SEGMENT, PATRONYMIC, WHOLE, INITIAL, BEFORE, AFTER, LONE, NEAR, HEAD, HEARD, SURE = (
    1 << n for n in range(13)
)
"""What a word may be in a name. A word may be several; NEAR: a part, as it is written on record;
HEAD: the first piece of a family of several; HEARD: a part by its sound; SURE: so clearly that a slip may be looked for beside it."""
BITS = 13
