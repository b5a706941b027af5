"""The invented people, as the registry has them and as the generator knows them."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SPLITS = ("tune", "test")
LANGUAGES = ("en", "ko", "zh_Hans", "zh_Hant", "ja", "ru", "mn")
OWN = {"kr": "ko", "kp": "ko", "ja": "ja", "ru": "ru", "mn": "mn", "en": "en"}


@dataclass(frozen=True, slots=True)
class Name:
    """One way of writing a name: its parts, and what stands between them in each order."""

    family: str
    given: str
    space: str = " "
    family_first: bool = False
    patronymic: str = ""

    @property
    def full(self) -> str:
        if self.patronymic:
            return f"{self.given} {self.patronymic} {self.family}"
        first, second = (self.family, self.given) if self.family_first else (self.given, self.family)
        return first + self.space + second


@dataclass(frozen=True, slots=True)
class Invented:
    """A person of the registry with what only the generator knows: sex, name culture, where a native name divides."""

    ref: str
    culture: str
    sex: str
    latin: Name
    names: dict[str, Name]
    honorific: str
    function: tuple[str, str]
    institutions: tuple[str, ...]
    party: str | None
    facts: dict[str, Any] = field(repr=False)

    @property
    def own(self) -> tuple[str, ...]:
        """The languages whose script is the person's own."""
        return (OWN[self.culture],) if self.culture in OWN else ("zh_Hans", "zh_Hant")

    def native(self, language: str) -> Name | None:
        return self.names.get(language)


@cache
def registry(split: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / f"people_{split}.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def people(split: str) -> tuple[Invented, ...]:
    cast = yaml.safe_load((HERE / "cast.yaml").read_text(encoding="utf-8"))
    return tuple(_person(doc, cast[doc["ref"]]) for doc in registry(split)["people"])


def parties(split: str) -> list[dict[str, Any]]:
    return list(registry(split)["parties"])


def _person(doc: dict[str, Any], facts: dict[str, Any]) -> Invented:
    return Invented(
        ref=doc["ref"],
        culture=facts["culture"],
        sex=facts["gender"],
        latin=_latin(doc),
        names=dict(_names(doc, facts)),
        honorific=doc["honorific"],
        function=(facts["function_language"], doc["function"]),
        institutions=tuple(doc["institutions"]),
        party=doc.get("party"),
        facts=facts | {"readings": doc.get("readings", {}), "spellings": doc.get("spellings", [])},
    )


def _latin(doc: dict[str, Any]) -> Name:
    """In Latin letters: as registered, or for Cyrillic names the registered spelling, which is given name first."""
    if doc["family"][0] > "\u0400":
        given, family = doc["spellings"][0].split(" ")
        return Name(family, given)
    return Name(doc["family"], doc["given"], family_first=doc["order"] == "family-first")


def _names(doc: dict[str, Any], facts: dict[str, Any]) -> Any:
    for language, text in doc.get("native", {}).items():
        yield language, _divided(text, language, doc, facts)
    if facts["culture"] in {"cn", "tw", "hk"}:
        for language, key in (("zh_Hans", "hans"), ("zh_Hant", "hant")):
            family, given = facts[key]
            yield language, Name(family, given, "", family_first=True)


def _divided(text: str, language: str, doc: dict[str, Any], facts: dict[str, Any]) -> Name:
    """The parts of a written name. Names of people from elsewhere divide at the first mark; Han and Hangul ones without a mark
    have as many signs in the family name as the native form, which every case here keeps.
    """
    if facts["culture"] == "ru" and language == "ru":
        return Name(facts["family"], facts["given"], patronymic=doc["patronymic"])
    if facts["culture"] == "mn" and language in {"mn", "ru"}:
        return Name(facts["family"], facts["given"], family_first=True)
    for mark in (" ", "・", "·"):
        if mark in text:
            first, rest = text.split(mark, 1)
            eastern = facts["culture"] not in {"en", "ru"}
            return Name(first, rest, mark, family_first=True) if eastern else Name(rest, first, mark)
    size = len(facts.get("family", text[:1])) if facts["culture"] != "cn" or language != "ko" else 1
    return Name(text[:size], text[size:], "", family_first=True)
