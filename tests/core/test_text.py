"""Text as it is kept: what misleads a reader or breaks a file is refused in words."""

import pytest
from pydantic import TypeAdapter, ValidationError

from app.core.text import CleanText, Line, clean, writable

NONCHARACTERS = [0xFDD0, 0xFDEF, *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF))]


@pytest.mark.parametrize("number", NONCHARACTERS)
def test_a_noncharacter_is_refused(number):
    with pytest.raises(ValueError, match="cannot be kept"):
        clean(f"A number{chr(number)} with a name.")


@pytest.mark.parametrize("number", [0xE0000, 0xE0001, 0xE0041, 0xE007F])
def test_letters_that_nobody_sees_are_refused(number):
    with pytest.raises(ValueError, match="nobody can see"):
        clean(f"Words{chr(number)}")


def test_their_neighbours_are_text():
    for word in ("\ufdcf", "\ufdf0", "\ufffc", "北朝鮮", "Монгол 🕊️", "\U000e0100"):
        assert clean(f"a{word}") == f"a{word}"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\x85", "\u2028", "\u2029"])
def test_every_line_end_is_one(end):
    assert clean(f"one{end}two") == "one\ntwo"
    assert TypeAdapter(CleanText).validate_python(f"하나{end}둘") == "하나\n둘"
    with pytest.raises(ValidationError, match="on one line"):
        TypeAdapter(Line).validate_python(f"one{end}two")


def test_what_an_earlier_day_kept_can_leave():
    assert writable("a\uffffb\x0bc\U000e0041d\ud800\u2028e\r\nf") == "a\ufffdb\ufffdc\ufffdd\ufffd\ne\nf"
    assert writable("한국어, ひらがな\tи кириллица\n") == "한국어, ひらがな\tи кириллица\n"
