"""What a request that writes a note leaves in the main database: one row, in no order of writing."""

import pytest
from sqlalchemy import event

D = "/dialogues/six-party-talks"
WORDS = "A dated meeting helps more than a formula."


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
