"""The isolation statement, on generated dialogues in a real database.

For every dialogue, every basket X and every basket Y ≠ X: calling a stalemate in X leaves every row of Y equal, and the set of
actions allowed in Y equal, for every role. And what the board then says is blocked is what an independent model says.
"""

import sqlite3
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import StaticPool

from app.access.gate import guarded_tables
from app.access.levels import Role, Room
from app.access.rules import RULES, Thing, decide
from app.access.viewer import Viewer
from app.access.work import Ground, reading, working
from app.baskets.commands import StallBasket
from app.baskets.service import stall_basket
from app.board.rows import roadmap_of, rows_of
from app.core import clock
from app.db.revisions import upgrade
from app.dialogues.joining import level_for, operator_of
from app.engine.isolation import effects
from app.interchange.document import Document
from app.interchange.judging import faults_of
from app.interchange.loading import load
from tests.engine import model

BASKETS = ("X", "Y", "Z")
PARTIES = ("A", "B", "C")
TODAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINKAGE = ("independent", "coordinated-implementation", "single-undertaking")
STATES = ("proposed", "provisionally-agreed", "agreed", "under-way", "done", "missed", "withdrawn")
ORDERS = ("simultaneous", "a-then-b", "b-then-a", "disputed")


def _part(draw, code, **more):
    return {"code": code, "title": {"en": code}, **more}


@st.composite
def documents(draw):
    """A dialogue with baskets in any state, steps, links, exchanges, an obstacle, waivers; only such as would be loaded."""
    names = [f"S{n}" for n in range(draw(st.integers(1, 6)))]
    on = "2020-01-01"
    state = st.sampled_from(["exploratory", "active", "active", "stalled", "suspended", "dormant", "concluded"])
    baskets = [_part(draw, code, members=list(PARTIES), changes=[{"state": draw(state), "on": on}]) for code in BASKETS]
    steps = [
        _part(
            draw,
            code,
            basket=draw(st.sampled_from(BASKETS)),
            actors=[draw(st.sampled_from(PARTIES))],
            changes=[{"state": draw(st.sampled_from(STATES)), "on": on}],
        )
        for code in names
    ]
    ends = st.tuples(st.sampled_from(names), st.sampled_from([*names, "OB"]), st.sampled_from(["requires", "linked"]))
    ties = [(s, t, k) for s, t, k in draw(st.lists(ends, max_size=6, unique=True)) if s != t]
    ties += [(basket, "OB", "requires") for basket in draw(st.sets(st.sampled_from(BASKETS), max_size=1))]
    by = st.sampled_from([None, *PARTIES])
    links = [{"from": s, "to": t, "kind": k, "by": draw(by), "since": on} for s, t, k in ties]
    sides = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    exchange = {"code": "E", "a": sides[:1], "b": sides[1:], "order": draw(st.sampled_from(ORDERS)), "since": on}
    waived = [link for link in links if link["kind"] == "requires" and link["by"] and draw(st.booleans())]
    made = {
        "format": "dipoli/1",
        "dialogue": {"code": "made", "title": {"en": "Made"}, "linkage_policy": draw(st.sampled_from(LINKAGE))},
        "parties": [{"code": p, "neutral": f"Party {p}", "names": {"en": {"short": p}}} for p in PARTIES],
        "baskets": baskets,
        "topics": [
            _part(draw, f"T{b}", basket=b, changes=[{"state": "open", "on": on}])
            for b in BASKETS
            if draw(st.booleans())
        ],
        "meetings": [
            _part(draw, f"M{b}", kind="working-group", baskets=[b], starts=on, ends=on)
            for b in BASKETS
            if draw(st.booleans())
        ],
        "obstacles": [_part(draw, "OB", baskets=[draw(st.sampled_from(BASKETS))], raised=on)],
        "steps": steps,
        "links": links,
        "exchanges": [exchange] if len(sides) == 2 else [],
        "waivers": [
            {"from": li["from"], "to": li["to"], "of": li["by"], "by": li["by"], "on": on, "reason": "why"}
            for li in waived
        ],
    }
    document = Document.model_validate(made)
    while faults_of(document):  # a circle: without its last link it is one less
        document.links.pop()
        left = {(link.step, link.to, link.by) for link in document.links}
        document.waivers = [w for w in document.waivers if (w.step, w.to, w.of) in left]
        if not document.links:
            document.exchanges.clear()
    return document


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
        _agrees(here)


def _agrees(here):
    """What the board says of the dialogue as it now stands is what the model says of it."""
    with reading(here, operator_of(here, "made")) as looking:
        rows = rows_of(looking, TODAY.date())
    roadmap = roadmap_of(rows)
    for step in effects(roadmap, rows.stalled, rows.weighing):
        assert step.effect == model.effect(roadmap, step.code, rows.stalled, rows.weighing)


@pytest.mark.sqlite_only("two thousand databases; that a verb writes the same rows on both is tested by the journeys")
@pytest.mark.parametrize("part", range(4))
def test_a_stalemate_changes_no_row_and_takes_away_no_action_elsewhere(ground, empty_database, part):
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(documents())
    def every(document):
        _check(ground, empty_database, document)

    every()
