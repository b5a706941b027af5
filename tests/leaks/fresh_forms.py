"""The written forms of the people of the fresh set, by class: what no rule makes stands in fresh/forms.yaml, the rest is made here.

Nothing here is shared with the first set's forms but the Russian cases, which are grammar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from tests.leaks import inflect
from tests.leaks.fresh_variants import EASTERN, EDITS, LATIN_ONLY, WESTERN, bare, edited
from tests.leaks.people import HERE
from tests.leaks.variants import number

Form = tuple[str, str]
"""(variant, text)"""
OWN = {"kr": "ko", "kp": "ko", "cn": "zh", "tw": "zh", "hk": "zh", "ja": "ja", "ru": "ru", "mn": "mn", "en": "en"}
SCRIPTS = ("latin", "cyrillic", "hangul", "han", "kana")


@dataclass(frozen=True, slots=True)
class Stranger:
    """A person of people_fresh.yaml. `latin` and `parts` are (family, given); `parts` in the native script, empty where that is Latin."""

    ref: str
    half: str
    sex: str
    own: str
    culture: str
    latin: tuple[str, str]
    family_first: bool
    parts: tuple[str, ...]
    patronymic: str
    facts: dict[str, Any] = field(repr=False)

    @property
    def latin_full(self) -> str:
        family, given = self.latin
        return f"{family} {given}" if self.family_first else f"{given} {family}"

    @property
    def native_full(self) -> str:
        if not self.parts:
            return ""
        family, given = self.parts
        if self.own == "ru":
            return f"{given} {family}"
        return f"{family} {given}" if self.own == "mn" else family + given

    def in_language(self, language: str) -> list[str]:
        """Every name that a text in this language may use, but Latin ones."""
        own = [self.native_full] if self.own == language and self.parts else []
        return own + self.facts.get(language, [])


LATIN = {"syromyatnikov-y": ("Syromyatnikov", "Yegor"), "tulga-b": ("Byamba", "Tulga"), "shcheglova-a": ("Shcheglova", "Arina"), "batorgil-s": ("Suren", "Bat-Orgil")}  # fmt: skip


@cache
def strangers() -> tuple[Stranger, ...]:
    registry = yaml.safe_load((HERE / "people_fresh.yaml").read_text(encoding="utf-8"))["people"]
    written = yaml.safe_load((HERE / "fresh" / "forms.yaml").read_text(encoding="utf-8"))
    return tuple(_stranger(person, written[person["ref"]]) for person in registry)


def _stranger(person: dict[str, Any], facts: dict[str, Any]) -> Stranger:
    ref = person["ref"]
    return Stranger(
        ref, facts["half"], facts["sex"], OWN[facts["culture"]], facts["culture"],
        LATIN.get(ref, (person["family"], person["given"])), person["order"] == "family-first",
        tuple(facts.get("parts", ())), _patronymic(person), facts,
    )  # fmt: skip


def _patronymic(person: dict[str, Any]) -> str:
    native = person.get("native", {}).get("ru", "").split()
    return native[1] if len(native) == 3 else ""


def exact(who: Stranger, language: str) -> Iterator[Form]:
    if who.own == language and who.parts:
        yield "native", who.native_full
    yield "latin", who.latin_full


def order(who: Stranger, language: str) -> Iterator[Form]:
    family, given = who.latin
    yield "latin-swapped", f"{given} {family}" if who.family_first else f"{family} {given}"
    yield "latin-comma", f"{family}, {given}"
    yield "latin-upper", f"{family.upper()} {given}"
    yield "latin-upper-comma", f"{family.upper()}, {given}"
    yield "latin-bracket", f"{family} ({given})"
    if who.own == language and who.parts:
        family, given = who.parts
        gap = "" if language == "zh" else " "
        swapped = f"{family} {given}" if language == "ru" else f"{given}{gap}{family}"
        if language != "zh":
            yield "native-swapped", swapped
        if who.patronymic:
            yield "native-patronymic", f"{family} {given} {who.patronymic}"
            yield "native-full", f"{given} {who.patronymic} {family}"


def initials(who: Stranger, language: str) -> Iterator[Form]:
    family, given = who.latin
    if who.own == "mn":
        yield "latin", f"{family[0]}. {given}"
        if language in {"mn", "ru"}:
            yield "native", f"{who.parts[0][0]}. {who.parts[1]}"
            yield "native-joined", f"{who.parts[0][0]}.{who.parts[1]}"
        return
    letters = [part[0].upper() for part in re.split("[ -]", given)]
    yield "latin", f"{'. '.join(letters)}. {family}"
    yield "latin-joined", f"{'.'.join(letters)}. {family}"
    yield "latin-last", f"{family} {'.'.join(letters)}."
    yield "latin-comma", f"{family}, {letters[0]}."
    yield "latin-upper", f"{letters[0]}. {family.upper()}"
    if who.own == "ru" and language == "ru":
        family, given = who.parts
        yield "native", f"{given[0]}. {who.patronymic[0]}. {family}"
        yield "native-joined", f"{given[0]}.{who.patronymic[0]}. {family}"
        yield "native-last", f"{family} {given[0]}.{who.patronymic[0]}."
        yield "native-one", f"{given[0]}. {family}"


TITLES = {
    "en": ("Mr|Ms {}", "Dr. {}", "Amb. {}", "Professor {}", "Deputy Minister {}", "Mr.|Ms. {}", "Secretary {}"),
    "ko": ("{} 박사님", "{} 원장", "{} 차관보", "{} 선생님", "{} 연구위원", "{} 이사장", "{} 씨"),
    "zh": ("{}先生|{}女士", "{}教授", "{}处长", "{}老师", "{}参赞", "{}院长", "{}同志"),
    "ja": ("{}氏", "{}さん", "{}座長", "{}公使", "{}室長", "{}先生", "{}教授"),
    "ru": ("господин|госпожа {}", "г-н|г-жа {}", "доктор {}", "профессор {}", "академик {}", "посол {}"),
    "mn": ("ноён|хатагтай {}", "{} гуай", "доктор {}", "профессор {}", "дарга {}"),
}


def title(who: Stranger, language: str) -> Iterator[Form]:
    called, script = who.latin[1] if who.own == "mn" else who.latin[0], "latin"
    if language != "en":
        called, script = _called(who, language), "native" if who.own == language else "cross"
    if called:
        for pattern in TITLES[language]:
            both = pattern.split("|")
            if len(both) == 2 and not both[1].endswith("{}") and "{}" in both[1]:
                yield script, both[who.sex == "f"].format(called)
            else:
                yield script, re.sub(r"([^ |]+)\|([^ |]+)", r"\1" if who.sex == "m" else r"\2", pattern).format(called)


def _called(who: Stranger, language: str) -> str:
    """What goes with a title: the family; of a Mongolian the given name. Of a name in another script only where a space or dot parts it."""
    if who.own == language:
        return who.parts[1] if who.own == "mn" else who.parts[0]
    if language == "ru" and who.own == "mn":
        return who.parts[1]
    words = re.split("[ ・]", next(iter(who.facts.get(language, [])), ""))
    if len(words) != 2 or language == "zh":
        return ""
    return words[0] if who.family_first != (who.own == "mn") else words[1]


def inflected(who: Stranger, language: str) -> Iterator[Form]:
    """As it stands before what attaches to it (a possessive, a particle); in Mongolian the given name's own cases."""
    if language == "mn" and who.own == "mn":
        yield from (("native-case", f"{who.parts[0]} {case}") for case in who.facts["cases"])
    elif language == "en":
        yield "latin", who.latin_full
    elif language == "ko":
        yield from (("native" if who.own == "ko" else "cross", name) for name in who.in_language("ko"))
    elif language in {"ja", "zh"} and who.own == language:
        yield "native", who.native_full


def russian_case(who: Stranger, case: str) -> Iterator[Form]:
    at = inflect.CASES.index(case)
    if who.own == "ru":
        family, given = inflect.russian_family(who.parts[0], who.sex)[at], inflect.russian_given(who.parts[1])[at]
        patronymic = inflect.russian_patronymic(who.patronymic)[at]
        yield "native", f"{given} {family}"
        yield "native-patronymic", f"{given} {patronymic} {family}"
        yield "native-last", f"{family} {given}"
    elif who.own == "en" and "ru" in who.facts:
        given, family = who.facts["ru"][0].split()
        yield "cross", " ".join(inflect.russian_foreign(n, who.sex, family=n == family)[at] for n in (given, family))


def romanised(who: Stranger, language: str) -> Iterator[Form]:
    yield from (("latin", text) for text in who.facts.get("latin", []))


def crossed(who: Stranger, language: str) -> Iterator[Form]:
    """In the script of another language, by its sound or in that language's variant of Han."""
    if who.own == language:
        yield from (("own-variant", text) for text in who.facts.get(language, []))
        return
    for text in who.facts.get(language, []):
        yield "cross", text
        if language == "ja" and "・" in text:
            yield "cross-joined", text.replace("・", "")
            yield "cross-equals", text.replace("・", "＝")
        if language in {"ru", "mn"} and " " in text and who.own == "en":
            yield "cross-swapped", " ".join(text.split()[::-1])


def handle(who: Stranger, language: str) -> Iterator[Form]:
    family, given = (re.sub("[^a-z]", "", bare(part).lower()) for part in who.latin)
    i = given[0]
    yield from (
        ("initial", f"{i}{family}@example.org"), ("initial-dot", f"{i}.{family}"), ("initial-underscore", f"{i}_{family}"),
        ("initial-hyphen", f"{i}-{family}"), ("last-dot", f"{family}.{i}@example.net"), ("last-underscore", f"{family}_{i}"),
        ("dotted", f"{given}.{family}"), ("at", f"@{given}{family}"), ("number", f"{family}_{given}84"), ("camel", given.title() + family.title()),
        ("url", f"https://example.org/~{i}{family}/notes"), ("path", f"/home/{given}_{family}/draft.odt"), ("plus", f"{given}.{family}+talks@example.com"),
    )  # fmt: skip


def ruby(who: Stranger, language: str) -> Iterator[Form]:
    """A reading, an original or a byname inside the name."""
    if language == "ja" and who.own == "ja":
        (family, given), (f, g) = who.parts, who.facts["kana"]
        yield from (
            ("family", f"{family}（{f}）{given}"), ("both", f"{family}（{f}）{given}（{g}）"), ("ascii", f"{family}({f}){given}"),
            ("aozora", f"{family}《{f}》{given}《{g}》"), ("bar", f"｜{family}《{f}》{given}"), ("html", f"<ruby>{family}<rt>{f}</rt>{given}<rt>{g}</rt></ruby>"),
            ("rp", f"<ruby>{family}<rp>(</rp><rt>{f}</rt><rp>)</rp></ruby><ruby>{given}<rt>{g}</rt></ruby>"), ("square", f"{family}［{f}］{given}"),
        )  # fmt: skip
    if who.own == language and language in {"ko", "zh"}:
        family, given = who.parts
        latin = who.latin
        yield "bracket", f"{family}({latin[0]}){given}"
        yield "wide", f"{family}（{latin[0]}）{given}（{latin[1]}）"
    if who.own in {"ko", "zh", "ja"} and language == "en":
        (family, given), latin = who.parts, who.latin
        yield "original", f"{latin[0]} ({family}) {latin[1]} ({given})"
        yield "wide", f"{latin[0]}（{family}）{latin[1]}"
    if who.own == "en" and language in {"en", "ru", "mn"}:
        family, given = who.latin
        yield "byname", f"{given} “Lefty” {family}"
        yield "bracket", f"{given} (Lefty) {family}"
        yield "née", f"{given} ({family})"


def normalised(who: Stranger, language: str) -> Iterator[Form]:
    latin = who.latin_full
    for variant, change in (WESTERN | LATIN_ONLY).items():
        if (made := change(latin)) != latin:
            yield f"latin-{variant}", made
    native = who.native_full if who.own == language else ""
    for variant, change in (EASTERN if language in {"ko", "zh", "ja"} else WESTERN).items() if native else ():
        if (made := change(native)) != native:
            yield f"native-{variant}", made


def one_edit(who: Stranger, language: str) -> Iterator[Form]:
    """A slip of one letter in a full name of seven letters or more, in Latin and in the language's script where that has letters."""
    names = {("latin", who.latin_full)}
    if language in {"ru", "mn", "ja"}:
        names |= {("native" if who.own == language else "cross", text) for text in who.in_language(language)[:1]}
    if language == "ja" and who.own == "ja":
        names |= {("kana", " ".join(who.facts["kana"]))}
    for script, text in sorted(names):
        for kind, edit in EDITS.items():
            for turn in range(2):
                made = edited(text, edit, number(kind, text, turn), kind)
                if made:
                    yield f"{script}-{kind}", made
