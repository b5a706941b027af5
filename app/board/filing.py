"""The stalemate matrix as a file: one row for each pair of baskets, so that a spreadsheet can turn it."""

from app.board.views import MatrixView
from app.core import tables
from app.core.errors import NotFound

COLUMNS = ("as_of", "if_this_stalled", "basket", "free", "linked", "provisional", "blocked", "independence")


def matrix_file(view: MatrixView, form: str) -> bytes:
    """CSV or XLSX. Raises NotFound for another form."""
    rows = [
        {
            "as_of": view.as_of.isoformat(),
            "if_this_stalled": row.basket,
            "basket": cell.basket,
            **{name: str(getattr(cell.effects, name)) for name in ("free", "linked", "provisional", "blocked")},
            "independence": "" if row.independence is None else f"{row.independence:.3f}",
        }
        for row in view.rows
        for cell in row.cells
        if cell is not None
    ]
    about = {
        "dialogue": view.dialogue,
        "table": "matrix",
        "as_of": view.as_of.isoformat(),
        "linkage": view.linkage_policy,
    }
    if form not in tables.MEDIA_TYPES:
        raise NotFound
    return tables.write_csv(COLUMNS, rows) if form == "csv" else tables.write_xlsx(COLUMNS, rows, "matrix", about)
