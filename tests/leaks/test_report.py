"""The measuring itself: intervals from the literature, scoring, and that nobody reads the misses of the test split."""

import sys

import pytest

from tests.leaks.measure import Answer, answers, recall, wilson
from tests.leaks.report import main

NOBODY = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"id": json.loads(line)["id"], "verdict": "pass", "hits": []}))
"""


def _answer(expect, *hits):
    return Answer({"text": "x" * 40, "expect": expect}, tuple({"start": s, "end": e, "verdict": v} for s, e, v in hits))


# R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_the_published_interval(hits, of, low, high):
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


def test_a_block_asks_for_a_block_that_overlaps_and_a_warning_for_any_hit():
    block, warn = [{"start": 5, "end": 9, "level": "block"}], [{"start": 5, "end": 9, "level": "warn"}]
    assert not _answer(block, (8, 12, "block")).misses()
    assert _answer(block, (8, 12, "warn")).misses()
    assert _answer(block, (9, 12, "block")).misses()
    assert not _answer(warn, (0, 6, "warn")).misses()
    assert len(_answer(block, (8, 12, "block"), (20, 22, "block"), (30, 31, "warn")).false_blocks()) == 1


def test_a_program_that_finds_nothing_has_no_recall(tmp_path):
    program = tmp_path / "nobody.py"
    program.write_text(NOBODY)
    case = {"id": "1", "lang": "en", "text": "Hello", "expect": [{"start": 0, "end": 5, "level": "block"}]}
    assert recall(answers([sys.executable, str(program)], "tune", [case])).rate == 0


def test_misses_of_the_test_split_are_not_listed(capsys):
    with pytest.raises(SystemExit):
        main(["--misses", "exact", "--split", "test"])
    assert "tune split only" in capsys.readouterr().err
