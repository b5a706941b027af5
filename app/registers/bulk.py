"""Registers as files: CSV and XLSX in and out, with a preview, all or nothing.

A preview does everything, each row behind a savepoint, in copies of the tables that nobody else sees: what it says is what will
happen, and nobody waits for it. What all rows are judged against is read once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.access.levels import Room
from app.access.rehearsal import rehearsing
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core import tables
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.tables import BadTable, Row
from app.core.text import clean, writable
from app.registers.roadmap_sheets import LINKS, OBSTACLES, STEPS
from app.registers.sheets import Here, Sheet, differ
from app.registers.word_sheets import LINES, TERMS

SHEETS: dict[str, Sheet] = {"roadmap": STEPS, "links": LINKS, "lines": LINES, "terms": TERMS, "obstacles": OBSTACLES}
TABLES = (
    *(
        "entry",
        "entry_version",
        "line_offer",
        "line_verdict",
        "term",
        "step",
        "step_change",
        "link",
        "obstacle",
        "ledger_leaf",
    ),
    *("compartment", "room_key", "grant"),  # a room for what is compared may have to be opened first
)
"""All that the verbs of a file write to."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row would change: from what stands now (nothing, in a new one) to what the file says."""

    column: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a file: its number in the file (the first below the head is 2), what would come of it, and why not."""

    number: int
    key: str
    verdict: Literal["new", "changed", "unchanged", "rejected"]
    reasons: tuple[str, ...]
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """`rows` as they were read, to be sent again for good. Nothing was kept."""

    name: str
    judged: tuple[Judged, ...]
    new: int
    changed: int
    rejected: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A register of a dialogue as the viewer saw it on a day; without rows it is a template.

    `may_import`: whether any row of such a file could be the viewer's to change.
    """

    dialogue: str
    name: str
    as_of: date
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    may_import: bool

    @property
    def about(self) -> dict[str, str]:
        """What a workbook says of itself; of positions that are not everybody's, how far they were disclosed."""
        said = {"dialogue": self.dialogue, "register": self.name, "as_of": self.as_of.isoformat()}
        disclosed = sorted({row["disclosure"] for row in self.rows if row.get("disclosure")})
        return said | ({"disclosure": ", ".join(disclosed)} if disclosed else {})


def show_table(reading: Reading, name: str, *, is_empty: bool = False) -> Table:
    """A register as a table, or only its head, as a template. Raises NotFound for a register that is none."""
    reading.enter(Room.BOARD)
    sheet = _sheet(name)
    rows = () if is_empty else tuple(sheet.rows(reading))
    may_import = _may_import(reading, sheet)
    return Table(reading.viewer.dialogue_code, name, reading.today, sheet.columns, rows, may_import)


def _may_import(reading: Reading, sheet: Sheet) -> bool:
    speaks = sheet.needs is not Action.ENTRY_LODGE or reading.viewer.voice is not None
    return speaks and reading.may_in(sheet.needs, Room.BOARD)


def file_name(table: Table, form: str) -> str:
    """A template is of no day."""
    return f"{table.dialogue}-{table.name}-{table.as_of}.{form}" if table.rows else f"{table.name}.{form}"


def as_file(table: Table, form: str) -> bytes:
    """CSV or XLSX. Raises NotFound for another form."""
    if form == "csv":
        return tables.write_csv(table.columns, table.rows)
    if form == "xlsx":
        return tables.write_xlsx(table.columns, table.rows, table.name, table.about)
    raise NotFound


def as_text(found: Preview) -> str:
    """A preview's rows as text, to be sent again for good."""
    given = [
        name for name in found.columns if any(name in row for row in found.rows)
    ]  # a column left out stays as it is
    return tables.write_csv(given, found.rows).decode("utf-8-sig")


def read_file(name: str, data: bytes, encoding: str = "utf-8") -> list[Row]:
    """Raises Invalid, at the field `file`, for what is no table of this register, or no text in that encoding."""
    try:
        return tables.read(data, _sheet(name).columns, encoding)
    except BadTable as fault:
        raise Invalid({"file": _(str(fault)) % fault.values}) from fault


def preview(work: Work, name: str, rows: Sequence[Row]) -> Preview:
    """What would come of every row. Nothing stays, and nobody waits."""
    _sheet(name)
    with rehearsing(work, *TABLES) as rehearsal:
        return _preview(name, _judge(rehearsal, name, rows), rows)


def apply(work: Work, name: str, rows: Sequence[Row]) -> Preview:
    """Every row, or none: one bad row, and nothing is changed."""
    judged = _judge(work, name, rows)
    if any(each.verdict == "rejected" for each in judged):
        work.abandon()
    return _preview(name, judged, rows)


def _preview(name: str, judged: Sequence[Judged], rows: Sequence[Row]) -> Preview:
    count = {verdict: sum(each.verdict == verdict for each in judged) for verdict in ("new", "changed", "rejected")}
    return Preview(name=name, judged=tuple(judged), columns=_sheet(name).columns, rows=tuple(rows), **count)


def _judge(work: Work, name: str, rows: Sequence[Row]) -> list[Judged]:
    work.enter(Room.BOARD)
    sheet, here = _sheet(name), Here(work)
    standing = [_trimmed(sheet, {n: writable(cell) for n, cell in row.items()}) for row in sheet.rows(work)]
    there = {sheet.key(row): row for row in standing}
    seen: set[str] = set()
    judged = []
    for number, given in enumerate(rows, 2):
        if unknown := set(given) - set(sheet.columns):
            raise Invalid({"file": _("There is no column %(name)s.") % {"name": min(unknown)}})
        row, faults = _cleaned(sheet, given)
        key = "" if faults else sheet.key(row)
        if key in seen:
            faults = (_("This stands twice in the file."),)
        if faults:
            judged.append(Judged(number, key, "rejected", faults))
            continue
        seen |= {key} - {""}
        old = there.get(key)
        left_out = {name: cell for name, cell in (old or {}).items() if name not in given}
        judged.append(_one(work, sheet, number, row | left_out, old, here))
    return judged


def _trimmed(sheet: Sheet, row: Row) -> Row:
    return {name: cell if name in sheet.texts else cell.strip() for name, cell in row.items()}


def _cleaned(sheet: Sheet, given: Row) -> tuple[Row, tuple[str, ...]]:
    """The whole row in clean text, and what of it cannot be kept: column and sentence."""
    row, faults = dict.fromkeys(sheet.columns, ""), []
    for name, cell in given.items():
        try:
            row[name] = clean(cell)
        except ValueError as fault:
            faults.append(f"{name}: {_(str(fault))}")
    return _trimmed(sheet, row), tuple(faults)


def _one(work: Work, sheet: Sheet, number: int, given: Row, old: Row | None, here: Here) -> Judged:
    key = sheet.key(given)
    row = sheet.settled(given, old, here)
    if old is not None and all(row[name] == old[name] for name in sheet.columns):
        return Judged(number, key, "unchanged", ())
    try:
        with work.db.begin_nested():
            verdict = sheet.put(work, row, old, here)
    except Invalid as fault:
        at = ((sheet.columns_of.get(field, field), words) for field, words in fault.errors.items())
        return Judged(number, key, "rejected", tuple(f"{column}: {words}" if column else words for column, words in at))
    except (Forbidden, Conflict, NotFound) as fault:
        return Judged(number, key, "rejected", (str(fault) or _("You may not change this."),))
    was = old or dict.fromkeys(sheet.columns, "")
    return Judged(number, key, verdict, (), tuple(Cell(name, was[name], row[name]) for name in differ(row, was, *row)))


def _sheet(name: str) -> Sheet:
    if name not in SHEETS:
        raise NotFound
    return SHEETS[name]
