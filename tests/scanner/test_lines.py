"""`dipoli scan`: lines in, lines out, and what it says of bad input."""

import json

import pytest
from typer.testing import CliRunner

from app.cli import app

PEOPLE = "people: [{ref: a, family: Whitcombe, given: Daniel}]\nparties: []\n"


def _run(folder, lines, people=PEOPLE):
    file = folder / "people.yaml"
    file.write_text(people, encoding="utf-8")
    return CliRunner().invoke(app, ["scan", "--people", str(file)], input=lines)


def test_answers_come_in_the_order_of_the_lines(tmp_path):
    lines = '{"id": 2, "lang": "en", "text": "Daniel Whitcombe said"}\n\n{"id": "b", "text": "Fuel."}\n'
    found = [json.loads(line) for line in _run(tmp_path, lines).stdout.splitlines()]
    hit = {"start": 0, "end": 16, "ref": "a", "kind": "name", "verdict": "block"}
    assert found == [{"id": 2, "verdict": "block", "hits": [hit]}, {"id": "b", "verdict": "pass", "hits": []}]


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[]",
        b'{"id": 1}',
        b'{"text": "x"}',
        b'{"id": 1, "text": 2}',
        b'{"id": 1, "text": "x", "lang": 3}',
        b"\xff",
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path, bad):
    result = _run(tmp_path, b'{"id": 1, "text": "Daniel Whitcombe"}\n' + bad + b"\n")
    assert result.exit_code == 1
    assert result.stderr.startswith("Line 2: ")
    assert result.stdout == ""


@pytest.mark.parametrize(
    "people", ["people: [{ref: a}]", "people: {", "peeple: []", "people: [{ref: a, family: B, party: XX}]"]
)
def test_a_bad_file_is_refused(tmp_path, people):
    result = _run(tmp_path, '{"id": 1, "text": "x"}\n', people)
    assert result.exit_code == 1
    assert "people" in result.stderr
    assert result.stdout == ""
