"""Two worlds that differ only in who wrote one note must look the same to everybody else, and to whoever holds the database."""

import hashlib
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from app.core import clock, entropy
from app.main import create_app
from app.notes.sealing import begin_seal
from app.start import issue_token
from tests.cast import PASSPHRASE
from tests.conftest import loaded
from tests.figures import figure
from tests.ground import dump
from tests.ground.program import Program

D = "/dialogues/six-party-talks"
OTHERS = ("liang", "whitcombe", "observer", "facilitator", "rapporteur", "organiser", "morinaga", "liaison-japan")
MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WORDS = "A dated meeting helps more than a formula."


def seeded(seed: int):
    state = {"count": 0}

    def draw(size: int) -> bytes:
        state["count"] += 1
        return hashlib.shake_256(f"{seed}:{state['count']}".encode()).digest(size)

    return draw


@contextmanager
def a_world(databases, folder, loop, author, *, sealed):
    """Everything the same but the author: clock, randomness, who has a token, what is asked in which order."""
    with loaded(databases, folder) as ground, clock.frozen(MOMENT), entropy.replaced(seeded(1)):
        app = create_app(ground)
        names = (*OTHERS, "tachibana", "namgung")
        tokens = {n: issue_token(ground, n, name="t", days=1, passphrase=PASSPHRASE) for n in names}
        people = {name: Program(app, loop, token) for name, token in tokens.items()}
        try:
            meetings = people["facilitator"].get(f"{D}/meetings")["upcoming"]
            meeting = next(line["id"] for line in meetings if line["code"] == "W-2026")
            here = f"{D}/meetings/{meeting}"
            item = people["facilitator"].get(f"{here}/notes")["items"][0]["id"]
            with entropy.replaced(seeded(2)):
                body = {"body": WORDS}
                assert people[author].call("POST", f"{here}/agenda/{item}/notes", body).status_code == 204
            with entropy.replaced(seeded(3)):
                end = "close" if sealed else "release-batch"
                assert people["facilitator"].call("POST", f"{here}/{end}").status_code == 200
                if sealed:
                    begin_seal(ground, _uuid(meeting))
            yield _seen(people, here), dump.rows(ground)
        finally:
            for person in people.values():
                person.close()


def _uuid(words):
    from uuid import UUID  # noqa: PLC0415

    return UUID(words)


def _seen(people, here):
    """(who, where) to bytes, for everybody who is neither of the two possible authors."""
    paths = (D, f"{here}", f"{here}/notes", f"{here}/notes/mine", f"{D}/summaries", f"{D}/registers", f"{D}/people")
    found = {}
    for name in OTHERS:
        for path in paths:
            answer = people[name].call("GET", path)
            found[name, path] = (answer.status_code, answer.content, dict(answer.headers))
    return found


@pytest.mark.parametrize("sealed", [False, True], ids=["before the seal", "after the seal"])
def test_author_swap_changes_nothing_but_the_tag(databases, tmp_path, loop, sealed):
    with a_world(databases, tmp_path / "a", loop, "tachibana", sealed=sealed) as (seen, rows):
        pass
    with a_world(databases, tmp_path / "b", loop, "namgung", sealed=sealed) as (also_seen, also_rows):
        pass
    assert WORDS.encode() in seen["liang", next(p for n, p in seen if p.endswith("/notes"))][1]
    differing = [where for where in seen if seen[where] != also_seen[where]]
    figure("P1", scenarios=1, pages=len(seen), differing_pages=len(differing))
    assert seen == also_seen
    assert {table for table in rows if rows[table] != also_rows[table]} == (set() if sealed else {"note"})
    if not sealed:
        differing = [(a, b) for a, b in zip(rows["note"], also_rows["note"], strict=True) if a != b]
        assert len(differing) == 1
        one, other = differing[0]
        assert {key for key in one if one[key] != other[key]} == {"tag"}


def test_request_that_writes_a_note_writes_one_row_and_nothing_keyed_to_a_person(ground, program):
    author = program("tachibana")
    meetings = author.get(f"{D}/meetings")["upcoming"]
    here = f"{D}/meetings/{next(m['id'] for m in meetings if m['code'] == 'W-2026')}"
    item = author.get(f"{here}/notes")["items"][0]["id"]
    written = []

    def record(_connection, _cursor, statement, *_rest):
        if not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    event.listen(ground.engine, "before_cursor_execute", record)
    assert author.call("POST", f"{here}/agenda/{item}/notes", {"body": WORDS}).status_code == 204
    posted, written[:] = list(written), []
    note = next(n for n in author.get(f"{here}/notes/mine")["notes"] if n["body"] == WORDS)
    edit = {"body": f"{WORDS} Really.", "version": note["version"]}
    assert author.call("PUT", f"{here}/notes/mine/{note['id']}", edit).status_code == 204
    assert [statement.split()[:3] for statement in posted] == [["INSERT", "INTO", "note"]]
    assert [statement.split()[:2] for statement in written] == [["UPDATE", "note"]]


@pytest.mark.sqlite_only("about SQLite's own files")
def test_note_table_keeps_no_order_of_writing(ground):
    with ground.engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'note'").scalar_one()
    assert "WITHOUT ROWID" in made
