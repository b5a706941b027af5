"""What the scanner is told and what it answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

BLOCK, WARN, PASS = "block", "warn", "pass"
OVERRIDABLE = frozenset({"title", "institution", "attribution", "attribute"})
"""Kinds that two people may let pass with a reason. A full name may not."""
KINDS = (
    "name",
    "romanised",
    "inflected",
    "initials",
    "handle",
    "fuzzy",
    "title",
    "family-name",
    "institution",
    "attribution",
    "attribute",
    "language",
    "time",
)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person. Names are fields; `native`, `readings` are (language, name) pairs, `spellings` and `nicknames` whole names."""

    ref: str
    family: str = ""
    given: str = ""
    patronymic: str | None = None
    order: Literal["family-first", "given-first"] = "given-first"
    native: Pairs = ()
    readings: Pairs = ()
    spellings: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    honorific: str | None = None
    titles: tuple[str, ...] = ()
    function: str | None = None
    rank: str | None = None
    former: tuple[str, ...] = ()
    gender: Literal["female", "male"] | None = None
    institutions: tuple[str, ...] = ()
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A state or institution: its names and adjectives as (language, form) pairs, demonyms and adjectives apart from names."""

    code: str
    names: Pairs = ()
    adjectives: Pairs = ()


@dataclass(frozen=True)
class Registry:
    """Everything one dialogue knows. `silent` holds whole names of public figures who take no part."""

    people: tuple[Person, ...] = ()
    parties: tuple[Party, ...] = ()
    working_language: str | None = None
    silent: tuple[str, ...] = field(default=())

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Once: a registry is the key under which its automata are kept."""
        return hash((self.people, self.parties, self.working_language, self.silent))


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Offsets in code points of the text as it was given, the end exclusive; `ref` is a person's or a party's."""

    start: int
    end: int
    ref: str
    kind: str
    verdict: str


def verdict_of(hits: Iterable[Hit]) -> str:
    """The worst of the hits: block, warn or pass."""
    verdicts = {hit.verdict for hit in hits}
    return BLOCK if BLOCK in verdicts else WARN if WARN in verdicts else PASS
