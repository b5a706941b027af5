"""Tables as files: CSV (RFC 4180) and XLSX, in and out. Every cell is text; nothing in a file is ever calculated.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it and read without it (OWASP, CSV
injection), and so is one that would be taken for such a cell, so that every text comes back as it went. A true formula in a
workbook is refused. Workbooks are written without a trace of when or by whom.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.core.i18n import N_
from app.core.text import writable

MOST_ROWS, LONGEST_CELL = 2_000, 20_000
LARGEST_UNPACKED = 20 * 1024 * 1024  # bytes; a workbook is a ZIP, and a small one may unfold without end
MOST_LINES, MOST_COLUMNS = (
    20_000,
    100,
)  # of a workbook, empty ones among them: it may claim a million by sixteen thousand
# East Asian spreadsheets take the wide and the small signs for the narrow ones; white space, seen or not, is skipped.
SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
FORMULA = re.compile(f"'*(?:[\t\r\n]|[\\s\u00ad\u200b-\u200f\u2060\ufeff]*[{SIGNS}])")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character's number in a workbook (ECMA-376, part 1, ST_Xstring)
LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
ABOUT = "About"
EPOCH = (1980, 1, 1, 0, 0, 0)

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Row = dict[str, str]


ENCODINGS = {"utf-8": "utf-8-sig", "cp949": "cp949", "shift_jis": "cp932", "gb18030": "gb18030", "cp1251": "cp1251"}
"""What a file of text may be said to be in, to the codec: what older spreadsheets write in Korea, Japan, China and Russia."""


class BadTable(ValueError):
    """The file cannot be read as a table at all; a sentence says why, with the values to put into it."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.values = values


def neutralised(value: str) -> str:
    """The cell as it is written: no spreadsheet takes it for a formula."""
    value = writable(value)
    return f"'{value}" if FORMULA.match(value) else value


def _restored(value: str) -> str:
    return value[1:] if value.startswith("'") and FORMULA.match(value) else value


def write_csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need to see that it is; every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([neutralised(row.get(name, "")) for name in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(columns: Sequence[str], rows: Iterable[Row], title: str, about: Mapping[str, str]) -> bytes:
    """A first sheet that says what this is, and the table; every cell text. The same rows make the same bytes."""
    return packed(workbook(columns, rows, title, about))


def workbook(
    columns: Sequence[str],
    rows: Iterable[Row],
    title: str,
    about: Mapping[str, str],
    numbers: frozenset[str] = frozenset(),
) -> Any:
    """The openpyxl workbook of such a table, not packed yet. `numbers`: the columns whose cells are numbers where they are not empty."""
    import openpyxl  # noqa: PLC0415  # a third of a second that only a download must pay for

    book = openpyxl.Workbook()
    book.active.title = ABOUT
    for name, value in about.items():
        book.active.append([name, neutralised(value)])
    sheet = book.create_sheet(title)
    book.active = sheet  # where it opens
    sheet.append(list(columns))
    for number, row in enumerate(rows, 2):
        for place, name in enumerate(columns, 1):
            cell, value = sheet.cell(number, place), row.get(name, "")
            if name in numbers:
                cell.value = float(value) if value else None
            else:
                cell.value, cell.data_type = LIKE_ESCAPED.sub("_x005F_", neutralised(value)), "s"
    head(sheet, [40 if name in LONG else 16 for name in columns])
    return book


def head(sheet: Any, widths: Sequence[int]) -> None:
    """The first line in bold and, with the first column, in sight; every cell wrapped; columns so many characters wide."""
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415  # as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    wrapped = Alignment(wrap_text=True, vertical="top")
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = wrapped
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "B2"


def packed(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return _without_traces(out.getvalue())


LONG = frozenset({"title", "text", "reading", "reason", "conditions", "expression", "source", "precedents"})
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
_CREATOR = re.compile(rb"<dc:creator[^>]*>[^<]*</dc:creator>")


def _without_traces(packed: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _CREATOR.sub(b"", _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", data))
            target.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read(data: bytes, columns: Sequence[str], encoding: str = "utf-8") -> list[Row]:
    """The rows of a CSV or XLSX file whose first line names these columns, or some of them. Raises BadTable.

    The cells are as they stand in the file, white space and all; of a workbook, those of the first sheet that is a table. `encoding`,
    one of ENCODINGS, is of text; a workbook says its own.
    """
    lines = _lines_of_workbook(data) if data[:4] == b"PK\x03\x04" else _lines_of_text(data, encoding)
    return _named(lines, columns)


NOT_SO = N_("The file is not text in the encoding that you chose.")
NOT_UTF8 = N_(
    "The file is neither a workbook nor text in UTF-8. Please save it again as UTF-8 (“CSV UTF-8”), or choose its encoding."
)
# UTF-16 without its mark, and the shifts of ISO-2022-JP and -KR: bytes that happen to be UTF-8 too.
SHIFTS = re.compile("[\x00\x0e\x0f\x1b]")


def _lines_of_text(data: bytes, encoding: str) -> list[list[str]]:
    """What is not in the encoding named is not guessed at: a wrong guess would put other words into somebody's mouth."""
    sentence = NOT_UTF8 if encoding == "utf-8" else NOT_SO
    try:
        text = data.decode(ENCODINGS[encoding]).replace("\r\n", "\n").replace("\r", "\n")
    except (KeyError, UnicodeDecodeError) as fault:
        raise BadTable(sentence) from fault
    if SHIFTS.search(text):
        raise BadTable(sentence)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        if "field larger" in str(fault):  # the module's own limit, 131,072 characters, before ours is asked
            raise BadTable(TOO_LONG) from fault
        raise BadTable(N_("The file is not a table: a quotation mark is open or out of place.")) from fault


def _lines_of_workbook(data: bytes) -> list[list[str]]:
    import openpyxl  # noqa: PLC0415  # as above

    try:
        _refuse_bomb(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        table = next((sheet for sheet in book.worksheets if sheet.title != ABOUT), book.worksheets[0])
        lines = table.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS)
        found = [[_text_of(cell) for cell in line] for line in lines]
    except BadTable:
        raise
    except Exception as fault:
        raise BadTable(N_("The workbook cannot be read.")) from fault
    if len(found) > MOST_LINES:
        raise BadTable(TOO_MANY)
    return found


TOO_LONG = N_("A cell is too long.")
TOO_MANY = N_("The file has too many rows: at most 2000 at once.")


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise BadTable(N_("The workbook is too large."))


def _text_of(cell: object) -> str:
    value = getattr(cell, "value", None)
    if getattr(cell, "data_type", "") == "f":
        raise BadTable(N_("The workbook holds a formula. Please paste its value instead."))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else ESCAPED.sub(_character, str(value))


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _named(lines: list[list[str]], columns: Sequence[str]) -> list[Row]:
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if not lines:
        raise BadTable(N_("The file is empty."))
    head = [name.strip().lower() for name in lines[0]]
    while head and not head[-1]:
        head.pop()
    if unknown := next((name for name in head if name not in columns), None):
        raise BadTable(
            N_("There is no column %(name)s. The first line must name the columns as in the template."), name=unknown
        )
    if len(set(head)) < len(head) or "" in head:
        raise BadTable(N_("The first line must name the columns, each once, as in the template."))
    if len(lines) > MOST_ROWS + 1:
        raise BadTable(TOO_MANY)
    if any(len(cell) > LONGEST_CELL for line in lines for cell in line):
        raise BadTable(TOO_LONG)
    if any(any(cell.strip() for cell in line[len(head) :]) for line in lines):
        raise BadTable(N_("A row has more cells than there are columns."))
    return [{name: _restored(cell) for name, cell in zip(head, line, strict=False)} for line in lines[1:]]
