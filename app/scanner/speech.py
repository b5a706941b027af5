"""The words that tell that somebody speaks, and the window around a named party through which they are looked for."""

import re
from functools import cache, lru_cache

from app.scanner.normalising import Normalised, normalise
from app.scanner.words import lists

_PART = re.compile(r"(?<!\b[A-Za-z])[.!?;:]\s|\n\s*\n|[|•]")
Extent = tuple[int, int]
"""How far an attribution reaches: words before and after the party's own."""


@cache
def words(heading: str) -> frozenset[str]:
    return frozenset(normalise(word) for word in lists("saying")[heading])


@cache
def stems(heading: str) -> tuple[str, ...]:
    return tuple(normalise(word).replace(" ", "") for word in lists("saying")[heading])


@lru_cache(maxsize=16384)
def begins(word: str, heading: str) -> bool:
    return word.startswith(stems(heading))


@cache
def any_of(*headings: str) -> re.Pattern[str]:
    found = sorted({stem for heading in headings for stem in stems(heading)}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found)))


class Window:
    """The words around a named party, by index of the token."""

    def __init__(self, ready: Normalised, start: int, end: int) -> None:
        self.tokens = ready.tokens
        self.first = ready.token_at(start)
        self.last = self.first if start + len(self.tokens[self.first]) >= end else ready.token_at(end - 1)
        self.ready = ready

    def is_quiet(self, language: str) -> bool:
        """Whether no word that could make this an attribution stands near: a quick no for most mentions of a state."""
        before, after = self.tokens[max(0, self.first - 5) : self.first], self.tokens[self.last + 1 : self.last + 16]
        if language == "en":
            return _telling().isdisjoint(before) and _telling().isdisjoint(after)
        return _TELLING[language[:2]].is_quiet(before) and _TELLING[language[:2]].is_quiet(after)

    def after(self, n: int) -> str:
        """The n-th word after, from 1; empty at the end."""
        at = self.last + n
        return self.tokens[at] if at < len(self.tokens) else ""

    def before(self, n: int) -> str:
        at = self.first - n
        return self.tokens[at] if at >= 0 else ""

    def is_parted(self, first: int, last: int) -> bool:
        """Whether a sentence ends between these words, counted from the party (negative: before it)."""
        a = self.first + first if first < 0 else self.last + first
        b = self.first + last if last < 0 else self.last + last
        a, b = max(a, 0), min(b, len(self.tokens) - 1)
        start, end = self.ready.span_of_tokens(a, b)
        return b > a and bool(_PART.search(self.ready.text, start, end))


@cache
def _telling() -> frozenset[str]:
    """Every English word that may make a mention an attribution."""
    plain = words("en-strict") | words("en-broad") | words("en-own") | words("en-speaker") | words("en-base")
    return (
        plain
        | {f"{word}s" for word in words("en-speaker")}
        | {"according", "behalf", "speaking", "view", "opinion", "words", "eyes"}
    )


class _Telling:
    """Words that may make a mention an attribution, by their beginnings; each word is looked at once."""

    def __init__(self, headings: tuple[str, ...], others: frozenset[str]) -> None:
        self.headings, self.telling, self.met = headings, set(others), set(others)

    def is_quiet(self, near: list[str]) -> bool:
        if not self.met.issuperset(near):
            self._meet(set(near) - self.met)
        return self.telling.isdisjoint(near)

    def _meet(self, new: set[str]) -> None:
        if len(self.met) > 200_000:
            self.met.clear()
        self.met |= new
        self.telling |= {word for word in new if any(begins(word, heading) for heading in self.headings)}


_TELLING = {
    "ru": _Telling(("ru-strict", "ru-broad", "ru-own", "ru-speaker"), frozenset({"точки", "имени", "слов"})),
    "mn": _Telling(("mn-strict", "mn-broad", "mn-speaker"), frozenset({"санал"})),
}
