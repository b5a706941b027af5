"""One slip of the pen in a full name: a letter too many, too few, another, or two exchanged. Flat in the number of names.

A slip leaves one part of the name whole (or the parts run together); around each whole part the words are joined and looked up among the
full names under all their forms with one letter less, which finds every edit of one letter.
"""

from collections.abc import Iterator

from app.scanner.editing import is_one_edit
from app.scanner.forms import common
from app.scanner.indexing import Index, Pattern
from app.scanner.normalising import Normalised
from app.scanner.registry import BLOCK, Hit
from app.scanner.sequences import is_capital, near_anchors
from app.scanner.words import grammar

SHORTEST = 7


def hits(ready: Normalised, index: Index, signs: str, beside: dict[str, bool]) -> Iterator[Hit]:
    """`beside` remembers of each word whether it is at most one letter from a part of a name."""
    tokens, count = ready.tokens, len(ready.tokens)
    known = (common("en") | common("ru") | common("mn")) - grammar("en-name-particles")
    for at in near_anchors(signs):
        if (tokens[at] in known or tokens[at] in index.near_words) and not ready.may_be_capital(at):
            continue
        right = at + 1 < count and _is_near(tokens[at + 1], index, beside)
        left = at > 0 and _is_near(tokens[at - 1], index, beside)
        if right:
            for last in range(at + 1, min(at + 4, count)):
                yield from _window(ready, index, at, last)
        if left and right:
            yield from _window(ready, index, at - 1, at + 1)
        if left:
            for first in range(max(0, at - 3), at):
                yield from _window(ready, index, first, at)


def joined_hits(ready: Normalised, index: Index, words: set[str]) -> Iterator[tuple[str, str]]:
    """Single words that are a whole name run together with one slip: (word, whole name)."""
    for word in words:
        if len(word) >= SHORTEST + 3 and word[0].isalpha():
            for whole in _near(word, index):
                yield word, whole


def east_hits(ready: Normalised, index: Index, start: int, end: int, pattern: Pattern) -> Iterator[Hit]:
    """A long name in Kana or Hangul with one slip, one part of which stands here as registered."""
    text, whole = ready.compact, pattern.data
    for length in (len(whole), len(whole) - 1, len(whole) + 1):
        for first, last in ((start, start + length), (end - length, end)):
            word = text[max(first, 0) : last]
            if len(word) == length and word != whole and is_one_edit(word, whole):
                yield Hit(*ready.span(first, last), index.people[pattern.person].ref, "fuzzy", BLOCK)
                return


def _is_near(word: str, index: Index, beside: dict[str, bool]) -> bool:
    if word not in beside:
        parts = index.near_parts
        beside[word] = word in parts or any(word[:i] + word[i + 1 :] in parts for i in range(len(word)))
    return beside[word]


def _window(ready: Normalised, index: Index, first: int, last: int) -> Iterator[Hit]:
    word = "".join(ready.tokens[first : last + 1])
    if not SHORTEST - 1 <= len(word) <= 60:
        return
    for whole in _near(word, index):
        if len(whole) < SHORTEST or word == whole:
            continue
        start, stop = ready.span_of_tokens(first, last)
        shown = ready.text[start:stop]
        if ". " in shown or "\n\n" in shown or ";" in shown:
            continue
        ordinary = _is_ordinary(ready, first, last)
        for person in sorted(index.wholes[whole]):
            if not ordinary or (index.eastern[person] and any(ready.is_capital(n) for n in range(first, last + 1))):
                yield Hit(start, stop, index.people[person].ref, "fuzzy", BLOCK)


def _is_ordinary(ready: Normalised, first: int, last: int) -> bool:
    """Whether one of the words is an ordinary one in small letters: most likely no part of a name."""
    known = common("en") - grammar("en-name-particles")
    return any(ready.tokens[n] in known and not is_capital(ready, n) for n in range(first, last + 1))


def _near(word: str, index: Index) -> set[str]:
    forms = [word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]
    near = index.near
    return {whole for form in forms for whole in near.get(form, ()) if is_one_edit(word, whole)}
