"""The challenge set: invented people in handwritten sentences, by class and language, split by person and by template.

`python -m tests.leaks.challenge` writes it as JSON lines. Nothing here draws lots: what is taken follows from SHA-256 of what it is, so
that every machine makes the same set. A case of the test split has a person of the test registry in a sentence of the test split.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import zip_longest
from typing import Any

import yaml

from tests.leaks import forms, inflect
from tests.leaks.attribution import attribute_cases, attribution_cases
from tests.leaks.filling import Case, fill, make_case, marked
from tests.leaks.people import HERE, LANGUAGES, SPLITS, Invented, Name, people
from tests.leaks.variants import number, one_edit

QUOTA = {"tune": 42, "test": 66}
MANY_VARIANTS = {"normalised", "attribute"}  # twice the quota
CLASSES = (
    "exact", "normalised", "order", "initials", "handle", "title", "romanised", "inflected", "one-edit", "attribution", "attribute",
    "structure",
)  # fmt: skip
KNOWN = ("paraphrase", "two-edits", "short-edit", "nickname", "event", "capital", "pronoun")
Pairs = Iterable[tuple[Invented, forms.Form, str]]
"""(person, form, sentence)"""


@cache
def templates(language: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / "templates" / f"{language}.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def challenge(split: str) -> tuple[Case, ...]:
    """All cases of a split, negatives and known misses included, in a fixed order."""
    cases: list[Case] = []
    for language in LANGUAGES:
        for kind in CLASSES:
            quota = QUOTA[split] * (2 if kind in MANY_VARIANTS else 1)
            cases += _numbered(kind, language, split, _taken(kind, language, _pool(kind, language, split), quota))
        cases += _numbered("negative", language, split, list(_negatives(language, split)))
        for kind in KNOWN:
            cases += _numbered(f"known-{kind}", language, split, list(_known(kind, language, split)))
    return tuple(cases)


def _numbered(kind: str, language: str, split: str, cases: list[Case]) -> list[Case]:
    for index, case in enumerate(cases):
        case |= {"id": f"{split}-{kind}-{language}-{index:03}", "lang": language, "class": kind, "split": split}
    return [{key: case[key] for key in ("id", "lang", "class", "split", "variant", "text", "expect")} for case in cases]


def _taken(kind: str, key: str, pool: Iterator[Case], quota: int) -> list[Case]:
    """At most the quota: variants in turn, so that a rare one is not lost among the common ones; native script three times in four."""
    by_variant: dict[str, list[Case]] = {}
    for case in sorted(pool, key=lambda c: number(kind, c["text"])):
        by_variant.setdefault(case["variant"], []).append(case)
    shuffled = sorted(by_variant.items(), key=lambda item: number(kind, key, item[0]))
    native = [cases for variant, cases in shuffled if variant.startswith("native")]
    other = [cases for variant, cases in shuffled if not variant.startswith("native")]
    mixed = _in_turn([_unique(_in_turn(native)), _unique(_in_turn(other))], weights=(3, 1))
    return _unique(mixed)[:quota]


def _in_turn(lists: list[list[Case]], weights: tuple[int, ...] | None = None) -> list[Case]:
    heavy = weights or (1,) * len(lists)
    chunks = [[some[i : i + w] for i in range(0, len(some), w)] for some, w in zip(lists, heavy, strict=True)]
    return [case for row in zip_longest(*chunks) for chunk in row if chunk for case in chunk]


def _unique(cases: Iterable[Case]) -> list[Case]:
    return list({case["text"]: case for case in cases}.values())


def _pool(kind: str, language: str, split: str) -> Iterator[Case]:
    if kind == "attribution":
        return attribution_cases(templates(language)[split], language, split)
    if kind == "attribute":
        return attribute_cases(templates(language)[split], language, split)
    if kind == "structure":
        return _structure(language, split)
    pairs = {"inflected": _inflected, "title": _titled}.get(kind, _named_in(kind))
    return (make_case(sentence, form, person) for person, form, sentence in pairs(language, split))


def _named_in(kind: str) -> Any:
    makers = {
        "exact": forms.exact, "normalised": forms.normalised, "order": forms.order, "initials": forms.initials, "handle": forms.handle,
        "romanised": forms.romanised, "one-edit": forms.edited,
    }  # fmt: skip
    key = "edit" if kind == "one-edit" else kind

    def pairs(language: str, split: str) -> Pairs:
        for person in people(split):
            for form in makers[kind](person, language):
                for sentence in templates(language)[split][key]:
                    yield person, form, sentence

    return pairs


def _titled(language: str, split: str) -> Pairs:
    sentences = templates(language)[split]["title"]
    for person in people(split):
        if language == "ru":
            yield from (
                (person, f, s)
                for case, some in sentences.items()
                for s in some
                for f in forms.russian_title(person, case)
            )
        else:
            yield from ((person, form, s) for s in sentences for form in forms.title(person, language))


def _inflected(language: str, split: str) -> Pairs:
    sentences = templates(language)[split]["inflected"]
    for person in people(split):
        if language == "ru":
            yield from (
                (person, f, s)
                for case, some in sentences.items()
                for s in some
                for f in forms.russian_inflected(person, case)
            )
        elif language == "mn":
            yield from (
                (person, f, s)
                for case, some in sentences.items()
                for s in some
                for f in forms.mongolian_inflected(person, case)
            )
        elif language == "ko":
            yield from _with_particles(person, sentences)
        else:
            yield from ((person, form, s) for s in sentences for form in _plain_forms(person, language))


def _with_particles(person: Invented, sentences: dict[str, list[str]]) -> Pairs:
    name = person.native("ko")
    if name is not None:
        for particle, some in sentences.items():
            form = forms.Form("native", inflect.with_particle(name.full, particle))
            yield from ((person, form, sentence) for sentence in some)


def _plain_forms(person: Invented, language: str) -> Iterator[forms.Form]:
    """Full names as they stand before a possessive or a particle."""
    native = person.native(language)
    if language == "en":
        yield forms.Form("latin", person.latin.full)
        yield forms.Form(
            "latin-swapped",
            Name(person.latin.family, person.latin.given, family_first=not person.latin.family_first).full,
        )
    elif native is not None:
        yield forms.Form("native", native.full)


def _structure(language: str, split: str) -> Iterator[Case]:
    for place, sentences in templates(language)[split]["structure"].items():
        for sentence in sentences:
            for person in people(split):
                if place == "file":
                    yield from _in_file_name(sentence, person)
                    continue
                native = person.native(language)
                for script, name in (("native", native), ("latin", person.latin)):
                    if name is not None:
                        yield make_case(sentence, forms.Form(f"{script}-{place}", name.full), person)


def _in_file_name(sentence: str, person: Invented) -> Iterator[Case]:
    family, given = forms.slugs(person.latin)
    for mark, variant in (("_", "file"), ("-", "file-hyphen"), ("%20" if "https" in sentence else ".", "file-dot")):
        text = sentence.replace("{slug}", "{n}")
        yield make_case(text, forms.Form(variant, f"{given}{mark}{family}"), person)
        yield make_case(text, forms.Form(variant, f"{family}{mark}{given}"), person)


def _negatives(language: str, split: str) -> Iterator[Case]:
    """The handwritten near-misses, and family names of the registry with given names that belong to somebody else."""
    for sentence in templates(language)[split]["negative"]:
        yield {"variant": "handwritten", "text": sentence, "expect": []}
    sentences = templates(language)[split]["exact"]
    strangers = sorted(_strangers(language, split), key=lambda s: number("stranger", *s))
    for index, (variant, name, sex) in enumerate(strangers[:24]):
        yield {"variant": variant, "text": fill(sentences[index % len(sentences)], name, sex)[0], "expect": []}


def _strangers(language: str, split: str) -> Iterator[tuple[str, str, str]]:
    """Names of nobody: a registered family name with a given name from the other half, or from another registered person."""
    others = {"given-of-other-half": people(SPLITS[1 - SPLITS.index(split)]), "given-of-another": people(split)}
    for person in people(split):
        for variant, some in others.items():
            for other in some:
                made = _crossed(person, other, language)
                if made is not None and other.sex == person.sex:
                    yield variant, made, person.sex


def _crossed(person: Invented, other: Invented, language: str) -> str | None:
    if person.ref == other.ref or person.culture != other.culture:
        return None
    pair = (person.latin, other.latin) if language == "en" else (person.native(language), other.native(language))
    if pair[0] is None or pair[1] is None or _alike(pair[0].given, pair[1].given):
        return None
    name = Name(pair[0].family, pair[1].given, pair[0].space, family_first=pair[0].family_first)
    return name.full


def _alike(one: str, other: str) -> bool:
    """Given names that share an end or a beginning are too near each other for a fair negative."""
    return one[0] == other[0] or one[-2:] == other[-2:] or one[-1] == other[-1]


def _known(kind: str, language: str, split: str) -> Iterator[Case]:
    if kind == "two-edits":
        yield from _taken(kind, language, _two_edits(language, split), 20)
    elif kind == "short-edit":
        yield from _taken(kind, language, _short_edits(language, split), 20)
    elif split == "test":
        loaded = yaml.safe_load((HERE / "templates" / "known.yaml").read_text(encoding="utf-8"))
        for sentence in loaded[kind].get(language, []):
            yield marked(sentence, kind, "nobody in particular")


def _two_edits(language: str, split: str) -> Iterator[Case]:
    for person in people(split):
        for turn in range(4):
            once = one_edit(person.latin.full, turn)
            twice = one_edit(once, turn + 5) if once else None
            if twice:
                for sentence in templates(language)[split]["edit"]:
                    yield make_case(sentence, forms.Form("latin", twice), person)


SOUNDS_ALIKE = {
    "ko": "애에 해헤 재제 세새 도두 율률 설솔 별볠 목묵 람남",
    "zh_Hans": "秋邱 衡恒 舟周 甫辅 宁凝 轩宣 琳霖 霖林 溪曦 坤昆",
}
SOUNDS_ALIKE |= {
    "zh_Hant": "秋邱 衡恆 舟周 甫輔 寧凝 軒宣 琳霖 霖林 溪曦 坤昆",
    "ja": "崎碕 藤籐 澄純 惣壮 匡恭 介助 郎朗 緒央 紘尋 村邑",
}


def _short_edits(language: str, split: str) -> Iterator[Case]:
    """One sign of a short Han or Hangul name for another of like sound: a slip, but also how another person is called."""
    pairs = SOUNDS_ALIKE.get(language, "").split()
    for person in people(split):
        name = person.native(language)
        if name is None or language not in person.own:
            continue
        for sign, other in pairs:
            if re.search(sign, name.full):
                for sentence in templates(language)[split]["exact"]:
                    yield make_case(sentence, forms.Form("native", name.full.replace(sign, other)), person)


def written(cases: Iterable[Case]) -> str:
    """As JSON lines; the text that is hashed."""
    return "".join(json.dumps(case, ensure_ascii=False, sort_keys=True) + "\n" for case in cases)


if __name__ == "__main__":
    sys.stdout.write("".join(written(challenge(split)) for split in SPLITS))
