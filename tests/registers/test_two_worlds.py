"""Two worlds, with and without what one delegation keeps sealed, must be the same bytes to everybody outside it."""

import hashlib
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock, entropy
from app.interchange.dumping import dump
from app.interchange.reading import write_yaml
from app.main import create_app
from app.start import issue_token
from tests.cast import CAST, PASSPHRASE
from tests.conftest import _secret, loaded
from tests.figures import figure
from tests.ground.browser import Visitor
from tests.ground.crawl import pages_of
from tests.ground.program import Program

D = "/dialogues/six-party-talks"
OTHERS = [login for login, (_role, party) in CAST.items() if login not in ("tachibana", "morinaga")]
TWINS = ("", "/impact?stall=DPRK-JP", "/matrix", "/exchanges", "/next", "/inclusion", "/registers", "/roadmap")
TWINS += ("/roadmap/VP", "/roadmap/VP/position", "/roadmap/NE1", "/registers/compare?subject=VP")
MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LINE = {
    "kind": "red-line",
    "text": "A secret line about VP and NE1.",
    "touches": ["VP", "NE1"],
    "reconfirm_by": "2026-12-01",
}
CLAIM = {"subject": "VP", "stance": "must-not", "may_be_compared": False}
POSITION = {"view": "crosses-a-line", "text": "A secret position.", "disclosure": "sealed"}


def seeded(seed):
    state = {"count": 0}

    def draw(size):
        state["count"] += 1
        return hashlib.shake_256(f"{seed}:{state['count']}".encode()).digest(size)

    return draw


@contextmanager
def a_world(databases, folder, loop, acts):
    """The same but for what she does in between: clock, randomness, who signs in, who looks at what in which order."""
    with loaded(databases, folder) as ground, clock.frozen(MOMENT), entropy.replaced(seeded(1)):
        app = create_app(ground)
        tokens = {n: issue_token(ground, n, name="t", days=1, passphrase=PASSPHRASE) for n in [*OTHERS, "tachibana"]}
        programs = {name: Program(app, loop, token) for name, token in tokens.items()}
        visitors = {}
        for number, name in enumerate(OTHERS):
            with entropy.replaced(seeded(f"sign-in {number}")):
                visitors[name] = Visitor(app, loop).sign_in(name, PASSPHRASE, _secret(ground, name))
        with entropy.replaced(seeded(2)):
            acts(programs["tachibana"])
        try:
            yield _seen(ground, programs, visitors), programs["tachibana"]
        finally:
            for program in programs.values():
                program.close()
            for visitor in visitors.values():
                loop.run_until_complete(visitor.client.aclose())


def _seen(ground, programs, visitors):
    found = {"export": write_yaml(dump(ground, "six-party-talks")).encode()}
    for name in OTHERS:
        for path in TWINS:
            answer = programs[name].call("GET", D + path)
            found[name, path] = (answer.status_code, answer.content, sorted(answer.headers.items()))
        with entropy.replaced(seeded(f"pages of {name}")):
            for path, answer in pages_of(visitors[name]).items():
                found[name, "page", path] = (answer.status_code, answer.content, sorted(answer.headers.items()))
    return found


def _keeps(tachibana):
    """Lodge, revise, re-confirm, take a position: all of it sealed."""
    lodged = tachibana.call("POST", f"{D}/registers", LINE | CLAIM)
    assert lodged.status_code == 201, lodged.text
    entry = next(e for e in lodged.json()["entries"] if e["text"] == LINE["text"])
    words = {k: v for k, v in (LINE | CLAIM).items() if k != "kind"}
    revised = {**words, "text": "A secret line, sharper.", "version": 1}
    assert tachibana.call("POST", f"{D}/registers/{entry['id']}/revise", revised).status_code == 200
    assert tachibana.call("POST", f"{D}/registers/{entry['id']}/reconfirm", {}).status_code == 200
    assert tachibana.call("POST", f"{D}/roadmap/VP/position", POSITION).status_code == 200


def _nothing(_tachibana):
    pass


def _shares(tachibana):
    assert tachibana.call("POST", f"{D}/registers", LINE | CLAIM | {"disclosure": "shared"}).status_code == 201


@pytest.fixture
def plain(databases, tmp_path, loop):
    with a_world(databases, tmp_path / "plain", loop, _nothing) as (seen, _tachibana):
        return seen


def test_what_is_sealed_changes_no_byte_for_anybody_outside_the_delegation(databases, tmp_path, loop, plain):
    with a_world(databases, tmp_path / "kept", loop, _keeps) as (seen, tachibana):
        own = tachibana.call("GET", f"{D}/roadmap/VP").text
        assert "A secret line, sharper." in own
        assert "A secret position." in own
    assert seen.keys() == plain.keys()
    differing = [where for where in seen if seen[where] != plain[where]]
    figure("P5", pages=len(seen), differing_pages=len(differing))
    assert differing == []
    assert len(seen) > 150
    assert not any(b"A secret" in found[1] for where, found in seen.items() if where != "export")


def test_what_is_shared_is_seen_by_the_same_eyes(databases, tmp_path, loop, plain):
    """The test above would notice: the same line, shared, changes what each of them reads."""
    with a_world(databases, tmp_path / "shared", loop, _shares) as (seen, _tachibana):
        different = {where[0] for where in seen if seen[where] != plain[where] and where != "export"}
        assert different == {name for name in OTHERS if not name.startswith("liaison")}
        assert b"A secret line" in seen["export"]


HELD = {"view": "acceptable", "text": "A secret position.", "disclosure": "sealed"}
BEFORE = (
    (9, {"view": "crosses-a-line", "text": "A secret of before.", "disclosure": "shared-without-attribution"}),
    (7, {"view": "with-conditions", "text": "A secret of then.", "disclosure": "confided"}),
    (5, None),
    (3, {"view": "crosses-a-line", "text": "A secret of late.", "disclosure": "sealed"}),
)


def _holds(tachibana):
    assert tachibana.call("POST", f"{D}/roadmap/VP/position", HELD).status_code == 200


def _held_others_before(tachibana):
    here = f"{D}/roadmap/VP/position"
    for days, said in BEFORE:
        with clock.frozen(MOMENT - timedelta(days=days)):
            answer = tachibana.call("POST", here, said) if said else tachibana.call("POST", f"{here}/withdraw", {})
            assert answer.status_code == 200
    _holds(tachibana)


def test_what_was_held_before_the_present_position_changes_no_byte_for_anybody_else(databases, tmp_path, loop):
    with a_world(databases, tmp_path / "holds", loop, _holds) as (plain, _tachibana):
        pass
    with a_world(databases, tmp_path / "held", loop, _held_others_before) as (seen, tachibana):
        own = tachibana.get(f"{D}/roadmap/VP/position")
        assert [p["text"] for p in own["history"]] == ["A secret of late.", "A secret of then.", "A secret of before."]
        past = tachibana.get(f"{D}/roadmap/VP/position?as_of=2026-11-16")
        assert [p["text"] for p in past["positions"]] == ["A secret of before."]
    assert [where for where in seen if seen[where] != plain[where]] == []
