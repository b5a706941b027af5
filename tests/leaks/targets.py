"""The figures the identity check has to reach on the test split, and whether it does."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.leaks.challenge import CLASSES
from tests.leaks.measure import Answer, Share, blocked, false_passages, recall
from tests.leaks.people import LANGUAGES
from tests.leaks.realistic import prose, words

RECALL = {"exact": 0.995, "normalised": 0.995, "romanised": 0.97, "inflected": 0.97, "title": 0.97, "one-edit": 0.95}
EACH_LANGUAGE = 0.95
WORDS_PER_FALSE_BLOCK = 2000
NEAR_MISSES = 0.02
"""At most so many of the near-miss sentences may be blocked: this project's own ceiling, beside the one per 2,000 words of prose."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target: what was asked, what came out, whether it is met."""

    name: str
    asked: str
    came: str
    share: Share
    target: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        return self.reaches(self.target)

    def reaches(self, floor: float) -> bool:
        """Whether the share is as good as this one; of false blocks the fewer the better."""
        return self.share.rate <= floor if self.at_most else self.share.rate >= floor

    def __str__(self) -> str:
        return f"{'met   ' if self.met else 'MISSED'} {self.name:34} {self.asked:>10}   {self.came}"


def verdicts(challenge: list[Answer], documents: list[Answer], split: str) -> Iterator[Verdict]:
    for kind, floor in RECALL.items():
        yield _at_least(f"recall {kind}", floor, recall(a for a in challenge if a.case["class"] == kind))
    for language in LANGUAGES:
        mine = [a for a in challenge if a.case["lang"] == language and a.case["class"] in CLASSES]
        yield _at_least(f"recall {language}, all classes", EACH_LANGUAGE, recall(mine))
    yield _at_most("false blocks per word of documents", document_false_blocks(documents))
    yield _at_most("false blocks per word of prose", prose_false_blocks(documents, split))
    near = blocked(a for a in challenge if a.case["class"] == "negative")
    yield Verdict(
        "near-miss sentences blocked", f"<= {100 * NEAR_MISSES:.1f} %", str(near), near, NEAR_MISSES, at_most=True
    )


def document_false_blocks(documents: list[Answer]) -> Share:
    """False blocks of the words of all documents, shared paragraphs counted each time."""
    total = sum(words(a.case["text"], a.case["lang"]) for a in documents)
    return Share(sum(len(a.false_blocks()) for a in documents), round(total))


def prose_false_blocks(documents: list[Answer], split: str) -> Share:
    """Different passages falsely blocked, of the words of the pool: what the documents tell once their paragraphs count once."""
    pool = sum(words(paragraph, language) for language in LANGUAGES for paragraph in prose(language)[split])
    return Share(len(false_passages(documents)), round(pool))


def _at_least(name: str, floor: float, share: Share) -> Verdict:
    return Verdict(name, f">= {100 * floor:.1f} %", str(share), share, floor)


def _at_most(name: str, share: Share) -> Verdict:
    came = f"{share.hits} in {share.of} words"
    return Verdict(name, f"1 in {WORDS_PER_FALSE_BLOCK}", came, share, 1 / WORDS_PER_FALSE_BLOCK, at_most=True)
