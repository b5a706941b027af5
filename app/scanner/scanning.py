"""The pipeline: make the text ready, find what may be meant, judge it where it stands, give the hits in the order of the text."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from app.scanner import fuzzy, glossing, hearing, matching, particles, publicity, sequences
from app.scanner.attribution import WESTERN
from app.scanner.indexing import Index, Pattern, index_of
from app.scanner.normalising import Normalised, unmixed
from app.scanner.registry import BLOCK, WARN, Hit, Registry
from app.scanner.speech import Window
from app.scanner.words import grammar

_SENTENCE = re.compile(r"[.!?]\s|\n\s*\n")
_CLOCK = re.compile(r":(?<=\d:)[0-5]\d(?!\d)")
_WEST_OF = {"en": "latin", "ru": "cyrillic", "mn": "cyrillic"}


def scan(text: str, registry: Registry, lang: str | None = None) -> tuple[Hit, ...]:
    """Every hit, in the order of the text; offsets are code points of `text` as given, the end exclusive.

    `lang` is the language of the text where it is known: it only matters beside the registry's working language.
    """
    index = index_of(registry)
    found = [*_found(text, index)]
    found += glossing.again(text, lambda part: _found(part, index))
    return tuple(sorted({*_settled(found), *_clocks(text), *_language(text, registry, lang)}))


def _found(text: str, index: Index) -> Iterator[Hit]:
    """Every hit of every way to look, the same place perhaps more than once."""
    ready = Normalised(text)
    words = ready.words
    if mended := unmixed(words):
        ready.mend(mended)
        words |= set(mended.values())
    ready.seal()
    known = index.classes(words)
    signs = "".join(map(known.__getitem__, ready.tokens))
    yield from _strings(ready, index)
    yield from sequences.hits(ready, index, signs)
    yield from fuzzy.hits(ready, index, signs, {})
    yield from sequences.slips(ready, index, signs)
    yield from sequences.lone_hits(ready, index, signs)
    yield from _joined(ready, index, words)
    yield from hearing.katakana(ready, index.heard, index.people, index.mongolian)


def _strings(ready: Normalised, index: Index) -> Iterator[Hit]:
    if index.automaton is None:
        return
    meanings, text, before = index.meanings, ready.compact, index.east_before
    hears = bool(index.heard.parts["hangul"])
    for number, start, end in index.automaton.find_matches_as_indexes(text, overlapping=True):
        for pattern in meanings[number]:
            if pattern.kind == "title":
                if start and text[start - 1] in before:
                    yield from matching.east_title(ready, index, start, end, pattern)
                if hears and start and pattern.script == "hangul":
                    yield from matching.heard_title(ready, index, start, end)
            elif pattern.kind == "party":
                may_speak = particles.quick(pattern.language)
                if may_speak is None or may_speak(text, end, end + 16) or text[start - 1 : start] == "自":
                    yield from _party(ready, start, end, pattern)
            else:
                yield from _JUDGES[pattern.kind](ready, index, start, end, pattern)


def _joined(ready: Normalised, index: Index, words: set[str]) -> Iterator[Hit]:
    """Full names run together, with a slip. Only for long words, which are few."""
    suspects: dict[str, set[str]] = {}
    for word, whole in fuzzy.joined_hits(ready, index, index.unknown(words)):
        suspects.setdefault(word, set()).add(whole)
    if not suspects:
        return
    for at, token in enumerate(ready.tokens):
        for whole in suspects.get(token, ()):
            start, end = ready.span_of_tokens(at, at)
            for person in index.wholes[whole]:
                if token != whole:
                    yield Hit(start, end, index.people[person].ref, "fuzzy", BLOCK)


def _party(ready: Normalised, start: int, end: int, pattern: Pattern) -> Iterator[Hit]:
    span = _speaks(ready, start, end, pattern.language, is_adjective=pattern.data.endswith("\ta"))
    if span:
        verdict = WARN if publicity.is_public(ready.text, span, pattern.language[:2]) else BLOCK
        yield Hit(*span, pattern.data.split("\t")[0], "attribution", verdict)


def _speaks(
    ready: Normalised, start: int, end: int, language: str, *, is_adjective: bool = False, is_body: bool = False
) -> tuple[int, int] | None:
    """Where the named party or institution and its verb stand in the text, if it speaks."""
    if language not in WESTERN:
        reach = particles.eastern(ready, language, start, end, is_body=is_body)
        span = ready.span(start, reach) if reach else None
        return span if span and not _SENTENCE.search(ready.text[span[0] : span[1]]) else None
    window = Window(ready, start, end)
    if window.is_quiet(language):
        return None
    ending = _ending(ready, window, start, end, language)
    if ending is None:
        return None
    extent = WESTERN[language](window, is_adjective=is_adjective, is_possessive=ending or language == "ru-oblique")
    if extent is None:
        return None
    first, last = max(0, window.first - extent[0]), min(len(ready.tokens) - 1, window.last + extent[1])
    return ready.span_of_tokens(first, last)


def _ending(ready: Normalised, window: Window, start: int, end: int, language: str) -> bool | None:
    """Whether a possessive stands at the end of the words; None where they are no words of their own."""
    text, stop = ready.compact, ready.place_of(window.last + 1)
    if ready.place_of(window.first) != start and not matching.is_apart(text, start):
        return None
    if language == "en" and end - start == 2 and ready.text[slice(*ready.span(start, end))].replace(".", "") != "US":
        return None  # the pronoun
    if end == stop or matching.is_apart(text, end):
        return False
    if text[end] == "s" and (end + 1 == stop or matching.is_apart(text, end + 1)):
        return True
    return False if language == "mn" and text[end:stop] in grammar("mn-endings") else None


def _institution_or_role(ready: Normalised, index: Index, start: int, end: int, pattern: Pattern) -> Iterator[Hit]:
    ref = index.people[pattern.person].ref
    languages = {"latin": ("en",), "cyrillic": ("ru", "mn"), "hangul": ("ko",)}.get(pattern.script, ("zh", "ja"))
    if pattern.data == "body":
        if matching.is_own_body(ready, start, end, pattern.script):
            yield Hit(*ready.span(start, end), ref, "attribute", BLOCK)
        return
    if pattern.data == "post" and matching.is_post(ready, start, end, pattern.script):
        yield Hit(*ready.span(start, end), ref, "attribute", BLOCK)
        return
    for language in languages:
        span = _speaks(ready, start, end, language, is_body=pattern.kind == "institution")
        if span is None and pattern.kind == "role" and language in WESTERN:
            span = _as_a(ready, start, end, language)
        if span:
            yield Hit(*span, ref, "institution" if pattern.kind == "institution" else "attribute", BLOCK)
            return
    if pattern.kind == "institution" and matching.is_edge(ready, start) and matching.is_edge(ready, end):
        yield Hit(*ready.span(start, end), ref, "institution", WARN)


def _as_a(ready: Normalised, start: int, end: int, language: str) -> tuple[int, int] | None:
    """`As a former admiral`: the speaker names himself."""
    if not matching.is_edge(ready, start) or not matching.is_edge(ready, end):
        return None
    w = Window(ready, start, end)
    two, one = w.before(2), w.before(1)
    if (language == "en" and one in {"a", "an", "the"} and two in {"as", "being"}) or (
        language == "ru" and one == "как"
    ):
        return ready.span_of_tokens(max(0, w.first - (2 if language == "en" else 1)), w.last)
    return None


def _settled(found: list[Hit]) -> Iterator[Hit]:
    """Without what is said of public figures, and without what a stronger hit on the same person already covers."""
    silent = _Spans((hit.start, hit.end) for hit in found if hit.kind == "silent")
    kept = [hit for hit in found if hit.kind != "silent"]
    kept = [hit for hit in kept if hit.kind == "attribution" or not silent.touch(hit)]
    by_ref: dict[str, list[Hit]] = {}
    for hit in kept:
        by_ref.setdefault(hit.ref, []).append(hit)
    for everything in by_ref.values():
        sure = _Spans((hit.start, hit.end) for hit in everything if hit.verdict == BLOCK and hit.kind != "fuzzy")
        hits = [hit for hit in everything if hit.kind != "fuzzy" or not sure.touch(hit)]
        ordered = sorted(set(hits), key=lambda hit: (hit.start, -hit.end, hit.verdict, _RANK.get(hit.kind, 9)))
        last: Hit | None = None
        for hit in ordered:
            if last is not None and hit.end <= last.end and (last.verdict == BLOCK or hit.verdict == WARN):
                continue
            yield hit
            if last is None or hit.verdict == BLOCK or last.verdict == WARN:
                last = hit


class _Spans:
    """Places in a text; whether one of them touches a hit is told without looking at all of them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _end in ordered]
        self._ends = [*accumulate((end for _start, end in ordered), max)]

    def touch(self, hit: Hit) -> bool:
        before = bisect_left(self._starts, hit.end)
        return before > 0 and self._ends[before - 1] > hit.start


_RANK = {"name": 0, "inflected": 1, "romanised": 2, "initials": 3, "handle": 4, "title": 5, "fuzzy": 6}


def _clocks(text: str) -> Iterator[Hit]:
    """Exact times of the day tell who was there when: a warning."""
    for found in _CLOCK.finditer(text):
        start = found.start()
        while start and text[start - 1].isdigit() and found.start() - start < 2:
            start -= 1
        yield Hit(start, found.end(), "", "time", WARN)


def _language(text: str, registry: Registry, lang: str | None) -> Iterator[Hit]:
    if lang and registry.working_language and text.strip():
        ours, theirs = (code.replace("_", "-").split("-")[0].lower() for code in (registry.working_language, lang))
        if ours != theirs:
            yield Hit(0, len(text), "", "language", WARN)


_JUDGES: dict[str, Callable[[Normalised, Index, int, int, Pattern], Iterator[Hit]]] = {
    "name": matching.names,
    "silent": matching.names,
    "old": matching.old_and_young,
    "family-name": matching.lone_family,
    "part": fuzzy.east_hits,
    "institution": _institution_or_role,
    "role": _institution_or_role,
}
