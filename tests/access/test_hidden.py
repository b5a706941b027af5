"""What is hidden answers exactly as what does not exist: the same bytes. Otherwise an id could be tried for existence.

That both take the same time is measured in bench/bench_hidden.py: a test that looks at the clock fails where a machine is busy.
"""

import json
import re
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from app.main import create_app
from tests.access.test_matrix import CALLERS, READS, WRITES, Row, World, filled
from tests.cast import CAST
from tests.figures import figure
from tests.ground.browser import FORM_KEY
from tests.two_worlds.doors import Answer, ask

PAIRS = 500  # for each family of routes
FAMILY = dict.fromkeys(("open", "other", "record", "closed", "late"), "meeting") | {"attributed": "summary"}
BY_ID = [row for row in [*READS, *WRITES] if "{" in row.path.split("?")[0]]


class Asking:
    """Asks as quickly as the application answers."""

    def __init__(self, ground: Any, loop: Any, world: World) -> None:
        self.app, self.loop, self.world = create_app(ground), loop, world

    def ask(self, caller: str, row: Row, things: dict[str, str]) -> Answer:
        headers = {"content-type": "application/json"}
        headers["authorization"] = self.world.programs[caller].client.headers["authorization"]
        path = f"/api/v1{row.path.format(**things)}"
        return ask(self.app, self.loop, row.method, path, headers, self._body(row))

    def _body(self, row: Row) -> bytes:
        """Of what there is, whatever is asked for."""
        return json.dumps(filled(row.body, self.world.things)).encode()


@pytest.fixture
def world(ground, program):
    return World(ground, program)


@pytest.fixture
def asking(ground, loop, world):
    return Asking(ground, loop, world)


def _named(row: Row) -> list[str]:
    return re.findall(r"{(\w+)}", row.path.split("?")[0])


def _family(row: Row) -> str:
    """Of what the last id in the path is one."""
    name = _named(row)[-1]
    return FAMILY.get(name, name)


def missing(row: Row, things: dict[str, str], number: int) -> dict[str, str]:
    """Ids of nothing: every one in the path, or in every second pair only the last, under a meeting that is there."""
    named = _named(row)
    return things | {name: str(uuid4()) for name in (named if number % 2 else named[-1:])}


def hidden(asking: Asking) -> dict[str, list[tuple[Row, str]]]:
    """Family of routes to who is told of which act that there is no such thing, though there is."""
    found: dict[str, list[tuple[Row, str]]] = {}
    for row in BY_ID:
        for caller in CALLERS:
            if caller not in row.may | row.refused and asking.ask(caller, row, asking.world.things).status == 404:
                found.setdefault(_family(row), []).append((row, caller))
    return found


@pytest.mark.sqlite_only("byte equality does not depend on the database")
def test_hidden_and_missing_are_the_same_bytes(asking):
    found = hidden(asking)
    assert found.keys() == {_family(row) for row in BY_ID}
    for family, asked in found.items():
        for number, (row, caller) in enumerate(islice(cycle(asked), PAIRS)):
            there = asking.ask(caller, row, asking.world.things)
            absent = asking.ask(caller, row, missing(row, asking.world.things, number))
            assert there == absent, (family, row.name, caller)
            assert there.status == 404
    figure("P5", identical_pairs=PAIRS * len(found), families=len(found))


@pytest.mark.sqlite_only("byte equality does not depend on the database")
def test_hidden_and_missing_are_the_same_page(world, visit):
    """Through the other door: every page that a caller may not know of."""
    pairs = 0
    for caller in CAST:
        person = visit(caller)
        for row in (row for row in BY_ID if row.method == "GET" and caller not in row.may | row.refused):
            here = row.path.format(**world.things), row.path.format(**missing(row, world.things, pairs))
            there, absent = (person.get(path) for path in here)
            assert there.status_code == absent.status_code == 404
            # A page says where it is, for the choice of its language: what the caller has typed himself. Its form has a key of its own.
            assert _placeless(there, here[0]) == _placeless(absent, here[1]), (row.name, caller)
            assert dict(there.headers) == dict(absent.headers)
            pairs += 1
    assert pairs > 30
    figure("P5", identical_pairs=pairs)


def _placeless(answer: Any, path: str) -> str:
    told = FORM_KEY.sub("", answer.text)
    return told.replace(path.partition("?")[0], "here").replace(quote(path, safe=""), "here")
