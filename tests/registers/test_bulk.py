"""Registers as files: out and in, previewed, all or nothing, and never calculated."""

import csv
import io
import re
import zipfile
from contextlib import contextmanager
from html import unescape
from time import process_time

import openpyxl
import pytest
from sqlalchemy import event

from app.access.bypass import unguarded
from app.access.gate import GateError
from app.access.rehearsal import rehearsing
from app.access.work import reading, working
from app.registers import bulk, service
from app.registers.commands import LodgeEntry
from app.registers.models import Term
from app.roadmap.commands import AddObstacle
from app.roadmap.obstacles import add_obstacle
from tests.ground import dump
from tests.ground.people import viewer as viewer_of

D = "/dialogues/six-party-talks"
FILES = f"{D}/registers/files"


def _send(visitor, name, data, filename="table.csv", **fields):
    parts = {"file": (filename, data), "form_key": (None, visitor.key(FILES))}
    parts |= {field: (None, value) for field, value in fields.items()}
    return visitor.request("POST", f"{FILES}/{name}/preview", files=parts)


def _keep(visitor, answer):
    action = re.search(r'action="([^"]+/apply)"', answer.text).group(1)
    key = re.search(r'name="form_key" value="([^"]+)"', answer.text[answer.text.index(action) :]).group(1)
    rows = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL).group(1)
    return visitor.send_with(key, action, rows=unescape(rows).replace("\n", "\r\n"))


def _table(rows, columns=None):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns or list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _out(visitor, name):
    return list(csv.DictReader(io.StringIO(visitor.get(f"{FILES}/{name}.csv").content.decode("utf-8-sig"))))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["roadmap", "links", "lines", "terms", "obstacles"])
def test_what_goes_out_comes_in_and_changes_nothing(visit, ground, name, form):
    organiser = visit("organiser")
    data = organiser.get(f"{FILES}/{name}.{form}").content
    before = dump.rows(ground)
    answer = _send(organiser, name, data, f"t.{form}")
    assert answer.status_code == 200
    assert "0 new, 0 changed, 0 rejected." in answer.text
    assert dump.rows(ground) == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["roadmap", "lines"])
def test_a_file_says_of_which_dialogue_and_day_it_is(visit, name, form):
    answer = visit("tachibana").get(f"{FILES}/{name}.{form}")
    assert f'"six-party-talks-{name}-2026-11-24.{form}"' in answer.headers["content-disposition"]
    if form == "xlsx":
        first, table = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
        said = dict(first.iter_rows(values_only=True))
        assert (said["dialogue"], said["register"], said["as_of"]) == ("six-party-talks", name, "2026-11-24")
        assert ("sealed" in said.get("disclosure", "")) == (name == "lines")
        assert table.title == name


def test_a_participant_works_on_own_lines_in_a_file(visit, ground):
    tachibana = visit("tachibana")
    rows = _out(tachibana, "lines")
    own = next(row for row in rows if row["party"] == "JP" and row["kind"] == "bottom-line")
    own["conditions"] = "A date that both have named."
    rows.append({"kind": "red-line", "text": "No number without a name.", "touches": "VP, SP7-JP"})
    before = dump.rows(ground)
    shown = _send(tachibana, "lines", _table(rows, list(own)))
    assert "1 new, 1 changed, 0 rejected." in shown.text
    assert dump.rows(ground) == before  # a preview keeps nothing
    assert _keep(tachibana, shown).status_code == 303
    now = {row["text"]: row for row in _out(visit("morinaga"), "lines")}
    assert now["No number without a name."]["disclosure"] == "sealed"
    assert now[own["text"]]["conditions"] == "A date that both have named."
    assert "No number without a name." not in {row["text"] for row in _out(visit("liang"), "lines")}


STEP = {"code": "EN-9", "basket": "ENERGY", "title": "Meter the grid", "actors": "KR", "since": "2026-11-20"}


@pytest.mark.parametrize(
    ("name", "bad", "reason"),
    [
        ("roadmap", STEP | {"code": "EN-10", "basket": "FISH"}, "There is no basket FISH."),
        ("roadmap", STEP | {"code": "EN-10", "actors": "XX"}, "There is no party XX."),
        ("roadmap", STEP | {"code": "EN-10", "since": "2099-01-01"}, "This day has not come yet."),
        ("roadmap", STEP | {"code": "EN-10", "since": "soon"}, "year-month-day"),
        ("roadmap", STEP | {"code": "bad code"}, "not in the form"),
        ("roadmap", STEP, "This stands twice in the file."),
        ("roadmap", STEP | {"code": "EN-10", "due_anchor": "IA", "due_days": "-3"}, "due before its anchor"),
    ],
)
def test_one_bad_row_changes_nothing_and_says_why(visit, ground, name, bad, reason):
    organiser = visit("organiser")
    before = dump.rows(ground)
    columns = list(dict.fromkeys([*STEP, *bad]))
    shown = _send(organiser, name, _table([STEP, bad], columns))
    assert shown.status_code == 422
    assert reason in shown.text
    assert "1 new, 0 changed, 1 rejected." in shown.text
    assert "/apply" not in shown.text
    assert dump.rows(ground) == before
    sent = organiser.send(f"{FILES}/{name}/apply", page=FILES, rows=_table([STEP, bad], columns).decode())
    assert sent.status_code == 422
    assert dump.rows(ground) == before


def test_a_reading_in_the_name_of_another_party_is_rejected_in_a_file_too(visit):
    row = {"code": "verification", "party": "US", "reading": "Anything.", "on": "2026-11-20"}
    assert "You can speak for your own party only." in _send(visit("tachibana"), "terms", _table([row])).text
    own = _send(visit("tachibana"), "terms", _table([row | {"party": "JP"}]))
    assert "0 new, 1 changed, 0 rejected." in own.text


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3"])
def test_no_spreadsheet_takes_a_cell_for_a_formula(visit, cell):
    tachibana = visit("tachibana")
    words = f"{cell} is what we mean."
    shown = _send(tachibana, "lines", _table([{"kind": "interest", "text": words, "disclosure": "shared"}]))
    assert _keep(tachibana, shown).status_code == 303
    assert f"'{words}" in tachibana.get(f"{FILES}/lines.csv").text
    book = openpyxl.load_workbook(io.BytesIO(tachibana.get(f"{FILES}/lines.xlsx").content))
    cells = {c.value: c.data_type for row in book.worksheets[-1].iter_rows() for c in row}
    assert cells[f"'{words}"] == "s"
    assert "f" not in cells.values()
    again = tachibana.get(f"{FILES}/lines.xlsx").content
    assert "0 new, 0 changed, 0 rejected." in _send(tachibana, "lines", again, "t.xlsx").text


def _workbook(cell):
    book = openpyxl.Workbook()
    book.active.append(["code", "title"])
    book.active.append(["OB-7", cell])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b"\xff\xfe\x00", "neither a workbook nor text"),
        (b"fish,code\n1,2\n", "The first line must name the columns"),
        (b'code,title\n"A,b\n', "a quotation mark is open"),
        (b"code\n1,2\n", "more cells than there are columns"),
        (b"PK\x03\x04 nothing", "The workbook cannot be read."),
        (_workbook("=1+1"), "holds a formula"),
        (_bomb(), "The workbook is too large."),
    ],
)
@pytest.mark.sqlite_only("a file is read before any database is asked")
def test_what_is_no_table_is_refused_in_words(visit, data, reason):
    answer = _send(visit("organiser"), "obstacles", data)
    assert answer.status_code == 422
    assert reason in answer.text


@pytest.mark.sqlite_only("a file is the same whatever database it comes from")
def test_two_downloads_are_the_same_bytes_and_name_nobody(visit):
    one, other = (visit(login).get(f"{FILES}/roadmap.xlsx").content for login in ("organiser", "liang"))
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"openpyxl" not in packed.read("docProps/core.xml")


# --- as many as a file may hold ---------------------------------------------------------------------------------------


def _line(number):
    return {"kind": "red-line", "text": f"No number {number} without a name.", "touches": "VP SP7-JP"}


def _apply(ground, viewer, name, rows):
    with working(ground, viewer) as work:
        return bulk.apply(work, name, rows)


def _preview(ground, viewer, name, rows):
    """What is said, and how long it took the processor."""
    began = process_time()
    with working(ground, viewer) as work:
        found = bulk.preview(work, name, rows)
    return found, process_time() - began


def _changed(ground, viewer, count):
    with reading(ground, viewer) as it:
        rows = [row for row in bulk.show_table(it, "lines").rows if row["text"].startswith("No number")][:count]
    return [row | {"conditions": "A date."} for row in rows]


@pytest.mark.sqlite_only("the time is that of the program, not of the database")
def test_time_grows_with_the_rows_and_not_with_their_square(ground):
    viewer = viewer_of(ground, "tachibana")
    _preview(ground, viewer, "lines", [_line(0)])  # what is made once
    _apply(ground, viewer, "lines", [_line(n) for n in range(800)])
    few, short = _preview(ground, viewer, "lines", _changed(ground, viewer, 200))
    many, long = _preview(ground, viewer, "lines", _changed(ground, viewer, 800))
    assert (few.changed, many.changed) == (200, 800)
    assert long < 7 * short + 0.2  # linear: 4; square: 16
    assert long < 4  # 2,000 in 3 s on an idle machine is 1.2 s here


@contextmanager
def _counted(ground):
    count = []
    listen = lambda *_arguments: count.append(1)  # noqa: E731
    event.listen(ground.engine, "before_cursor_execute", listen)
    yield count
    event.remove(ground.engine, "before_cursor_execute", listen)


def _step(number):
    return STEP | {"code": f"N-{number}", "cost": "2"}


MANY = {
    "lines": ("tachibana", _line, 9),
    "terms": ("organiser", lambda n: {"code": f"T-{n}", "expression": f"The word {n}"}, 9),
    "roadmap": ("organiser", _step, 6),
    "obstacles": ("organiser", lambda n: {"code": f"OB-{n}", "title": "Frozen", "raised_on": "2026-11-19"}, 4),
    "links": ("organiser", lambda n: _required(f"N-{n + 1}", f"N-{n}"), 4),
}
"""Register to who keeps it, its row of a number, and the statements that a row may take: its savepoint and its entry in the log among them."""


def _required(step, target):
    return {"waits": step, "target": target, "kind": "requires", "since": "2026-11-20", "reason": "In this order."}


@pytest.mark.parametrize("name", MANY)
def test_what_all_rows_share_is_read_once(ground, name):
    who, row, most = MANY[name]
    viewer = viewer_of(ground, who)
    if name == "links":
        _apply(ground, viewer, "roadmap", [_step(n) for n in range(61)])
    counts = []
    for many in (10, 60):
        with _counted(ground) as count:
            assert _preview(ground, viewer, name, [row(n) for n in range(many)])[0].new == many
        counts.append(len(count))
    assert counts[1] - counts[0] <= 50 * most


def _done(number):
    return _step(number) | {"state": "done", "since": "2026-11-21"}


def test_each_row_is_judged_by_those_above_it(ground):
    """What is read once is kept up: codes, requirements, what is done."""
    viewer = viewer_of(ground, "organiser")
    said, _took = _preview(ground, viewer, "roadmap", [_step(1), STEP | {"code": "n-1"}])
    assert [row.verdict for row in said.judged] == ["new", "rejected"]
    _apply(ground, viewer, "roadmap", [_step(n) for n in range(3)])
    circle = [_required("N-1", "N-0"), _required("N-2", "N-1"), _required("N-0", "N-2")]
    assert [row.verdict for row in _preview(ground, viewer, "links", circle)[0].judged] == ["new", "new", "rejected"]
    _apply(ground, viewer, "links", circle[:2])
    assert not _preview(ground, viewer, "roadmap", [_done(n) for n in (0, 1, 2)])[0].rejected
    verdicts = [row.verdict for row in _preview(ground, viewer, "roadmap", [_done(n) for n in (2, 1, 0)])[0].judged]
    assert verdicts == ["rejected", "rejected", "changed"]
    _apply(ground, viewer, "roadmap", [_done(n) for n in (0, 1)])
    again = [_step(0) | {"state": "under-way", "since": "2026-11-22"}, _done(2) | {"since": "2026-11-22"}]
    judged = _preview(ground, viewer, "roadmap", again)[0].judged
    assert [row.verdict for row in judged] == ["rejected", "changed"]  # N-2 requires N-1 alone, which is done
    assert (
        judged[0].reasons[0].startswith("state: It was done.")
    )  # what was done is not undone without a reason, nor by a file


def test_others_write_while_a_file_is_looked_at(ground, visit):
    """In its very midst, when 700 rows are judged, another delegation lodges a line, and the record is kept."""
    tachibana, others, organiser = visit("tachibana"), viewer_of(ground, "morinaga"), viewer_of(ground, "organiser")
    seen = []

    def write_meanwhile(_connection, _cursor, statement, *_rest):
        if "INSERT INTO entry " not in statement or seen.append(1) or len(seen) != 700:
            return
        with working(ground, others) as work:
            service.lodge(work, LodgeEntry(text="Meanwhile, said by another."))
        with working(ground, organiser) as work:
            add_obstacle(work, AddObstacle(code="MEANWHILE", title="Raised meanwhile", raised_on="2026-11-20"))

    event.listen(ground.engine, "after_cursor_execute", write_meanwhile)
    shown = _send(tachibana, "lines", _table([_line(n) for n in range(1500)]))
    event.remove(ground.engine, "after_cursor_execute", write_meanwhile)
    assert "1500 new, 0 changed, 0 rejected." in shown.text
    assert len(seen) > 1500
    with reading(ground, others) as it:
        texts = [row["text"] for row in bulk.show_table(it, "lines").rows]
        assert "MEANWHILE" in {row["code"] for row in bulk.show_table(it, "obstacles").rows}
    assert "Meanwhile, said by another." in texts
    assert not [text for text in texts if text.startswith("No number")]


def test_the_record_is_kept_while_a_roadmap_is_looked_at(ground):
    """Both write to the dialogue's log: a rehearsal claims no place in it."""
    organiser = viewer_of(ground, "organiser")
    seen = []

    def write_meanwhile(_connection, _cursor, statement, *_rest):
        if "INSERT INTO step " in statement and not seen:
            seen.append(1)
            with working(ground, organiser) as work:
                add_obstacle(work, AddObstacle(code="MEANWHILE", title="Raised meanwhile", raised_on="2026-11-20"))

    event.listen(ground.engine, "after_cursor_execute", write_meanwhile)
    shown, _took = _preview(ground, organiser, "roadmap", [STEP, STEP | {"code": "EN-10"}])
    event.remove(ground.engine, "after_cursor_execute", write_meanwhile)
    assert (seen, shown.new) == ([1], 2)


@pytest.mark.parametrize(
    ("name", "who", "rows"),
    [
        ("roadmap", "organiser", [STEP, STEP | {"code": "EN-10", "cost": "2"}]),
        (
            "obstacles",
            "organiser",
            [{"code": "OB-9", "title": "Frozen", "raised_on": "2026-11-19", "lifted_on": "2026-11-20"}],
        ),
        (
            "terms",
            "organiser",
            [
                {
                    "code": "new-term",
                    "expression": "Corresponding",
                    "party": "JP",
                    "reading": "Both.",
                    "on": "2026-11-20",
                    "source": "A speech",
                },
                {"code": "new-term", "party": "US", "reading": "Later.", "on": "2026-11-20", "source": "A letter"},
            ],
        ),
        ("lines", "tachibana", [_line(1), _line(2) | {"disclosure": "shared"}]),
    ],
)
def test_a_preview_says_what_comes_of_it_then(ground, name, who, rows):
    viewer = viewer_of(ground, who)
    before = dump.rows(ground)
    said, _took = _preview(ground, viewer, name, rows)
    assert dump.rows(ground) == before
    assert not said.rejected, said
    assert _apply(ground, viewer, name, rows) == said
    assert dump.rows(ground) != before
    with reading(ground, viewer) as it:
        assert len(bulk.show_table(it, name).rows) > 0


def test_a_rehearsal_writes_to_no_table_but_its_copies(ground):
    viewer = viewer_of(ground, "organiser")
    with working(ground, viewer) as work, rehearsing(work, "ledger_leaf") as rehearsal:
        row = rehearsal.db.query(Term).first()
        row.state = "agreed"
        rehearsal.permit(row)
        with pytest.raises(GateError, match="no copy of term"):
            rehearsal.db.flush()


# --- whose it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("party", ["KP", "DPRK", "North Korea", "United States", "US", "Россия", "Nobody"])
def test_a_line_in_the_name_of_another_party_is_rejected_at_its_column(visit, ground, party):
    before = dump.rows(ground)
    shown = _send(visit("tachibana"), "lines", _table([_line(1) | {"party": party}]))
    assert shown.status_code == 422
    assert "party: You can speak for your own party only." in shown.text
    assert dump.rows(ground) == before


@pytest.mark.parametrize("party", ["", "JP", "jp", "Japan", "日本"])
def test_ones_own_party_may_be_named_in_any_language(visit, party):
    shown = _send(visit("tachibana"), "lines", _table([_line(1) | {"party": party}]))
    assert "1 new, 0 changed, 0 rejected." in shown.text


def test_a_file_is_the_same_in_every_language_and_one_with_names_for_codes_changes_nothing(visit):
    tachibana = visit("tachibana")
    taken = tachibana.get(f"{FILES}/lines.csv").content
    assert tachibana.get(f"{FILES}/lines.csv", headers={"Accept-Language": "ja"}).content == taken
    named = taken.decode().replace('"JP"', '"日本"')
    assert named != taken.decode()
    assert "0 new, 0 changed, 0 rejected." in _send(tachibana, "lines", named.encode()).text


# --- characters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["\uffff", "\U000e0041", "\u202e", "\ufdd0"])
def test_a_row_with_what_cannot_be_kept_is_rejected_at_its_column(visit, ground, bad):
    before = dump.rows(ground)
    shown = _send(visit("tachibana"), "lines", _table([_line(1), _line(2) | {"conditions": f"A date{bad}"}]))
    assert "conditions: This text holds" in shown.text
    assert "1 new, 0 changed, 1 rejected." in shown.text
    assert dump.rows(ground) == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_kept_before_does_not_break_the_file_of_everybody(visit, ground, form):
    with unguarded(ground, "a word from before it was refused") as work:
        term = work.db.query(Term).filter_by(code="verification").one()
        term.expressions = {"en": "Verification\uffff\x0b"}
        term.readings = [{"party": "JP", "text": "Before\ufdd0\u2028and after", "on": "2026-11-20"}]
    tachibana = visit("tachibana")
    answer = tachibana.get(f"{FILES}/terms.{form}")
    assert answer.status_code == 200
    if form == "csv":
        assert "Verification\ufffd\ufffd" in answer.text


def test_white_space_and_apostrophes_come_back_as_they_went(visit):
    tachibana = visit("tachibana")
    for text in (" =1+1 and two  spaces ", "'=1 is quoted", "''twice''", "\n@first line"):
        shown = _send(tachibana, "lines", _table([{"kind": "interest", "text": text, "disclosure": "shared"}]))
        assert "1 new, 0 changed, 0 rejected." in shown.text, text
    row = {"kind": " red-line ", "text": " =1+1 ", "disclosure": " sealed", "reconfirm_by": " 2027-01-01 "}
    assert _keep(tachibana, _send(tachibana, "lines", _table([row]))).status_code == 303
    for form in ("csv", "xlsx"):
        again = tachibana.get(f"{FILES}/lines.{form}").content
        assert "0 new, 0 changed, 0 rejected." in _send(tachibana, "lines", again, f"t.{form}").text
    found = next(line for line in _out(tachibana, "lines") if "=1+1" in line["text"])
    assert (found["text"], found["reconfirm_by"]) == ("' =1+1 ", "2027-01-01")


@pytest.mark.sqlite_only("a file is read before any database is asked")
@pytest.mark.parametrize("encoding", ["cp949", "shift_jis", "gb18030", "cp1251"])
def test_another_encoding_is_answered_with_what_to_do(visit, encoding):
    words = {"cp949": "북한의 핵", "shift_jis": "拉致問題", "gb18030": "无核化", "cp1251": "Россия"}[encoding]
    organiser = visit("organiser")
    answer = _send(organiser, "obstacles", f"code,title\nOB-7,{words}\n".encode(encoding))
    assert answer.status_code == 422
    assert "save it again as UTF-8" in answer.text
    said = f"code,title,raised_on,reason\nOB-7,{words},2026-11-20,As agreed\n".encode(encoding)
    shown = _send(organiser, "obstacles", said, encoding=encoding)
    assert (shown.status_code, f"<ins>{words}</ins>" in shown.text) == (200, True)


@pytest.mark.sqlite_only("a file is read before any database is asked")
@pytest.mark.parametrize("encoding", ["cp949", "ebcdic"])
def test_a_file_in_another_encoding_than_the_one_chosen_is_refused(visit, encoding):
    answer = _send(visit("organiser"), "obstacles", b"code,title\nOB-7,\xff\xff\xff\n", encoding=encoding)
    assert (answer.status_code, "not text in the encoding that you chose" in answer.text) == (422, True)


@pytest.mark.sqlite_only("a file is read before any database is asked")
def test_a_column_that_is_none_is_named(visit):
    answer = _send(visit("organiser"), "obstacles", b"code,fish\nOB-7,1\n")
    assert "There is no column fish." in answer.text


def test_every_line_in_a_file_says_how_far_it_may_travel_and_whose_it_may_be_said_to_be(visit):
    rows = _out(visit("tachibana"), "lines")
    assert {row["disclosure"]: (row["rule"], row["tlp"]) for row in rows} == {
        "sealed": ("off-record", "TLP:RED"),
        "shared-without-attribution": ("chatham-house", "TLP:AMBER"),
        "shared": ("on-record", "TLP:AMBER"),
    }


@pytest.mark.sqlite_only("a file is read before any database is asked")
def test_the_page_says_that_the_first_sheet_counts(visit):
    organiser = visit("organiser")
    assert "In a workbook, only the first sheet is read." in organiser.get(FILES).text
    book = openpyxl.load_workbook(io.BytesIO(_workbook("Frozen")))
    book.create_sheet("Second").append(["fish"])
    book.active.append(["OB-8", "Thawed"])
    out = io.BytesIO()
    book.save(out)
    shown = _send(organiser, "obstacles", out.getvalue(), "t.xlsx")
    assert "OB-7" in shown.text
    assert "In a workbook, only the first sheet is read." in shown.text


def test_a_cell_left_empty_leaves_a_term_as_it_is_and_takes_a_step_s_grades_away(visit, ground):
    organiser = visit("organiser")
    _keep(organiser, _send(organiser, "terms", b"code,state\nappropriate-time,contested\n"))
    assert "JS SP" in next(row for row in _out(organiser, "terms") if row["code"] == "appropriate-time")["used_in"]
    step = next(row for row in _out(organiser, "roadmap") if row["code"] == "D-5")
    assert step["cost"]
    cleared = step | dict.fromkeys(("cost", "sensitivity", "reversibility", "verifiability"), "")
    _keep(organiser, _send(organiser, "roadmap", _table([cleared], list(step))))
    assert next(row for row in _out(organiser, "roadmap") if row["code"] == "D-5")["cost"] == ""


def test_a_preview_says_from_what_to_what(visit):
    organiser = visit("organiser")
    step = next(row for row in _out(organiser, "roadmap") if row["code"] == "P3")
    shown = _send(organiser, "roadmap", _table([step | {"title": "Third phase, renamed"}], list(step))).text
    assert "<del>Third phase: dismantlement</del> → <ins>Third phase, renamed</ins>" in shown


def test_requirements_go_out_and_in_and_end(visit, ground):
    organiser = visit("organiser")
    new = {"waits": "D-2", "target": "D-1", "kind": "requires", "since": "2026-10-05", "reason": "First the list."}
    circle = new | {"waits": "D-1", "target": "D-2"}
    refused = _send(organiser, "links", _table([new, circle]))
    assert "These steps would require each other in a circle: D-1 → D-2 → D-1." in unescape(refused.text)
    kept = _keep(organiser, _send(organiser, "links", _table([new])))
    assert kept.status_code == 303
    there = next(row for row in _out(organiser, "links") if row["waits"] == "D-2")
    assert (there["target"], there["kind"], there["reason"]) == ("D-1", "requires", "First the list.")
    ended = _keep(organiser, _send(organiser, "links", _table([there | {"until": "2026-10-20"}])))
    assert ended.status_code == 303
    assert [row["until"] for row in _out(organiser, "links") if row["waits"] == "D-2"] == ["2026-10-20"]
    assert "0 new, 0 changed" in _send(organiser, "links", _table([there | {"until": "2026-10-20"}])).text
    again = _send(organiser, "links", _table([there | {"until": "2026-10-21"}]))
    assert "until: It ended before, on 2026-10-20." in unescape(again.text)
    never = _send(organiser, "links", _table([new | {"target": "D-3", "until": "2026-10-20"}]))
    assert "until: There is no such tie in force that could end." in unescape(never.text)
    itself = _send(organiser, "links", _table([new | {"target": "D-2"}]))
    assert "target: The step D-2 would require itself." in unescape(itself.text)


def test_the_ties_to_an_obstacle_and_those_that_ended_are_in_the_file(visit):
    rows = [row for row in _out(visit("liang"), "links") if row["target"] == "BDA"]
    assert {row["waits"] for row in rows} == {"DENUC", "DPRK-US", "DPRK-JP", "ENERGY", "NEAPS", "IA1"}
    assert {(row["kind"], row["since"], row["until"]) for row in rows} == {("requires", "2007-03-22", "2007-06-25")}


def test_a_tie_is_ended_by_a_file_that_leaves_its_first_day_out(visit):
    organiser = visit("organiser")
    tie = {"waits": "P3", "target": "VP", "kind": "requires"}
    assert "already" in _send(organiser, "links", _table([tie])).text
    assert "0 new, 1 changed" in _send(organiser, "links", _table([tie | {"until": "2026-10-20"}])).text


def test_what_a_line_says_to_a_machine_is_in_its_owners_file_alone(visit):
    tachibana = visit("tachibana")
    new = {
        "kind": "bottom-line", "text": "Half of it by sea.", "authority": "delegation", "capacity": "expert",
        "disclosure": "shared", "subject": "SP7-JP", "stance": "at-most", "amount": "1234567.5", "unit": "t",
        "may_be_compared": "true",
    }  # fmt: skip
    assert _keep(tachibana, _send(tachibana, "lines", _table([new]))).status_code == 303
    claim = ("subject", "stance", "amount", "unit", "may_be_compared")
    own = next(row for row in _out(tachibana, "lines") if row["text"] == new["text"])
    assert {name: own[name] for name in claim} == {name: new[name] for name in claim}
    seen = next(row for row in _out(visit("liang"), "lines") if row["text"] == new["text"])
    assert {seen[name] for name in claim} == {""}


def test_a_column_that_is_left_out_stays_as_it_is(visit):
    tachibana = visit("tachibana")
    own = next(row for row in _out(tachibana, "lines") if row["party"] == "JP" and row["kind"] == "bottom-line")
    part = {"code": own["code"], "text": "Before any announcement on fuel, a dated meeting."}
    assert _keep(tachibana, _send(tachibana, "lines", _table([part]))).status_code == 303
    after = next(row for row in _out(tachibana, "lines") if row["code"] == own["code"])
    assert after == own | part


def test_a_fault_is_named_by_its_column(visit):
    organiser = visit("organiser")
    step = next(row for row in _out(organiser, "roadmap") if row["code"] == "D-1")
    answer = unescape(_send(organiser, "roadmap", _table([step | {"state": "agreed", "since": "2999-01-01"}])).text)
    assert "since: " in answer
    assert "happened_on" not in answer


@pytest.mark.parametrize(
    ("who", "theirs"),
    [
        ("organiser", {"roadmap", "links", "terms", "obstacles"}),
        ("tachibana", {"lines", "terms"}),
        ("observer", set()),
    ],
)
def test_only_the_files_that_one_may_import_have_a_form(visit, program, who, theirs):
    page = visit(who).get(FILES).text
    assert set(re.findall(r'action="[^"]*/files/(\w+)/preview"', page)) == theirs
    assert {table["name"] for table in program(who).get(FILES) if table["may_import"]} == theirs
    assert page.count("Empty, as a template:") == 5
