"""Registers as files: out and in, previewed, all or nothing, and never calculated."""

import csv
import io
import re
import zipfile
from html import unescape

import openpyxl
import pytest

from tests.ground import dump

D = "/dialogues/six-party-talks"
FILES = f"{D}/registers/files"


def _send(visitor, name, data, filename="table.csv"):
    parts = {"file": (filename, data), "form_key": (None, visitor.key(FILES))}
    return visitor.request("POST", f"{FILES}/{name}/preview", files=parts)


def _keep(visitor, answer):
    action = re.search(r'action="([^"]+/apply)"', answer.text).group(1)
    key = re.search(r'name="form_key" value="([^"]+)"', answer.text[answer.text.index(action) :]).group(1)
    rows = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL).group(1)
    return visitor.send_with(key, action, rows=unescape(rows).replace("\n", "\r\n"))


def _table(rows, columns=None):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns or list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _out(visitor, name):
    return list(csv.DictReader(io.StringIO(visitor.get(f"{FILES}/{name}.csv").content.decode("utf-8-sig"))))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["roadmap", "lines", "terms", "obstacles"])
def test_what_goes_out_comes_in_and_changes_nothing(visit, ground, name, form):
    organiser = visit("organiser")
    data = organiser.get(f"{FILES}/{name}.{form}").content
    before = dump.rows(ground)
    answer = _send(organiser, name, data, f"t.{form}")
    assert answer.status_code == 200
    assert "0 new, 0 changed, 0 rejected." in answer.text
    assert dump.rows(ground) == before


def test_a_participant_works_on_own_lines_in_a_file(visit, ground):
    tachibana = visit("tachibana")
    rows = _out(tachibana, "lines")
    own = next(row for row in rows if row["party"] == "Japan" and row["kind"] == "bottom-line")
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
    cells = {c.value: c.data_type for row in book.worksheets[0].iter_rows() for c in row}
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
