"""The realistic set: policy prose of 250 to 500 words, half of it with one to three planted mentions, half of it clean.

Paragraphs are drawn from a pool per language and split, so documents of one pool share paragraphs: the number of documents is no
measure of independent prose, the number of different words in the pool is (the report gives both). Planted sentences come from the
challenge set of the same split. Nobody in the prose is registered: public figures with what the public record has, and invented ones.
"""

import re
import sys
from functools import cache
from typing import Any

import yaml

from tests.leaks.challenge import challenge, written
from tests.leaks.filling import Case
from tests.leaks.people import HERE, LANGUAGES, SPLITS
from tests.leaks.variants import number

DOCUMENTS = {"tune": 6, "test": 12}
ENOUGH = 260  # words; the last paragraph takes a document past it
PLANTED = (
    "exact",
    "normalised",
    "order",
    "initials",
    "title",
    "romanised",
    "inflected",
    "one-edit",
    "attribution",
    "attribute",
)
SIGNS_PER_WORD = 1.8
"""Chinese and Japanese have no spaces: a word is counted as 1.8 signs."""


@cache
def prose(language: str) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load((HERE / "prose" / f"{language}.yaml").read_text(encoding="utf-8"))
    return loaded


def words(text: str, language: str) -> float:
    """Words between spaces; in Chinese and Japanese the letters and signs without punctuation, divided by 1.8."""
    if language in {"zh_Hans", "zh_Hant", "ja"}:
        return len(re.findall(r"\w", text)) / SIGNS_PER_WORD
    return len(text.split())


@cache
def realistic(split: str) -> tuple[Case, ...]:
    """All documents of a split, in a fixed order; every second one is clean."""
    return tuple(_document(language, split, index) for language in LANGUAGES for index in range(DOCUMENTS[split]))


def _document(language: str, split: str, index: int) -> Case:
    paragraphs = _paragraphs(language, split, index)
    planted = _planted(language, split, index) if index % 2 == 0 else []
    titles = prose(language)["titles"]
    text = titles[index % len(titles)]
    expect: list[dict[str, Any]] = []
    for at, paragraph in enumerate(paragraphs):
        text += "\n\n" + paragraph
        for mention in planted[at :: len(paragraphs)]:
            text += "" if language in {"zh_Hans", "zh_Hant", "ja"} else " "
            expect += [e | {"start": e["start"] + len(text), "end": e["end"] + len(text)} for e in mention["expect"]]
            text += mention["text"]
    kinds = ",".join(mention["class"] for mention in planted)
    return {
        "id": f"{split}-document-{language}-{index:02}", "lang": language, "class": "realistic", "split": split,
        "variant": kinds or "clean", "text": text, "expect": expect,
    }  # fmt: skip


def _paragraphs(language: str, split: str, index: int) -> list[str]:
    pool = sorted(prose(language)[split], key=lambda p: number("paragraph", language, split, index // 2, index % 2, p))
    taken: list[str] = []
    while pool and sum(words(p, language) for p in taken) < ENOUGH:
        taken.append(pool.pop())
    return taken


@cache
def _mentions(split: str) -> tuple[Case, ...]:
    return tuple(case for case in challenge(split) if case["class"] in PLANTED and "\n" not in case["text"])


def _planted(language: str, split: str, index: int) -> list[Case]:
    """One to three, each of another class, all for a block; the sentences must not be those of a neighbour document."""
    wanted = 1 + number("how many", language, split, index) % 3
    classes = sorted(PLANTED, key=lambda kind: number("class", language, split, index, kind))[:wanted]
    return [_mention(kind, language, split, index) for kind in classes]


def _mention(kind: str, language: str, split: str, index: int) -> Case:
    some = [
        c
        for c in _mentions(split)
        if c["class"] == kind and c["lang"] == language and c["expect"][0]["level"] == "block"
    ]
    return min(some, key=lambda case: number("mention", language, split, index, case["id"]))


if __name__ == "__main__":
    sys.stdout.write("".join(written(realistic(split)) for split in SPLITS))
