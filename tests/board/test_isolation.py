"""The isolation statement, on generated dialogues in a real database.

For every dialogue, every basket X and every basket Y ≠ X: calling a stalemate in X leaves every row of Y equal, and the set of
actions allowed in Y equal, for every role. And what the board then says is blocked is what an independent model says.
"""

import sqlite3
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import StaticPool

from app.access.gate import guarded_tables
from app.access.keys import level_for
from app.access.levels import Role, Room
from app.access.rules import RULES, Thing, decide
from app.access.viewer import Viewer
from app.access.work import Ground, reading, working
from app.baskets.commands import StallBasket
from app.baskets.service import stall_basket
from app.board.rows import roadmap_of, rows_of
from app.core import clock
from app.db.revisions import upgrade
from app.dialogues.joining import operator_of
from app.engine.isolation import effects
from app.interchange.document import Document
from app.interchange.judging import faults_of
from app.interchange.loading import load
from tests.board import judgement

BASKETS = ("X", "Y", "Z")
PARTIES = ("A", "B", "C")
TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINKAGE = ("independent", "coordinated-implementation", "single-undertaking")
STATES = ("proposed", "provisionally-agreed", "agreed", "under-way", "done", "missed", "withdrawn")
ORDERS = ("simultaneous", "a-then-b", "b-then-a", "disputed")


ON = "2020-01-01"
ENDED = "2020-06-01"
UNSHRUNK = (Phase.explicit, Phase.generate)
some = st.integers(0, 2).map(lambda n: n == 0)
by = st.sampled_from([None, *PARTIES])


def _part(code, **more):
    return {"code": code, "title": {"en": code}, **more}


def _quantity(draw, substitutes_deliver):
    """Parts delivered and parts handed over, some of them revoked; where substitutes deliver, it is what they took over or less."""
    amount = st.integers(1, 3)
    takers = st.tuples(st.sampled_from(("B", "C")), amount, some)
    handed = draw(st.lists(takers, min_size=substitutes_deliver, max_size=2))
    delivered = [("A", n) for n in draw(st.lists(amount, max_size=2))]
    if substitutes_deliver:
        delivered += [(p, draw(st.integers(1, n))) for p, n, gone in handed if not gone]
    given, taken = sum(n for _p, n in delivered), sum(n for _p, n, gone in handed if not gone)
    return {
        "total": max(1, draw(st.sampled_from([given, taken, given + taken, given + taken + 1])), given, taken),
        "unit": "t",
        "delivered": [{"party": p, "quantity": n, "on": ON} for p, n in delivered],
        "handed_over": [
            {"party": p, "quantity": n, "on": ON, "reason": "why", **({"revoked": ENDED} if gone else {})}
            for p, n, gone in handed
        ],
    }


def _steps(draw, names, substitutes_deliver):
    return [
        _part(
            code,
            basket=draw(st.sampled_from(BASKETS)),
            actors=draw(st.lists(st.sampled_from(PARTIES), min_size=1, max_size=2, unique=True)),
            changes=[{"state": draw(st.sampled_from(STATES)), "on": ON}],
            quantity=_quantity(draw, substitutes_deliver) if substitutes_deliver or draw(st.booleans()) else None,
        )
        for code in names
    ]


def _links(draw, names):
    ends = st.tuples(st.sampled_from(names), st.sampled_from([*names, "OB"]), st.sampled_from(["requires", "linked"]))
    ties = [(s, t, k) for s, t, k in draw(st.lists(ends, max_size=6, unique=True)) if s != t]
    ties += [(basket, "OB", "requires") for basket in draw(st.sets(st.sampled_from(BASKETS), max_size=1))]
    until = st.sampled_from([None, None, None, ENDED])
    return [{"from": s, "to": t, "kind": k, "by": draw(by), "since": ON, "until": draw(until)} for s, t, k in ties]


def _exchanges(draw, names):
    """One, with up to two steps on a side, and what each party reads in it."""
    sides = draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
    if len(sides) < 2:
        return []
    middle, order = len(sides) // 2, draw(st.sampled_from(ORDERS))
    read = draw(st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(ORDERS[:3])), max_size=2))
    readings = [{"party": p, "order": o, "on": ON} for p, o in read]
    return [{"code": "E", "a": sides[:middle], "b": sides[middle:], "order": order, "since": ON, "readings": readings}]


def _waivers(draw, links, exchanges):
    """Of some requirements by all whom they may concern, of some by one party, of some revoked."""
    named = [{"from": li["from"], "to": li["to"], "of": li["by"]} for li in links if li["kind"] == "requires"]
    named += [{"exchange": x["code"], "side": side} for x in exchanges for side in "ab"]
    return [
        {**each, "by": party, "on": ON, "reason": "why", **({"revoked": ENDED} if draw(some) else {})}
        for each in named
        for party in draw(st.sampled_from([(), PARTIES, PARTIES[:1], (each.get("of") or "B",)]))
    ]


@st.composite
def documents(draw, *, substitutes_deliver=False):
    """A dialogue with baskets and steps in any state, quantities and hand-overs, links, exchanges, an obstacle, waivers; only such as would be loaded."""
    names = [f"S{n}" for n in range(draw(st.integers(1, 6)))]
    state = st.sampled_from(["exploratory", "active", "active", "stalled", "suspended", "dormant", "concluded"])
    links, exchanges = _links(draw, names), _exchanges(draw, names)
    steps = _steps(draw, names, substitutes_deliver)
    if substitutes_deliver or draw(some):  # whoever acts made a requirement, so that handing the step over tells
        own = [{"from": s["code"], "to": "OB", "kind": "requires", "by": s["actors"][0], "since": ON} for s in steps]
        links = draw(st.lists(st.sampled_from(own), min_size=1, max_size=3, unique_by=lambda link: link["from"]))
    obstacle = _part("OB", baskets=[draw(st.sampled_from(BASKETS))], raised=ON)
    made = {
        "format": "dipoli/1",
        "dialogue": {"code": "made", "title": {"en": "Made"}, "linkage_policy": draw(st.sampled_from(LINKAGE))},
        "parties": [{"code": p, "neutral": f"Party {p}", "names": {"en": {"short": p}}} for p in PARTIES],
        "baskets": [_part(code, members=list(PARTIES), changes=[{"state": draw(state), "on": ON}]) for code in BASKETS],
        "topics": [
            _part(f"T{b}", basket=b, changes=[{"state": "open", "on": ON}]) for b in BASKETS if draw(st.booleans())
        ],
        "meetings": [
            _part(f"M{b}", kind="working-group", baskets=[b], starts=ON, ends=ON)
            for b in BASKETS
            if draw(st.booleans())
        ],
        "obstacles": [{**obstacle, "lifted": ENDED} if draw(some) else obstacle],
        "steps": steps,
        "links": links,
        "exchanges": exchanges,
        "waivers": _waivers(draw, links, exchanges),
    }
    document = Document.model_validate(made)
    while faults := faults_of(document):
        _mend(document, faults[0][0])
    return document


def _mend(document, place):
    """Less of it: more than the total was given; or there is a circle, and without its last link it is one less."""
    if place[0] == "steps":
        document.steps[place[1]].quantity.handed_over.clear()
        document.steps[place[1]].quantity.delivered.clear()
        return
    if not document.links:
        document.exchanges.clear()
        document.waivers.clear()
        return
    gone = document.links.pop()
    document.waivers = [w for w in document.waivers if (w.step, w.to, w.of) != (gone.step, gone.to, gone.by)]


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory) -> bytes:
    """A migrated database without a dialogue, as bytes to begin from."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return Path(path).read_bytes()


def _fresh(ground, empty: bytes) -> Ground:
    raw = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    raw.deserialize(empty)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return Ground(ground.settings, engine, ground.keys, ground.linkage)


def _rows(here: Ground) -> dict[str, dict[str, dict[str, object]]]:
    """Table to key to row, of every guarded table."""
    with here.engine.connect() as connection:
        found = {}
        for table in guarded_tables():
            taken = connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings()
            found[table.name] = {str([row[key.name] for key in table.primary_key]): dict(row) for row in taken}
        return found


@cache
def _allowed(kind: Room, state: str | None) -> frozenset[tuple[Role, str]]:
    """(role, action) of everything that may be done to a thing in a room of this kind, in this state."""
    found = set()
    for role in Role:
        level = level_for(kind, frozenset({role}), is_own_party=True)
        viewer = Viewer(roles=frozenset({role}))
        found |= {(role, action) for action in RULES if decide(viewer, action, Thing(level, state)).allowed}
    return frozenset(found)


def _actions(here: Ground, rows: dict[str, dict[str, dict[str, object]]]) -> dict[tuple[str, str], object]:
    """Row to everything that somebody may do to it."""
    with here.engine.connect() as connection:
        kinds = dict(connection.execute(text("SELECT id, kind FROM compartment")).all())
    return {
        (table, key): _allowed(Room(kinds[row["compartment_id"]]), row.get("state"))
        for table, each in rows.items()
        for key, row in each.items()
    }


def _check(ground, empty, document):
    with clock.frozen(TODAY):
        here = _fresh(ground, empty)
        load(here, document)
        stallable = [basket.code for basket in document.baskets if basket.changes[0].state in ("exploratory", "active")]
        for stalled in stallable:
            before = _rows(here)
            could = _actions(here, before)
            with working(here, operator_of(here, "made")) as work:
                stall_basket(work, stalled, StallBasket(happened_on=date(2026, 11, 20), reason="No date was found"))
            after = _rows(here)
            can = _actions(here, after)
            changed = {(t, key) for t in after for key in after[t] if after[t][key] != before[t].get(key)}
            assert all(before[t].keys() <= after[t].keys() for t in before)
            own = [key for t, key in changed if t == "basket"]
            assert [after["basket"][key]["code"] for key in own] == [stalled]
            assert sorted(t for t, _key in changed) == ["basket", "basket_change"]
            elsewhere = could.keys() - {("basket", own[0])}
            assert {row: can[row] for row in elsewhere} == {row: could[row] for row in elsewhere}
        _agrees(here, document, stallable)


def _agrees(here, document, called):
    """What the board says of the dialogue as it now stands is what an independent judge says of its document."""
    with reading(here, operator_of(here, "made")) as looking:
        rows = rows_of(looking, TODAY.date())
    states = {basket.code: basket.changes[-1].state for basket in document.baskets}
    stalled = {code for code, state in states.items() if code in called or state in ("stalled", "suspended")}
    assert set(rows.stalled) == stalled
    said = {step.code: step.effect for step in effects(roadmap_of(rows), rows.stalled, rows.weighing)}
    assert said == judgement.effects(document, stalled)


@pytest.mark.sqlite_only("two thousand databases; that a verb writes the same rows on both is tested by the journeys")
@pytest.mark.parametrize("part", range(4))
def test_a_stalemate_changes_no_row_and_takes_away_no_action_elsewhere(ground, empty_database, part):
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(documents())
    def every(document):
        _check(ground, empty_database, document)

    every()


@pytest.mark.sqlite_only("many databases, as above")
def test_what_a_substitute_delivers_is_part_of_what_it_took_over(ground, empty_database):
    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=UNSHRUNK)
    @given(documents(substitutes_deliver=True))
    def every(document):
        with clock.frozen(TODAY):
            here = _fresh(ground, empty_database)
            load(here, document)
            _agrees(here, document, [])

    every()
