"""Tables as files: CSV (RFC 4180) and XLSX, in and out. Every cell is text; nothing in a file is ever calculated.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it and read without it (OWASP, CSV
injection); a true formula in a workbook is refused. Workbooks are written without a trace of when or by whom.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from app.core.i18n import N_
from app.core.text import clean

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2_000, 40, 20_000
LARGEST_UNPACKED = 20 * 1024 * 1024  # bytes; a workbook is a ZIP, and a small one may unfold without end
FORMULA = re.compile(r"^[=+\-@\t\r]")
NUMBER = re.compile(r"^[+-]?\d[\d .,]*$")
EPOCH = (1980, 1, 1, 0, 0, 0)

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Row = dict[str, str]


class BadTable(ValueError):
    """The file cannot be read as a table at all; a sentence says why."""


def neutralised(value: str) -> str:
    """The cell as it is written: no spreadsheet takes it for a formula."""
    return f"'{value}" if FORMULA.match(value) and not NUMBER.match(value) else value


def _restored(value: str) -> str:
    return value[1:] if value.startswith("'") and FORMULA.match(value[1:]) else value


def write_csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need to see that it is."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutralised(row.get(name, "")) for name in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(columns: Sequence[str], rows: Iterable[Row], title: str) -> bytes:
    """One sheet, every cell text. The same rows make the same bytes."""
    import openpyxl  # noqa: PLC0415  # a third of a second that only a download must pay for
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append(list(columns))
    for row in rows:
        sheet.append([""] * len(columns))
        for place, name in enumerate(columns, 1):
            cell = sheet.cell(sheet.max_row, place)
            cell.value, cell.data_type = neutralised(row.get(name, "")), "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place, name in enumerate(columns):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(place + 1)].width = 40 if name in LONG else 16
    sheet.freeze_panes = "B2"
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


def read(data: bytes, columns: Sequence[str]) -> list[Row]:
    """The rows of a CSV or XLSX file whose first line names these columns, or some of them. Raises BadTable."""
    lines = _lines_of_workbook(data) if data[:4] == b"PK\x03\x04" else _lines_of_text(data)
    return _named(lines, columns)


def _lines_of_text(data: bytes) -> list[list[str]]:
    try:
        text = clean(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as fault:
        raise BadTable(N_("The file is neither a workbook nor text in UTF-8.")) from fault
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise BadTable(N_("The file is not a table: a quotation mark is open or out of place.")) from fault


def _lines_of_workbook(data: bytes) -> list[list[str]]:
    import openpyxl  # noqa: PLC0415  # as above

    try:
        _refuse_bomb(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        return [[_text_of(cell) for cell in line[:MOST_COLUMNS]] for line in sheet.iter_rows(max_row=MOST_ROWS + 2)]
    except BadTable:
        raise
    except Exception as fault:
        raise BadTable(N_("The workbook cannot be read.")) from fault


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
    return value.isoformat() if isinstance(value, date) else clean(str(value))


def _named(lines: list[list[str]], columns: Sequence[str]) -> list[Row]:
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if not lines:
        raise BadTable(N_("The file is empty."))
    head = [name.strip().lower() for name in lines[0]]
    while head and not head[-1]:
        head.pop()
    if len(set(head)) < len(head) or set(head) - set(columns):
        raise BadTable(N_("The first line must name the columns, each once, as in the template."))
    if len(lines) > MOST_ROWS + 1:
        raise BadTable(N_("The file has too many rows: at most 2000 at once."))
    if any(len(cell) > LONGEST_CELL for line in lines for cell in line):
        raise BadTable(N_("A cell is too long."))
    if any(any(cell.strip() for cell in line[len(head) :]) for line in lines):
        raise BadTable(N_("A row has more cells than there are columns."))
    return [{name: _restored(cell.strip()) for name, cell in zip(head, line, strict=False)} for line in lines[1:]]
