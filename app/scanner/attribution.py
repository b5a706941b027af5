"""Who speaks: a party, a demonym or an institution together with a verb of saying, in six languages.

A state as subject matter ("Japan's fuel share") is no attribution. Each language has its own small grammar, tried only where a
party or an institution is named.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product

from app.scanner.grammars import english, mongolian, russian
from app.scanner.inflecting import russian as russian_cases
from app.scanner.normalising import normalise
from app.scanner.registry import Registry
from app.scanner.speech import Extent
from app.scanner.words import grammar, lists

WESTERN: dict[str, Callable[..., Extent | None]] = {
    "en": english,
    "ru": russian,
    "ru-oblique": russian,
    "mn": mongolian,
}


def party_forms(registry: Registry) -> Iterator[tuple[str, str, str, bool]]:
    """(code, language, form, is adjective) of every party: as registered, and as states are called anyway."""
    for party in registry.parties:
        for lang, form in party.names:
            yield from _name_forms(party.code, _short(lang), form)
        for lang, form in party.adjectives:
            yield from ((party.code, _short(lang), each, True) for each in _adjectives(_short(lang), form))
    codes = {party.code for party in registry.parties} | {person.party for person in registry.people if person.party}
    for code, (heading, forms) in product(sorted(codes), lists("parties").items()):
        owner, language, kind = heading.split(".")
        for form in forms if owner == _iso(code) else ():
            if kind == "a":
                yield from ((code, language, each, True) for each in _adjectives(language, form))
            else:
                yield from _name_forms(code, language, form)


def _name_forms(code: str, language: str, form: str) -> Iterator[tuple[str, str, str, bool]]:
    yield code, language, form, False
    if language == "ru":
        yield from ((code, "ru-oblique", each, False) for each in _oblique(form))


def _oblique(form: str) -> set[str]:
    """The other cases of a Russian name of a state: they cannot be the subject, but follow "according to"."""
    words = normalise(form).split()
    if len(words) > 2:
        return {" ".join(map(_genitive, words))}
    if any(len(word) < 4 for word in words):
        return set()
    return {" ".join(parts) for parts in product(*(sorted(russian_cases(word)) for word in words))} - {normalise(form)}


_GENITIVES = (
    ("ая", "ои"),
    ("ии", "ого"),
    ("ыи", "ого"),
    ("ые", "ых"),
    ("ия", "ии"),
    ("а", "ы"),
    ("я", "и"),
    ("ы", "ов"),
)


def _genitive(word: str) -> str:
    """The genitive of a word in the long name of a state: Китайской Народной Республики."""
    found = next(((old, new) for old, new in _GENITIVES if word.endswith(old)), ("", ""))
    return re.sub("(?<=[гкх])ы$", "и", word[: len(word) - len(found[0])] + found[1])


def _iso(code: str) -> str:
    return dict(pair.split("=") for pair in grammar("codes")).get(code, code)


def _short(language: str) -> str:
    return language.replace("_", "-").split("-")[0]


def _adjectives(language: str, form: str) -> list[str]:
    """All case forms of a Russian adjective; elsewhere the word itself, in English its plural too."""
    if language == "ru" and (found := re.fullmatch(r"(.+[скцн])(?:ий|ый|ая|ое|ие)", form)):
        return [
            found.group(1) + e
            for e in ["ий", "ая", "ое", "ие", "ого", "ой", "ому", "им", "ом", "ую", "их", "ими", "ими"]
        ]
    return [form]
