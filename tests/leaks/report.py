"""`make leak-report`: recall and false blocks of the identity check by language and class, with Wilson 95 % intervals; both sets.

Any matcher can be measured: `python -m tests.leaks.report --command "program scan"`; it is called with `--people FILE` behind it.
`--misses CLASS` lists what was missed in the tune split. It never lists the test split: who reads its misses tunes to them.
"""

import argparse
import shlex
import sys
from collections.abc import Iterator

from tests.leaks import fresh_report
from tests.leaks.challenge import CLASSES, KNOWN, challenge
from tests.leaks.measure import COMMAND, Answer, answers, blocked, leaking, recall, wilson
from tests.leaks.people import LANGUAGES, SPLITS
from tests.leaks.realistic import SIGNS_PER_WORD, realistic
from tests.leaks.targets import document_false_blocks, prose_false_blocks, verdicts

LISTABLE = (*CLASSES, "negative", "realistic")


def measured(command: str, split: str) -> tuple[list[Answer], list[Answer]]:
    """The answers to the challenge set and to the documents of one split, from one run of the command."""
    first, second = challenge(split), realistic(split)
    told = answers(shlex.split(command), split, [*first, *second])
    return told[: len(first)], told[len(first) :]


def lines(split: str, cases: list[Answer], documents: list[Answer]) -> Iterator[str]:
    yield f"== {split} split =="
    yield from _recall_table(cases)
    yield from _negatives(cases)
    yield from _documents(documents, split)
    yield from _known(cases)
    yield "" if split == "test" else "\ntargets (they bind on the test split)"
    found = list(verdicts(cases, documents, split))
    yield from map(str, found)
    behind = [verdict.name for verdict in found if not verdict.met]
    yield f"\nmissed: {'; '.join(behind) if behind else 'none'}\n"


def _recall_table(cases: list[Answer]) -> Iterator[str]:
    yield "recall of mentions: found/expected, share, Wilson 95 % interval"
    for kind in CLASSES:
        mine = [a for a in cases if a.case["class"] == kind]
        yield f"{kind:12} {'all':8} {recall(mine)}"
        for language in LANGUAGES:
            yield f"{'':12} {language:8} {recall(a for a in mine if a.case['lang'] == language)}"
    for language in LANGUAGES:
        mine = [a for a in cases if a.case["lang"] == language and a.case["class"] in CLASSES]
        yield f"{'all classes':12} {language:8} {recall(mine)}"


def _negatives(cases: list[Answer]) -> Iterator[str]:
    yield "\nnear-miss sentences: blocked/all, share, interval"
    mine = [a for a in cases if a.case["class"] == "negative"]
    yield f"{'negative':12} {'all':8} {blocked(mine)}"
    for language in LANGUAGES:
        yield f"{'':12} {language:8} {blocked(a for a in mine if a.case['lang'] == language)}"


def _documents(documents: list[Answer], split: str) -> Iterator[str]:
    yield f"\nrealistic documents (Chinese and Japanese words are signs divided by {SIGNS_PER_WORD})"
    yield f"{'leaking':12} {'all':8} {leaking(documents)}"
    for language in LANGUAGES:
        yield f"{'':12} {language:8} {leaking(a for a in documents if a.case['lang'] == language)}"
    for name, share in (
        ("documents, repeats counted", document_false_blocks(documents)),
        ("different prose", prose_false_blocks(documents, split)),
    ):
        low, high = wilson(share.hits, share.of)
        rates = [f"{n * share.rate:.2f} [{n * low:.2f}, {n * high:.2f}] per {n:,} words" for n in (1000, 2000)]
        yield f"false blocks in {name}: {share.hits} in {share.of:,} words, {', '.join(rates)}"
    yield f"clean documents blocked: {blocked(a for a in documents if not a.case['expect'])}"


def _known(cases: list[Answer]) -> Iterator[str]:
    yield "\nknown misses, no target"
    for kind in KNOWN:
        mine = [a for a in cases if a.case["class"] == f"known-{kind}"]
        if mine:
            yield f"{kind:12} {'all':8} {recall(mine)}"


def missed(command: str, kind: str, limit: int) -> Iterator[str]:
    """Misses of the tune split; of negatives and documents also what was blocked falsely."""
    cases, documents = measured(command, "tune")
    for answer in [a for a in [*cases, *documents] if a.case["class"] == kind and (a.misses() or a.false_blocks())][
        :limit
    ]:
        text = answer.case["text"]
        wanted = [text[m["start"] : m["end"]] for m in answer.misses()]
        wrong = [text[h["start"] : h["end"]] for h in answer.false_blocks()]
        yield f"{answer.case['id']} {answer.case['variant']} missed {wanted!r} falsely blocked {wrong!r}\n    {text!r}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="leak-report", description=__doc__)
    parser.add_argument("--command", default=COMMAND, help="the matcher; --people FILE is put behind it")
    parser.add_argument("--split", choices=[*SPLITS, "both"], help="tune, test or both (both)")
    parser.add_argument("--misses", choices=LISTABLE, metavar="CLASS", help="list misses of the tune split")
    parser.add_argument("--limit", type=int, default=40)
    chosen = parser.parse_args(arguments)
    if chosen.misses and chosen.split in {"test", "both"}:
        parser.error("Misses are listed for the tune split only. The test split stays unread, or it measures nothing.")
    if chosen.misses:
        print(*missed(chosen.command, chosen.misses, chosen.limit), sep="\n")
        return 0
    for split in SPLITS if chosen.split in {None, "both"} else (chosen.split,):
        print(*lines(split, *measured(chosen.command, split)), sep="\n")
    if chosen.split is None:
        print(*fresh_report.everything(chosen.command), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
