"""The fresh set: a second, independent challenge set by other people, other sentences and other ways to write a name.

Two halves, by person and by sentence: `look`, whose misses may be read, and `held`, of which only figures are ever shown. What is taken
follows from SHA-256 of what it is. `python -m tests.leaks.fresh_cases` writes it as JSON lines.
"""

import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from tests.leaks import fresh_forms as forms
from tests.leaks.challenge import written
from tests.leaks.filling import Case, fill, marked
from tests.leaks.fresh_forms import Stranger, strangers
from tests.leaks.inflect import with_particle
from tests.leaks.people import HERE
from tests.leaks.variants import number

HALVES = ("look", "held")
TONGUES = ("en", "ko", "zh", "ja", "ru", "mn")
NAMED = {
    "exact": forms.exact, "normalised": forms.normalised, "order": forms.order, "initials": forms.initials, "title": forms.title,
    "romanised": forms.romanised, "cross-script": forms.crossed, "one-edit": forms.one_edit, "handle": forms.handle, "ruby": forms.ruby,
}  # fmt: skip
CLASSES = (*NAMED, "inflected", "attribution", "attribute")
QUOTA = 64


@cache
def sentences(language: str, half: str) -> dict[str, Any]:
    loaded = yaml.safe_load((HERE / "fresh" / f"{language}.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = loaded[half]
    return found


@cache
def fresh(half: str) -> tuple[Case, ...]:
    """All cases of a half, negatives and prose included, in a fixed order."""
    cases: list[Case] = []
    for language in TONGUES:
        for kind in CLASSES:
            pool = {case["text"]: case for case in _pool(kind, language, half)}
            taken = _in_turn(sorted(pool.values(), key=lambda c: number("fresh", c["text"])))[:QUOTA]
            cases += _numbered(kind, language, half, taken)
        for kind in ("negative", "prose"):
            texts = sentences(language, half)[kind]
            cases += _numbered(kind, language, half, [{"variant": kind, "text": t, "expect": []} for t in texts])
        cases += _numbered("near-miss", language, half, _near_misses(language, half))
    return tuple(cases)


def _in_turn(cases: list[Case]) -> list[Case]:
    """Variants in turn, so that a rare one is not lost among the common ones."""
    seen: dict[str, int] = {}
    ranked = []
    for case in cases:
        seen[case["variant"]] = seen.get(case["variant"], 0) + 1
        ranked.append((seen[case["variant"]], len(ranked), case))
    return [case for _rank, _place, case in sorted(ranked, key=lambda r: r[:2])]


def _numbered(kind: str, language: str, half: str, cases: list[Case]) -> list[Case]:
    codes = {"zh": "zh_Hans"}
    return [
        {"id": f"{half}-{kind}-{language}-{n:03}", "lang": codes.get(language, language), "tongue": language, "class": kind, "split": half}
        | {key: case[key] for key in ("variant", "text", "expect")}
        for n, case in enumerate(cases)
    ]  # fmt: skip


def _pool(kind: str, language: str, half: str) -> Iterator[Case]:
    texts = sentences(language, half)
    if kind in {"attribution", "attribute"}:
        yield from (marked(sentence, kind, "somebody") for sentence in texts[kind])
        return
    for who in strangers():
        if who.half == half:
            made = _inflected(who, language, texts) if kind == "inflected" else _plain(kind, who, language, texts)
            for variant, sentence, name in made:
                yield _case(variant, sentence, name, who)


Filled = Iterator[tuple[str, str, str]]


def _plain(kind: str, who: Stranger, language: str, texts: dict[str, Any]) -> Filled:
    for variant, name in NAMED[kind](who, language):
        for sentence in texts["name"]:
            yield variant, sentence, name


def _inflected(who: Stranger, language: str, texts: dict[str, Any]) -> Filled:
    if language == "ru":
        for case, some in texts["cases"].items():
            yield from ((v, s, name) for v, name in forms.russian_case(who, case) for s in some)
        return
    for variant, name in forms.inflected(who, language):
        if language == "ko":
            yield from ((variant, *_particle(s, name)) for s in texts["withparticle"])
        else:
            yield from ((variant, s, name) for s in texts.get("possessive", texts["name"]))


def _particle(sentence: str, name: str) -> tuple[str, str]:
    """The particle that goes with the last syllable of the name."""
    for pair in ("은|는", "이|가", "을|를", "과|와"):
        if f"{{{pair}}}" in sentence:
            sentence = sentence.replace(f"{{{pair}}}", with_particle(name, pair.replace("|", "/"))[len(name) :])
    return sentence, name


def _case(variant: str, sentence: str, name: str, who: Stranger) -> Case:
    text, start = fill(sentence, name, who.sex)
    return {"variant": variant, "text": text, "expect": [{"start": start, "end": start + len(name), "ref": who.ref, "level": "block"}]}  # fmt: skip


def _near_misses(language: str, half: str) -> list[Case]:
    """Families of the registry with given names of the other half: people who are not there."""
    pairs = [(one, other) for one in strangers() for other in strangers() if one.half == half != other.half and one.culture == other.culture]  # fmt: skip
    made = []
    for one, other in sorted(pairs, key=lambda p: number("near", language, p[0].ref, p[1].ref))[:16]:
        name = f"{one.latin[0]} {other.latin[1]}" if one.family_first else f"{other.latin[1]} {one.latin[0]}"
        if one.own == language and one.parts and one.sex == other.sex and one.own != "mn":
            family, given = one.parts[0], other.parts[1]
            name = f"{given} {family}" if language == "ru" else family + given
        sentence = sentences(language, half)["name"][number(name) % len(sentences(language, half)["name"])]
        made.append({"variant": "near-miss", "text": fill(sentence, name, one.sex)[0], "expect": []})
    return made


if __name__ == "__main__":
    sys.stdout.write("".join(written(fresh(half)) for half in HALVES))
