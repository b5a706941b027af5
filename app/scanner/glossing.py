"""A reading, an original or a byname inside a name: 安倍（あべ）晋三, 榎《えのき》, <ruby>, Kim (김) Gye-gwan. The name is looked for without it.

Only where a bracket stands between letters; the words around it are scanned once more, all such places of a text together.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from app.scanner.registry import Hit

_PAIRS = {"（": "）", "(": ")", "《": "》", "［": "］", "[": "]", "〔": "〕", "【": "】", "「": "」", "〈": "〉"}
_LONGEST = 30  # signs inside the brackets
_AROUND = 40  # signs on either side that are scanned again
_RUBY = re.compile(r"<(rt|rp|rtc)\b[^<>]{0,80}>[^<>]{0,40}(?:</\1>)?", re.IGNORECASE)
_TAG = re.compile(r"(?:<[^<>]{0,80}>|[*_｜|])*")
_MARKS = frozenset("*>_")
_APART = "\n\n\n"
Span = tuple[int, int]


def again(text: str, find: Callable[[str], Iterable[Hit]]) -> Iterator[Hit]:
    """What `find` finds only once the glosses are taken out, in places of the text; found across a gloss, or it was found before."""
    glosses = sorted({*_brackets(text), *_ruby(text)})
    if not glosses:
        return
    places: list[int] = []
    parts: list[str] = []
    for group in _groups(glosses):
        kept = [*_kept(text, group)]
        parts.append("".join(text[place] for place in kept) + _APART)
        places += [*kept, *[-1] * len(_APART)]
    for hit in find("".join(parts)):
        start, end = places[hit.start], places[hit.end - 1] + 1
        inside = bisect_right(glosses, (start, end))
        if inside < len(glosses) and glosses[inside][1] < end:
            yield replace(hit, start=start, end=end)


def _brackets(text: str) -> Iterator[Span]:
    """Short brackets with a letter before them, or a word and a space, and a letter behind."""
    for sign, other in _PAIRS.items():
        at = text.find(sign)
        while at >= 0:
            before = text[at - 1 : at]
            if before.isalpha() or before in _MARKS or (before == " " and text[at - 2 : at - 1].isalpha()):
                end = text.find(other, at, at + _LONGEST + 2) + 1
                if end and _goes_on(text, end, is_apart=before == " "):
                    yield at, end
            at = text.find(sign, at + 1)


def _goes_on(text: str, end: int, *, is_apart: bool) -> bool:
    """Whether letters follow; behind a space, a capital behind another."""
    if is_apart:
        return text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()
    mark = _TAG.match(text, end)
    return text[mark.end() if mark else end :][:1].isalpha()


def _ruby(text: str) -> Iterator[Span]:
    if "<rt" in text.lower() if "<" in text else False:
        yield from (found.span() for found in _RUBY.finditer(text))


def _groups(glosses: list[Span]) -> Iterator[list[Span]]:
    """Glosses so near to each other that one name may hold them."""
    group = [glosses[0]]
    for gloss in glosses[1:]:
        if gloss[0] - group[-1][1] > _AROUND:
            yield group
            group = []
        group.append(gloss)
    yield group


def _kept(text: str, group: list[Span]) -> Iterator[int]:
    """The places around and between the glosses of a group."""
    at = max(0, group[0][0] - _AROUND)
    for start, end in group:
        yield from range(at, start)
        at = max(at, end)
    yield from range(at, min(len(text), at + _AROUND))
