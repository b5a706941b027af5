"""A title or an honorific beside a family name (or a given name, where that is how people are called), in Latin and Cyrillic."""

import re
from collections.abc import Iterator

from app.scanner.forms import common
from app.scanner.indexing import Index
from app.scanner.matching import lacks_office, sentence_between
from app.scanner.normalising import Normalised
from app.scanner.registry import BLOCK, WARN, Hit
from app.scanner.roles import AFTER, BEFORE, GIVEN
from app.scanner.words import grammar

_ABBREVIATED = frozenset({"н", "на", "ну", "ном", "жа", "жи", "же", "жу", "жои"})
"""What is left of г-н and г-жа when the hyphen parts them."""


def titled(
    ready: Normalised, index: Index, signs: str, at: int, until: int, people: dict[int, str], role: int
) -> Iterator[Hit]:
    """A title before or after. A family with another's given name behind it is another person."""
    before = at > 0 and ord(signs[at - 1]) - 0x100 & BEFORE
    after = until + 1 < len(signs) and ord(signs[until + 1]) - 0x100 & AFTER
    if before:
        yield from _title(ready, index, at - 1, until, people, role)
    if after:
        yield from _title(ready, index, at, until + 1, people, role)


def _title(ready: Normalised, index: Index, first: int, last: int, people: dict[int, str], role: int) -> Iterator[Hit]:
    start, stop = ready.span_of_tokens(first, last)
    if ready.tokens[first] in _ABBREVIATED:
        if not first or ready.tokens[first - 1] != "г":
            return
        start = ready.span_of_tokens(first - 1, first)[0]
    leads = any(how == "t" for _p, _r, how in index.found(ready.tokens[first]))
    leads = leads and not _is_title_after(index, ready.tokens[last])
    if not _is_written_so(ready, first, last, leads=leads):
        return
    word = ready.tokens[first + 1 if leads else first]
    others = leads and _goes_on(ready, last)
    title = ready.tokens[first if leads else last]
    for person, how in people.items():
        if _may_be_titled(word, how, is_given=role == GIVEN and not index.mongolian[person], leads=leads):
            is_another = (others and (index.eastern[person] or role == GIVEN)) or lacks_office(index, person, title)
            verdict = WARN if is_another else BLOCK
            yield Hit(start, stop, index.people[person].ref, "title", verdict)


def _is_written_so(ready: Normalised, first: int, last: int, *, leads: bool) -> bool:
    """Whether spacing and capitals are those of a title and a name."""
    start, stop = ready.span_of_tokens(first, last)
    shown, adjacent = ready.text[start:stop], last == first + 1
    if sentence_between(shown) or (adjacent and re.sub(r"^\S+|\S+$", "", shown).strip(" .\u00a0\n-‐‑–")):
        return False
    name, title = (first + 1, first) if leads else (first, last)
    word = ready.tokens[name]
    if adjacent and not ready.is_capital(name):
        return word not in common("en") and len(word) > 2 and ready.tokens[title] in grammar("strong-titles")
    if ready.tokens[title] not in grammar("romanised-honorifics") | {"ms", "min"}:
        return True
    if leads:
        return ready.is_capital(title) or word not in common("en")
    return not ready.is_capital(title) or "-" in shown or shown.isupper()


def _may_be_titled(word: str, how: str, *, is_given: bool, leads: bool) -> bool:
    """A given name takes an honorific behind it; before it a title only if it is long. Two letters must be a known family."""
    if is_given and (leads or how == "r") and not (how == "x" and len(word) >= 4):
        return False
    return how != "r" or len(word) > 2 or not word.isascii() or word in grammar("short-families")


def _is_title_after(index: Index, word: str) -> bool:
    return any(role == AFTER for _p, role, _how in index.found(word))


def _goes_on(ready: Normalised, last: int) -> bool:
    """Whether the next word, too, is written as a name: then this is somebody else's."""
    if last + 1 >= len(ready.tokens):
        return False
    start, stop = ready.span_of_tokens(last + 1, last + 1)
    first, previous = ready.span_of_tokens(last, last)
    gap, word = ready.text[previous:start], ready.text[start:stop]
    if (
        gap not in {" ", "-", "\u00a0", "\n", ". "}
        or not word[:1].isupper()
        or ready.tokens[last + 1] in grammar("after-a-name")
    ):
        return False
    return not ready.text[first:previous].isupper() and (gap != ". " or stop - start == 1)
