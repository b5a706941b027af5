"""Words are found whatever their case and width, and marked where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.finding import Sought, fold
from app.core.text import clean

ANYTHING = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co"]) | st.sampled_from("aAßİǅﬁ가ㅏㄱㄳᆨ각ｶﾞ゙か́̈ｱＦ２ 신뢰"), max_size=40
)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("fuel", "The FUEL share"),
        ("ＦＵＥＬ", "the fuel share"),
        ("fuel", "the ｆｕｅｌ share"),
        ("STRASSE", "an der Straße"),
        ("проверка", "ПРОВЕРКА на месте"),
        ("신뢰", "상호신뢰를 쌓는다"),
        ("渔业", "关于渔业问题"),
        ("信頼", "相互信頼の醸成"),
        ("ガス", "天然ｶﾞｽの供給"),
        ("２００７", "the text of 2007"),
        ("share fuel", "fuel, each his share"),
        ("한", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_words_are_found_whatever_their_case_and_width(words, text):
    sought = Sought(words)
    assert sought.is_in(text)
    assert any(is_found for _piece, is_found in sought.pieces(text))


@pytest.mark.parametrize(
    ("words", "text"),
    [("fuel", "fu el"), ("fuel tax", "the fuel share"), ("신뢰", "신의와 뢰"), ("渔业", "渔民的业务")],
)
def test_what_does_not_stand_there_is_not_found(words, text):
    assert not Sought(words).is_in(text)


def test_pieces_mark_every_word_and_nothing_else():
    pieces = Sought("fuel share").pieces("Fuel, the share of FUEL.")
    assert pieces == [("Fuel", True), (", the ", False), ("share", True), (" of ", False), ("FUEL", True), (".", False)]
    assert Sought("ガス").pieces("天然ｶﾞｽの") == [("天然", False), ("ｶﾞｽ", True), ("の", False)]
    assert Sought("if").pieces("a ﬁﬀ") == [("a ", False), ("ﬁﬀ", True)]  # of a ligature, the whole


@given(ANYTHING, ANYTHING, st.integers(0, 40), st.integers(1, 6))
def test_what_is_found_is_marked_and_no_sign_of_the_text_is_lost(text, other, start, length):
    for words in (text, text[start : start + length], other):
        sought = Sought(words)
        pieces = sought.pieces(text)
        assert "".join(piece for piece, _found in pieces) == text
        assert sought.is_in(text) == all(
            word in fold(text) for word in sought.words
        )  # the short way says what the long one says
        if sought.is_in(text):
            marked = [fold(piece) for piece, is_found in pieces if is_found]
            assert all(any(word in piece for piece in marked) for word in sought.words)


@given(ANYTHING.map(clean))
def test_a_text_finds_itself(text):
    assert Sought(text).is_in(text)


def test_searching_a_hostile_text_takes_no_longer_than_its_length():
    assert Sought("a" * 200).pieces("a" * 10_000) == [("a" * 10_000, True)]
