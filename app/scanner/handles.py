"""Accounts made of an initial and a family: m.haverford, m_haverford, haverford-m@."""

from collections.abc import Iterator

from app.scanner.forms import common
from app.scanner.indexing import Index
from app.scanner.normalising import Normalised
from app.scanner.registry import BLOCK, Hit

_JOINS = frozenset("._-")


def as_handle(ready: Normalised, index: Index, at: int, families: dict[int, str]) -> Iterator[Hit]:
    """m.haverford, m_haverford, haverford-m: an initial and a family of one account, with nothing but a sign between them."""
    word, text = ready.tokens[at], ready.text
    if not word.isascii():
        return
    for letter in (at - 1, at + 1):
        if not 0 <= letter < len(ready.tokens) or len(ready.tokens[letter].rstrip("0123456789")) != 1:
            continue
        start, stop = ready.span_of_tokens(min(at, letter), max(at, letter))
        shown = text[start:stop]
        signs = [sign for sign in shown if not sign.isalnum()]
        address = text[stop : stop + 1] == "@" or text[start - 1 : start] in {"@", "~", "/"}
        if len(signs) != 1 or signs[0] not in _JOINS:
            continue
        if signs == ["-"] and not address and (len(word) < 4 or word in common("en")):
            continue  # t-shirt
        if signs == ["."] and not (address or shown.islower()):
            continue  # the end of a sentence, or initials, which are judged elsewhere
        for person, how in families.items():
            if how == "x" and ready.tokens[letter][0] in index.initials[person]:
                yield Hit(start, stop, index.people[person].ref, "handle", BLOCK)


def is_joined(ready: Normalised, at: int, *, has_joins: bool) -> bool:
    """Whether the word may be part of a handle: beside a single letter, or joined as only handles are."""
    beside = ready.tokens[at - 1 : at] + ready.tokens[at + 1 : at + 2]
    return (
        (has_joins or any(len(word) == 1 for word in beside)) and ready.tokens[at].isascii() and ready.may_be_joined(at)
    )
