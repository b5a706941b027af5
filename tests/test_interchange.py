"""The interchange format: judged whole, kept whole."""

import json
from pathlib import Path

import jsonschema
import pytest

from app.core.errors import Conflict
from app.demo.service import CASE, case
from app.interchange.dumping import dump
from app.interchange.loading import load
from app.interchange.reading import BadDocument, parse, plain, schema, write_json, write_yaml

GOOD = """format: dipoli/1
dialogue: {code: accord, title: {en: Accord}}
parties: [{code: A, neutral: Party A, names: {en: {short: Northland}}}]
texts: [{code: T, kind: accord, title: {en: Accord}, adopted: 2020-01-01}]
baskets: [{code: B, title: {en: Strand one}, members: [A], changes: [{state: active, on: 2020-01-01}]}]
steps:
- {code: S1, basket: B, actors: [A], title: {en: One}, changes: [{state: agreed, on: 2020-01-01}]}
- code: S2
  basket: B
  actors: [A]
  title: {en: Two}
  due: {earliest_of: [{anchor: T, days: 90}, {on: 2020-06-01}]}
  changes: [{state: agreed, on: 2020-01-01}]
links:
- {from: S1, kind: requires, to: S2}
"""

BAD = {
    "unknown key": (GOOD + "surprise: 1\n", "surprise", "not known"),
    "key twice": (GOOD + "links: []\n", "links", "stands twice"),
    "dangling": (GOOD.replace("to: S2", "to: S9"), "links[0].to", "no step or obstacle S9"),
    "itself": (GOOD.replace("to: S2", "to: S1"), "links[0].to", "requires itself"),
    "cycle": (GOOD + "- {from: S2, kind: requires, to: S1}\n", "links", "S1 → S2 → S1"),
    "code twice": (GOOD.replace("code: S2", "code: S1"), "steps[1].code", "used twice"),
    "two dues": (GOOD.replace("due: {", "due: {standing: true, "), "steps[1].due", "exactly one"),
    "bad day": (GOOD.replace("adopted: 2020-01-01", "adopted: 1. Jan"), "texts[0].adopted", "year-month-day"),
    "hidden turn": (GOOD.replace("Northland", "North\u202eland"), "parties[0].names", "direction"),
    "zone": (
        GOOD.replace("title: {en: Accord}}\np", "title: {en: Accord}, time_zone: Mars/Base}\np"),
        "dialogue.time_zone",
        "Mars/Base",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_document_is_refused_with_place_and_line(name):
    text, place, says = BAD[name]
    with pytest.raises(BadDocument) as caught:
        parse(text)
    assert any(fault.place.startswith(place) and says in fault.message for fault in caught.value.faults), caught.value
    assert all(fault.line for fault in caught.value.faults)


def test_every_fault_is_named_at_once():
    with pytest.raises(BadDocument) as caught:
        parse(GOOD.replace("to: S2", "to: S9").replace("basket: B\n", "basket: Z\n"))
    assert {fault.place for fault in caught.value.faults} == {"links[0].to", "steps[1].basket"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a: &x [1]\nb: *x\n",
        "{",
        "- 1",
        "!!python/object:os.system x",
        "[" * 5000,
        "{a: " * 3000,
        "a: " + "x" * 9_000_000,
    ],
)
def test_what_is_no_document_is_refused(text):  # deep, large and clever ones too
    with pytest.raises(BadDocument):
        parse(text)


def test_document_survives_yaml_and_json():
    document = case()
    assert parse(write_yaml(document)) == document
    assert parse(write_json(document)) == document


def test_published_schema_is_the_one_in_force_and_the_case_fits_it():
    published = json.loads(Path("docs/schema/dipoli-1.schema.json").read_text())
    assert published == schema()
    jsonschema.validate(plain(case()), published)


def test_loaded_dialogue_is_written_out_as_it_came_but_for_what_is_confidential(ground):
    document = parse(GOOD)
    load(ground, document)
    again = dump(ground, "accord")
    assert plain(again)["steps"][1]["due"] == plain(document)["steps"][1]["due"]
    assert plain(again)["links"] == plain(document)["links"]

    text = write_yaml(dump(ground, "six-party-talks"))
    for secret in (
        "A short standing catalogue",
        "Unannounced visits",
        "A dated meeting of the working group",
        "Railway and grid",
    ):
        assert secret in CASE.read_text()
        assert secret not in text
    assert "An energy arrangement that outlives one government" in text


def test_nothing_is_half_loaded(ground):
    document = parse(GOOD)
    load(ground, document)
    with pytest.raises(Conflict):
        load(ground, document)
