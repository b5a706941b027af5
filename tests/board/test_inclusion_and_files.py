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
    assert found["DPRK-JP", "ENERGY"]["blocked"] == "1"
    assert found["DENUC", "NEAPS"]["independence"] == "0.800"


def _rows(data, form):
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    import openpyxl  # noqa: PLC0415  # as in the app: only this form needs it

    head, *lines = openpyxl.load_workbook(io.BytesIO(data))["matrix"].iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]
