"""The sets stay what they were when the matcher was first measured. A change of the sets changes `frozen.txt` in the same commit, and
says why.
"""

from hashlib import sha256

import pytest

from app.interchange.reading import parse
from tests.leaks.challenge import CLASSES, challenge, written
from tests.leaks.fresh_cases import HALVES, fresh
from tests.leaks.people import HERE, LANGUAGES, SPLITS, people
from tests.leaks.realistic import realistic, words

SETS = {
    f"{name}-{split}": (maker, split)
    for name, maker in (("challenge", challenge), ("realistic", realistic))
    for split in SPLITS
} | {f"fresh-{half}": (fresh, half) for half in HALVES}


@pytest.mark.parametrize("name", SETS)
def test_the_generator_still_makes_the_frozen_set(name):
    maker, split = SETS[name]
    frozen = dict(reversed(line.split()) for line in (HERE / "frozen.txt").read_text().splitlines())
    assert sha256(written(maker(split)).encode()).hexdigest() == frozen[name]


@pytest.mark.parametrize("split", SPLITS)
def test_the_registry_is_an_interchange_document(split):
    document = parse((HERE / f"people_{split}.yaml").read_text())
    assert len(document.people) == 42
    assert {party.code for party in document.parties} == {"CN", "KP", "JP", "KR", "RU", "US", "MN"}
    assert all(person.demonstration for person in document.people)


def test_no_person_and_no_sentence_is_in_both_splits():
    tune, test = ({person.ref for person in people(split)} for split in SPLITS)
    assert not tune & test
    texts = [{case["text"] for case in challenge(split)} for split in SPLITS]
    assert not texts[0] & texts[1]


def test_the_fresh_registry_is_an_interchange_document_of_other_people():
    refs = {person.ref for person in parse((HERE / "people_fresh.yaml").read_text()).people}
    assert len(refs) == 32
    assert not refs & {person.ref for split in SPLITS for person in people(split)}


@pytest.mark.parametrize("name", SETS)
def test_mentions_stand_where_they_are_said_to(name):
    maker, split = SETS[name]
    for case in maker(split):
        assert not set("{}⟦⟧") & set(case["text"])
        for mention in case["expect"]:
            assert 0 <= mention["start"] < mention["end"] <= len(case["text"])
            assert case["text"][mention["start"] : mention["end"]].strip()


def test_there_are_enough_cases():
    cases = challenge("test")
    assert all(sum(case["class"] == kind for case in cases) >= 300 for kind in [*CLASSES, "negative"])
    assert all(sum(case["lang"] == language for case in cases) >= 250 for language in LANGUAGES)


@pytest.mark.parametrize("split", SPLITS)
def test_documents_are_as_long_as_a_page(split):
    assert all(250 <= words(document["text"], document["lang"]) <= 500 for document in realistic(split))
