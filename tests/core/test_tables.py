"""Tables as files: every text comes back as it went, and no spreadsheet takes it for anything else."""

import csv
import io
import unicodedata
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import tables
from app.core.tables import BadTable
from app.core.text import clean

COLUMNS = ("code", "text", "source")
WRITE = {
    "csv": lambda rows: tables.write_csv(COLUMNS, rows),
    "xlsx": lambda rows: tables.write_xlsx(COLUMNS, rows, "lines", {"dialogue": "=talks"}),
}
SIGNS = "=+-@＝＋－＠"
AWKWARD = [
    *(
        "=1+1",
        "'=1",
        "''",
        "'",
        " =1+1",
        "\n=1+1",
        "\t=1",
        "'\n=1",
        "''=1",
        "' =1",
        "-3",
        "+7 495",
        "－1",
        "＝1",
        "＠x",
    ),
    *("'tis so", " two  spaces ", "a,b;c\td", 'say "so"', "one\ntwo", "\n", "_x0041_", "_x005F_x0041_x0042_"),
    *("#N/A", "1e9", "0012", "\u3000＝1", "\u200b=1", "\ufeff=1", "true", "2026-11-20"),
]


def _is_kept(text):
    try:
        clean(text)
    except ValueError:
        return False
    return True


def _cells(data, form):
    if form == "csv":
        return [cell for line in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in line]
    return [str(c.value or "") for line in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows() for c in line]


def _starts_a_formula(cell):
    seen = "".join(c for c in cell if not c.isspace() and unicodedata.category(c) != "Cf")
    return seen.startswith(tuple(SIGNS)) or cell.startswith(("\t", "\r", "\n"))


def _goes_and_comes(texts, form):
    rows = [{"code": str(n), "text": text, "source": text[::-1]} for n, text in enumerate(texts)]
    data = WRITE[form](rows)
    assert tables.read(data, COLUMNS) == rows
    assert not [cell for cell in _cells(data, form) if _starts_a_formula(cell)]


@pytest.mark.parametrize("form", WRITE)
def test_awkward_cells_come_back_as_they_went(form):
    _goes_and_comes(AWKWARD, form)


TEXTS = st.text(max_size=60).filter(_is_kept).map(clean)
TRICKS = st.text(alphabet="'=+-@＝－\t\n _x005FA4,;\"é\u200b", max_size=12)


@pytest.mark.parametrize("form", WRITE)
@settings(max_examples=150, deadline=None)
@given(texts=st.lists(TEXTS | TRICKS, min_size=1, max_size=8))
def test_any_text_comes_back_as_it_went_and_starts_no_formula(form, texts):
    _goes_and_comes([clean(text) for text in texts], form)


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(alphabet=st.characters(), max_size=40) | st.sampled_from(["\uffff", "\ufdd0", "\U0001fffe", "\ud800"])
)
def test_whatever_is_stored_a_download_does_not_break(text):
    for form, write in WRITE.items():
        found = tables.read(write([{"code": "1", "text": text}]), COLUMNS)
        assert "\uffff" not in found[0]["text"], form


def test_every_cell_of_a_csv_is_quoted():
    assert tables.write_csv(("code", "text"), [{"code": "A"}]) == b'\xef\xbb\xbf"code","text"\r\n"A",""\r\n'


KOREAN = "code,title\nA-1,북한의 핵 시설 신고\n"
JAPANESE = "code,title\nA-1,拉致問題の解決\n"
CHINESE = "code,title\nA-1,朝鲜半岛无核化\n"
RUSSIAN = "code,title\nA-1,Полный отказ от ядерного оружия\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (KOREAN, "cp949"),
        (KOREAN, "iso2022_kr"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "iso2022_jp"),
        (CHINESE, "gb18030"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "utf-16"),
        (KOREAN, "utf-16-le"),
    ],
)
def test_another_encoding_is_not_guessed_at(text, encoding):
    with pytest.raises(BadTable, match="save it again as UTF-8"):
        tables.read(text.encode(encoding), ("code", "title"))
    assert tables.read(text.encode(), ("code", "title"))[0]["code"] == "A-1"


def _book(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_two_thousand_rows_of_a_workbook_and_no_more():
    rows = [["code", "text"], *([str(n), "Words"] for n in range(2000))]
    assert len(tables.read(_book(rows), COLUMNS)) == 2000
    with pytest.raises(BadTable, match="at most 2000"):
        tables.read(_book([*rows, ["2000", "One more"]]), COLUMNS)


def test_rows_below_a_gap_are_not_lost():
    rows = [["code", "text"], ["1", "Words"], *([[]] * 3000), ["2", "Below"]]
    assert [row["code"] for row in tables.read(_book(rows), COLUMNS)] == ["1", "2"]
    with pytest.raises(BadTable, match="at most 2000"):
        tables.read(_book([["code"], ["1"], *([[]] * 20_000), ["2"]]), COLUMNS)


def test_the_first_of_two_sheets_counts():
    found = tables.read(_book([["code"], ["first"]], [["code"], ["second"]]), COLUMNS)
    assert found == [{"code": "first"}]


def test_a_formula_and_a_bomb_are_refused():
    with pytest.raises(BadTable, match="holds a formula"):
        tables.read(_book([["code"], ["=1+1"]]), COLUMNS)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 60_000_000)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(BadTable, match="too large"):
        tables.read(out.getvalue(), COLUMNS)


def test_a_workbook_that_claims_a_million_wide_rows_is_read_quickly():
    sheet = _book([["code"], ["1"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"').replace(b'r="2"', b'r="1048576"')
                data = data.replace(b'r="A2"', b'r="XFD1048576"')
            target.writestr(name, data)
    with pytest.raises(BadTable):
        tables.read(out.getvalue(), COLUMNS)


def test_a_cell_longer_than_the_reader_itself_takes_is_said_to_be_too_long():
    with pytest.raises(tables.BadTable, match="too long"):
        tables.read(b"code\r\n" + b"x" * 500_000, ("code",))
