"""Inclusion counted from the record, and the matrix as a file: against what the document itself says."""

import csv
import io
from datetime import date

import pytest

from app.demo.service import case

D = "/dialogues/six-party-talks"
DAY = date(2009, 4, 1)


@pytest.fixture(scope="module")
def document():
    return case()


def _held(document, basket):
    return [m for m in document.meetings if m.starts <= DAY and (basket in m.baskets if basket else not m.baskets)]


def _present(meeting, people):
    return {people[one.person] for one in meeting.attendance if one.present}


def _led(party, document, basket, chairs):
    return any(party in (*(m.chair or chairs.get(basket, ())), m.host) for m in _held(document, basket))


def test_who_chaired_hosted_and_stayed_away_is_what_the_record_says(program, document):
    view = program("liang").get(f"{D}/inclusion?as_of={DAY}")
    codes = [code for code, _title in view["baskets"]]
    assert codes == [*(basket.code for basket in document.baskets), ""]
    people = {person.ref: person.party for person in document.people}
    members = {basket.code: set(basket.members) for basket in document.baskets}
    chairs = {basket.code: set(basket.chair) for basket in document.baskets}
    by_name = {party.names["en"].short: party.code for party in document.parties}
    assert {row["party"] for row in view["rows"]} == set(by_name)
    for row in view["rows"]:
        party = by_name[row["party"]]
        assert row["not_a_member_of"] == [code for code in codes if code and party not in members[code]]
        met = [code for code in codes if _held(document, code)]
        led = {code for code in met if party in chairs.get(code, ()) or _led(party, document, code, chairs)}
        there = {code for code in met if any(party in _present(m, people) for m in _held(document, code))}
        own = [code for code in met if not code or party in members[code]]
        assert row["never_at"] == [code for code in met if code not in own and code not in there], party
        assert row["never_led"] == [code for code in own if code not in led], party
        assert row["absent_from"] == [
            code
            for code in own
            if any(m.attendance and party not in _present(m, people) for m in _held(document, code))
        ]
        for code, cell in zip(codes, row["cells"], strict=True):
            held = _held(document, code)
            recorded = [m for m in held if m.attendance]
            away = sum(party not in {people[one.person] for one in m.attendance if one.present} for m in recorded)
            assert cell["absent"] == (away if recorded else None), (party, code)
            assert cell["recorded"] == len(recorded)
            if code:
                assert cell["chairs"] == (party in chairs[code])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_matrix_as_a_file_holds_the_page_s_figures(visit, program, form):
    view = program("liang").get(f"{D}/matrix?as_of=2009-02-20")
    answer = visit("liang").get(f"{D}/matrix.{form}?as_of=2009-02-20")
    assert answer.status_code == 200
    assert f'"six-party-talks-matrix-2009-02-20.{form}"' in answer.headers["content-disposition"]
    rows = _rows(answer.content, form)
    found = {(row["if_this_stalled"], row["basket"]): row for row in rows}
    cells = [(row["basket"], cell) for row in view["rows"] for cell in row["cells"] if cell]
    assert len(found) == len(cells) == 20
    for stalled, cell in cells:
        row = found[stalled, cell["basket"]]
        for name in ("free", "linked", "provisional", "blocked"):
            assert int(row[name]) == cell["effects"][name], (stalled, cell["basket"], name)
    assert found["DPRK-JP", "ENERGY"]["blocked"] == ("1" if form == "csv" else 1)
    assert found["DENUC", "NEAPS"]["independence"] == ("0.800" if form == "csv" else 0.8)
    assert found["DPRK-JP", "ENERGY"]["words"].endswith("1 blocked")


def test_the_workbook_opens_on_the_heat_map_as_the_page_shows_it(visit):
    import openpyxl  # noqa: PLC0415  # as in the app: only this form needs it

    book = openpyxl.load_workbook(io.BytesIO(visit("liang").get(f"{D}/matrix.xlsx?as_of=2009-02-20").content))
    sheet = book.active
    assert (book.sheetnames, sheet.title) == (["About", "heat map", "matrix"], "heat map")
    head, *lines = sheet.iter_rows()
    place = {cell.value: number for number, cell in enumerate(head)}
    line = {cells[0].value.split("\n")[0]: cells for cells in lines}
    held, free = line["DPRK-JP"][place["ENERGY"]], line["NEAPS"][place["DENUC"]]
    assert held.value.endswith("1 blocked")
    assert free.value.endswith("free")
    assert held.fill.fgColor.rgb != free.fill.fgColor.rgb
    assert {held.fill.fill_type, free.fill.fill_type} == {"solid"}
    assert line["DENUC"][place["Independence"]].value == 0.8


def _rows(data, form):
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    import openpyxl  # noqa: PLC0415  # as in the app: only this form needs it

    head, *lines = openpyxl.load_workbook(io.BytesIO(data))["matrix"].iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]
