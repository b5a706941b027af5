"""Run a matcher over the sets through its command line and score what it answers.

A matcher is any program that takes `--people FILE` (an interchange document), reads JSON lines {"id", "lang", "text"} and writes
{"id", "verdict", "hits": [{"start", "end", "ref", "kind", "verdict"}]} in the same order. Nothing of the product is imported.
"""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from tests.leaks.filling import Case
from tests.leaks.people import HERE

COMMAND = f"{shlex.quote(sys.executable)} -m app.cli scan"
"""The product's own, as anybody runs it."""
Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The Wilson score interval (E. B. Wilson, 1927) of `hits` out of `of`; (0, 1) of nothing."""
    if of == 0:
        return 0.0, 1.0
    rate, spread = hits / of, Z * Z / of
    centre, half = (rate + spread / 2) / (1 + spread), Z / (1 + spread) * sqrt(rate * (1 - rate) / of + spread / of / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Answer:
    """A case and the hits the matcher answered with."""

    case: Case
    hits: tuple[dict[str, Any], ...]

    def misses(self) -> list[dict[str, Any]]:
        return [mention for mention in self.case["expect"] if not self._found(mention)]

    def _found(self, mention: dict[str, Any]) -> bool:
        """A block asks for an overlapping hit that blocks; a warning for any overlapping hit."""
        wanted = {"block"} if mention["level"] == "block" else {"block", "warn"}
        return any(hit["verdict"] in wanted and _overlap(hit, mention) for hit in self.hits)

    def false_blocks(self) -> list[dict[str, Any]]:
        """Blocking hits that touch no mention at all."""
        return [
            h for h in self.hits if h["verdict"] == "block" and not any(_overlap(h, m) for m in self.case["expect"])
        ]


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def answers(command: Sequence[str], split: str, cases: Iterable[Case]) -> list[Answer]:
    """What the command says of the cases of one split, with that split's registry. Raises ValueError where it breaks the contract."""
    asked = list(cases)
    lines = "".join(
        json.dumps({key: case[key] for key in ("id", "lang", "text")}, ensure_ascii=False) + "\n" for case in asked
    )
    done = subprocess.run(
        [*command, "--people", str(HERE / f"people_{split}.yaml")],
        input=lines.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.decode().splitlines()]
    if [answer["id"] for answer in told] != [case["id"] for case in asked]:
        raise ValueError("The answers are not one line for each text in the order of the texts.")
    return [Answer(case, tuple(answer["hits"])) for case, answer in zip(asked, told, strict=True)]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        return self.hits / self.of if self.of else 0.0

    def __str__(self) -> str:
        low, high = wilson(self.hits, self.of)
        return f"{self.hits:5}/{self.of:<5} {100 * self.rate:6.2f} % [{100 * low:6.2f}, {100 * high:6.2f}]"


def recall(some: Iterable[Answer]) -> Share:
    """Of the mentions, those found."""
    listed = list(some)
    mentions = sum(len(answer.case["expect"]) for answer in listed)
    return Share(mentions - sum(len(answer.misses()) for answer in listed), mentions)


def blocked(some: Iterable[Answer]) -> Share:
    """Of the texts, those with at least one false block."""
    listed = list(some)
    return Share(sum(bool(answer.false_blocks()) for answer in listed), len(listed))


def leaking(some: Iterable[Answer]) -> Share:
    """Of the documents with mentions, those with a miss: any miss is a leak."""
    listed = [answer for answer in some if answer.case["expect"]]
    return Share(sum(bool(answer.misses()) for answer in listed), len(listed))


def false_passages(some: Iterable[Answer]) -> set[tuple[str, str]]:
    """The different passages that are blocked falsely: documents share paragraphs, and a passage counts once."""
    return {
        (answer.case["lang"], answer.case["text"][max(0, hit["start"] - 12) : hit["end"] + 12])
        for answer in some
        for hit in answer.false_blocks()
    }
