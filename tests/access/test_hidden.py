"""What is hidden answers exactly as what does not exist: the same bytes, at the same pace. Otherwise an id could be tried for existence."""

import hashlib
import json
import os
import random
import re
import time
from itertools import cycle, islice
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from app.access.bypass import unguarded
from app.main import create_app
from app.registers import queries as registers
from app.registers.models import Entry
from tests.access.test_matrix import CALLERS, READS, WRITES, Row, World, filled
from tests.cast import CAST
from tests.figures import figure
from tests.ground.browser import FORM_KEY
from tests.two_worlds.doors import Answer, ask

PAIRS = 500  # for each family of routes
FAMILY = dict.fromkeys(("open", "other", "record", "closed", "late"), "meeting") | {"attributed": "summary"}
BY_ID = [row for row in [*READS, *WRITES] if "{" in row.path.split("?")[0]]


class Asking:
    """Asks as quickly as the application answers, and says how long it took."""

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

    def took(self, caller: str, row: Row, things: dict[str, str]) -> float:
        """Milliseconds of work, in all threads: what others do on the machine is not counted."""
        began = time.process_time()
        self.ask(caller, row, things)
        return (time.process_time() - began) * 1000


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


def _missing(row: Row, things: dict[str, str], number: int) -> dict[str, str]:
    """Ids of nothing: every one in the path, or in every second pair only the last, under a meeting that is there."""
    named = _named(row)
    return things | {name: str(uuid4()) for name in (named if number % 2 else named[-1:])}


def _hidden(asking: Asking) -> dict[str, list[tuple[Row, str]]]:
    """Family of routes to who is told of which act that there is no such thing, though there is."""
    found: dict[str, list[tuple[Row, str]]] = {}
    for row in BY_ID:
        for caller in CALLERS:
            if caller not in row.may | row.refused and asking.ask(caller, row, asking.world.things).status == 404:
                found.setdefault(_family(row), []).append((row, caller))
    return found


@pytest.mark.sqlite_only("byte equality does not depend on the database")
def test_hidden_and_missing_are_the_same_bytes(asking):
    hidden = _hidden(asking)
    assert hidden.keys() == {_family(row) for row in BY_ID}
    for family, asked in hidden.items():
        for number, (row, caller) in enumerate(islice(cycle(asked), PAIRS)):
            there = asking.ask(caller, row, asking.world.things)
            absent = asking.ask(caller, row, _missing(row, asking.world.things, number))
            assert there == absent, (family, row.name, caller)
            assert there.status == 404
    figure("P5", identical_pairs=PAIRS * len(hidden), families=len(hidden))


@pytest.mark.sqlite_only("byte equality does not depend on the database")
def test_hidden_and_missing_are_the_same_page(world, visit):
    """Through the other door: every page that a caller may not know of."""
    pairs = 0
    for caller in CAST:
        person = visit(caller)
        for row in (row for row in BY_ID if row.method == "GET" and caller not in row.may | row.refused):
            here = row.path.format(**world.things), row.path.format(**_missing(row, world.things, pairs))
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


# --- the pace ---------------------------------------------------------------------------------------------------------

ROUNDS = 250 if os.environ.get("DIPOLI_TEST_LONG") else 80


def _paces(asking: Asking, row: Row, caller: str) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of hidden, of missing, and of missing once more: one of each in every round, in an order of its own."""
    chance, found = random.Random(7), ([], [], [])
    for number in range(ROUNDS + 10):
        each = [asking.world.things, *(_missing(row, asking.world.things, number) for _turn in range(2))]
        for place in chance.sample(range(3), 3):
            took = asking.took(caller, row, each[place])
            if number >= 10:  # the first ones warm up
                found[place].append(took)
    return found


def _is_told_apart(hidden: list[float], missing: list[float], again: list[float]) -> bool:
    """Whether the medians lie further apart than half of what a missing thing alone is spread over, between the quartiles.

    That is four standard errors of a median of eighty, and about a tenth of a request: what is quicker is not noticed here.
    """
    low, _middle, high = quantiles([*missing, *again], n=4)
    slack = (high - low) / 2 + abs(median(missing) - median(again))
    return abs(median(hidden) - median([*missing, *again])) > slack


@pytest.mark.sqlite_only("what the database does is the same statement for both")
def test_hidden_and_missing_take_the_same_time(asking):
    apart = {}
    for family, asked in _hidden(asking).items():
        row, caller = next(((row, caller) for row, caller in asked if caller != "outsider"), asked[0])
        paces = _paces(asking, row, caller)
        if _is_told_apart(*paces) and _is_told_apart(*_paces(asking, row, caller)):  # once may be the machine's
            apart[family] = tuple(round(median(each), 2) for each in paces)
    assert apart == {}


@pytest.mark.sqlite_only("that a test can fail does not depend on the database")
def test_a_slower_answer_for_what_is_there_is_noticed(asking, ground, monkeypatch):
    """As it would be if something were worked out of an entry before it is asked whether the caller may know of it: two milliseconds."""
    entry = registers.entry_view

    def told(reading: Any, entry_id: Any) -> Any:
        with unguarded(ground, "a test breaks the order of things") as work:
            if work.db.get(Entry, entry_id):
                hashlib.pbkdf2_hmac("sha256", b"", b"", 10_000)
        return entry(reading, entry_id)

    monkeypatch.setattr(registers, "entry_view", told)
    row = next(row for row in READS if row.name == "entry, sealed")
    assert _is_told_apart(*_paces(asking, row, "liang"))
