"""The stalemate matrix as a file: the heat map as it is on the page, and one row for each pair of baskets, so that a spreadsheet can turn it."""

from typing import Any

from app.board.views import MatrixRow, MatrixView, Tally
from app.core import tables
from app.core.errors import NotFound
from app.core.i18n import gettext as _

COUNTS = ("free", "linked", "provisional", "blocked")
COLUMNS = ("as_of", "if_this_stalled", "basket", *COUNTS, "independence", "words")
NUMBERS = frozenset({*COUNTS, "independence"})
SHADES = {"0": "E3F1EA", "tied": "F8EED6", "1": "EFDDDC", "2": "E5CCCB", "3": "DBBCBA", "4": "D0A8A5"}
"""As on the page, in red, green and blue."""


def matrix_file(view: MatrixView, form: str) -> bytes:
    """CSV or XLSX. Raises NotFound for another form."""
    if form not in tables.MEDIA_TYPES:
        raise NotFound
    rows = [
        {
            "as_of": view.as_of.isoformat(),
            "if_this_stalled": row.basket,
            "basket": cell.basket,
            **{name: str(getattr(cell.effects, name)) for name in COUNTS},
            "independence": "" if row.independence is None else f"{row.independence:.3f}",
            "words": words(cell.effects),
        }
        for row in view.rows
        for cell in row.cells
        if cell is not None
    ]
    return tables.write_csv(COLUMNS, rows) if form == "csv" else _workbook(view, rows)


def words(tally: Tally) -> str:
    names = {"free": _("free"), "linked": _("linked"), "provisional": _("provisional"), "blocked": _("blocked")}
    return ", ".join(f"{count} {said}" for name, said in names.items() if (count := getattr(tally, name))) or _(
        "no open steps"
    )


def _workbook(view: MatrixView, rows: list[tables.Row]) -> bytes:
    about = {
        "dialogue": view.dialogue,
        "table": "matrix",
        "as_of": view.as_of.isoformat(),
        "linkage": view.linkage_policy,
    }
    book = tables.workbook(COLUMNS, rows, "matrix", about, NUMBERS)
    sheet = book.create_sheet("heat map", 1)
    baskets = [code for code, _title in view.baskets]
    sheet.append([_("If this stalled"), _("Independence"), *baskets, _("Elsewhere")])
    for row in view.rows:
        _heat(sheet, row)
    tables.head(sheet, [18] * (len(baskets) + 3))
    book.active = sheet  # where it opens
    return tables.packed(book)


def _heat(sheet: Any, row: MatrixRow) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415  # a third of a second that only a download must pay for

    said = ["—" if cell is None else words(cell.effects) for cell in row.cells]
    sheet.append([f"{row.basket}\n{tables.neutralised(row.title)}", row.independence, *said, words(row.elsewhere)])
    sheet.cell(sheet.max_row, 2).number_format = "0 %"
    for place, cell in enumerate(row.cells, 3):
        if cell is not None and cell.shade in SHADES:
            sheet.cell(sheet.max_row, place).fill = PatternFill("solid", fgColor=SHADES[cell.shade])
