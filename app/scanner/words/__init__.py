"""Word lists as data: one list a heading, so that a reader of the language can correct them without reading code."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def table(name: str) -> tuple[tuple[str, str], ...]:
    """The lines of a file as (first word, rest); lines that begin with # are remarks."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    split = (line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#"))
    return tuple((part[0], part[1] if len(part) > 1 else "") for part in split)


@cache
def lists(name: str) -> dict[str, tuple[str, ...]]:
    """Heading to its words. A heading may stand on several lines; an underscore inside a word is a space."""
    found: dict[str, list[str]] = {}
    for heading, rest in table(name):
        found.setdefault(heading, []).extend(word.replace("_", " ") for word in rest.split())
    return {heading: tuple(dict.fromkeys(words)) for heading, words in found.items()}


@cache
def grammar(heading: str) -> frozenset[str]:
    """A closed class of words or endings."""
    return frozenset(lists("grammar")[heading])
