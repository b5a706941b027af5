"""Registers as files: CSV and XLSX in and out, with a preview, all or nothing.

A preview does everything, each row behind a savepoint, in copies of the tables that nobody else sees: what it says is what will
happen, and nobody waits for it. What all rows are judged against is read once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import ValidationError

from app.access.levels import Room
from app.access.rehearsal import rehearsing
from app.access.work import Reading, Work
from app.core import tables
from app.core.command import Command
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording
from app.core.messages import message_of
from app.core.tables import BadTable, Row
from app.core.text import clean, writable
from app.dialogues.queries import party_rows, short_name
from app.engine.ladder import MEASURES
from app.registers import queries, service
from app.registers.commands import DISCLOSURES, AddTerm, DiscloseEntry, GiveReading, LodgeEntry, ReviseEntry, TurnTerm
from app.roadmap import queries as roadmap
from app.roadmap import service as keeping
from app.roadmap.commands import AddObstacle, AddStep, ChangeStep, GradeStep, LiftObstacle

C = TypeVar("C", bound=Command)
Verdict = Literal["new", "changed", "unchanged"]


TABLES = (
    *("entry", "entry_version", "line_offer", "line_verdict", "term", "step", "step_change", "obstacle", "ledger_leaf"),
    *("compartment", "room_key", "grant"),  # a room for what is compared may have to be opened first
)
"""All that the verbs of a file write to."""


class Here:
    """What the rows of one file are judged against, each thing read when it is first asked for, and once."""

    def __init__(self, work: Work) -> None:
        self.work = work

    @cached_property
    def known(self) -> service.Known:
        return service.known_here(self.work)

    @cached_property
    def entries(self) -> dict[str, queries.Kept]:
        return {kept.row.code: kept for kept in queries.kept_entries(self.work)}

    @cached_property
    def terms(self) -> dict[str, "Head"]:
        """Code to expression, state and where it is used; kept up by whoever changes one."""
        return {view.code: (view.expression, view.state, view.used_in) for view in queries.term_views(self.work)}

    @cached_property
    def party_by_name(self) -> dict[str, str]:
        """A party's code, and its short name in any language, to its short name in the language of the moment."""
        found: dict[str, str] = {}
        for row in party_rows(self.work):
            names = [row.code, *(names["short"] for names in row.names.values())]
            found |= {name.casefold(): short_name(row) for name in names}
        return found

    @cached_property
    def own_party(self) -> str | None:
        own = self.work.viewer.voice
        return next((short_name(row) for row in party_rows(self.work) if row.id == own), None)


def _as_it_is(row: Row, old: Row | None, here: Here) -> Row:
    return row


class Register(NamedTuple):
    """`put` takes one row as far as the verbs go, and says what came of it; it raises Invalid for a bad one.

    `texts` are the columns whose white space counts; `settled` puts a row into the words in which the old one stands.
    """

    columns: tuple[str, ...]
    rows: Callable[[Reading], list[Row]]
    put: Callable[[Work, Row, Row | None, Here], Verdict]
    key: Callable[[Row], str]
    texts: frozenset[str] = frozenset()
    settled: Callable[[Row, Row | None, Here], Row] = _as_it_is


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
    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def show_table(reading: Reading, name: str, *, is_empty: bool = False) -> Table:
    """A register as a table, or only its head, as a template. Raises NotFound for a register that is none."""
    reading.enter(Room.BOARD)
    register = _register(name)
    return Table(name, register.columns, () if is_empty else tuple(register.rows(reading)))


def as_file(table: Table, form: str) -> bytes:
    """CSV or XLSX. Raises NotFound for another form."""
    if form == "csv":
        return tables.write_csv(table.columns, table.rows)
    if form == "xlsx":
        return tables.write_xlsx(table.columns, table.rows, table.name)
    raise NotFound


def as_text(found: Preview) -> str:
    """A preview's rows as text, to be sent again for good."""
    return tables.write_csv(found.columns, found.rows).decode("utf-8-sig")


def read_file(name: str, data: bytes) -> list[Row]:
    """Raises Invalid, at the field `file`, for what is no table of this register."""
    try:
        return tables.read(data, _register(name).columns)
    except BadTable as fault:
        raise Invalid({"file": _(str(fault))}) from fault


def preview(work: Work, name: str, rows: Sequence[Row]) -> Preview:
    """What would come of every row. Nothing stays, and nobody waits."""
    _register(name)
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
    return Preview(name=name, judged=tuple(judged), columns=_register(name).columns, rows=tuple(rows), **count)


def _judge(work: Work, name: str, rows: Sequence[Row]) -> list[Judged]:
    work.enter(Room.BOARD)
    register, here = _register(name), Here(work)
    standing = [_trimmed(register, {n: writable(cell) for n, cell in row.items()}) for row in register.rows(work)]
    there = {register.key(row): row for row in standing}
    seen: set[str] = set()
    judged = []
    for number, given in enumerate(rows, 2):
        if unknown := set(given) - set(register.columns):
            raise Invalid({"file": _("There is no column %(name)s.") % {"name": min(unknown)}})
        row, faults = _cleaned(register, given)
        key = "" if faults else register.key(row)
        if key in seen:
            faults = (_("This stands twice in the file."),)
        if faults:
            judged.append(Judged(number, key, "rejected", faults))
            continue
        seen |= {key} - {""}
        judged.append(_one(work, register, number, row, there.get(key), here))
    return judged


def _trimmed(register: Register, row: Row) -> Row:
    return {name: cell if name in register.texts else cell.strip() for name, cell in row.items()}


def _cleaned(register: Register, given: Row) -> tuple[Row, tuple[str, ...]]:
    """The whole row in clean text, and what of it cannot be kept: column and sentence."""
    row, faults = dict.fromkeys(register.columns, ""), []
    for name, cell in given.items():
        try:
            row[name] = clean(cell)
        except ValueError as fault:
            faults.append(f"{name}: {_(str(fault))}")
    return _trimmed(register, row), tuple(faults)


def _one(work: Work, register: Register, number: int, given: Row, old: Row | None, here: Here) -> Judged:
    key = register.key(given)
    row = register.settled(given, old, here)
    if old is not None and all(row[name] == old[name] for name in register.columns):
        return Judged(number, key, "unchanged", ())
    try:
        with work.db.begin_nested():
            verdict = register.put(work, row, old, here)
    except Invalid as fault:
        return Judged(
            number, key, "rejected", tuple(f"{n}: {words}" if n else words for n, words in fault.errors.items())
        )
    except (Forbidden, Conflict, NotFound) as fault:
        return Judged(number, key, "rejected", (str(fault) or _("You may not change this."),))
    was = old or dict.fromkeys(register.columns, "")
    return Judged(number, key, verdict, (), tuple(Cell(name, was[name], row[name]) for name in _differ(row, was, *row)))


def _bound(command: type[C], values: Mapping[str, Any]) -> C:
    """The command from the cells that are not empty. Raises Invalid with every fault at its column."""
    try:
        return command.model_validate({name: value for name, value in values.items() if value not in ("", None, [])})
    except ValidationError as fault:
        errors: dict[str, str] = {}
        for error in fault.errors(include_url=False, include_input=False):
            column = str(error["loc"][0]) if error["loc"] else ""
            errors.setdefault(column, message_of(error["type"], error.get("ctx") or {}))
        raise Invalid(errors) from fault


def _codes(cell: str) -> list[str]:
    return cell.replace(",", " ").split()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if value % 1 else str(int(value))


def _differ(row: Row, old: Row, *columns: str) -> list[str]:
    return [name for name in columns if row[name] != old[name]]


# --- the roadmap ------------------------------------------------------------------------------------------------------

STEP = (
    *("code", "basket", "title", "actors", "state", "since", "text", "due_on", "due_anchor", "due_days", "due_words"),
    *("standing", "total", "unit", "verification", *MEASURES, "precedents"),
)


def _step_rows(reading: Reading) -> list[Row]:
    extra = roadmap.step_extras(reading)
    found = []
    for row in roadmap.step_rows(reading, reading.today):
        more = extra[row.code]
        grades = more.get("grades") or {}
        words = {
            "code": row.code,
            "basket": row.basket,
            "title": row.titles.get("en") or next(iter(row.titles.values()), ""),
            "actors": " ".join(row.actors),
            "state": row.state,
            "since": row.since.isoformat(),
            "text": more.get("text") or "",
            **_due_cells(row.due),
            "total": _number(row.total),
            "unit": row.unit or "",
            "verification": more.get("verification") or "",
            **{name: str(grades[name]) if name in grades else "" for name in MEASURES},
            "precedents": "; ".join(more.get("precedents") or ()),
        }
        found.append({name: str(words.get(name, "")) for name in STEP})
    return found


def _due_cells(due: Mapping[str, Any]) -> Row:
    cells: Row = {"standing": "true" if due.get("standing") else "", "due_words": str(due.get("words") or "")}
    for part in due.get("earliest_of") or [due]:
        if part.get("on"):
            cells["due_on"] = str(part["on"])
        if part.get("anchor"):
            cells |= {"due_anchor": part["anchor"], "due_days": str(part["days"])}
    return cells


def _put_step(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    said: dict[str, Any] = {name: row[name] for name in STEP[:3]} | {
        "actors": _codes(row["actors"]),
        "happened_on": row["since"],
    }
    said |= {name: row[name] for name in STEP[6:15]}
    said["standing"] = row["standing"].casefold() in ("true", "yes", "1", "x")
    if old is None:
        keeping.add_step(work, _bound(AddStep, said | {"state": row["state"]}))
    else:
        _change_step(work, row, old, said)
    if _differ(row, old or dict.fromkeys(row, ""), *MEASURES, "precedents"):
        lines = "\n".join(part.strip() for part in row["precedents"].split(";"))
        grades = {name: row[name] for name in MEASURES} | {"precedents": lines}
        keeping.grade_step(work, row["code"], _bound(GradeStep, grades))
    return "changed" if old else "new"


def _change_step(work: Work, row: Row, old: Row, said: dict[str, Any]) -> None:
    if _differ(row, old, "basket"):
        raise Invalid({"basket": _("A step does not move to another basket; withdraw it and add another.")})
    if _differ(row, old, "title", "actors", *STEP[6:15]):
        keeping.revise_step(work, row["code"], _bound(AddStep, said))
    if _differ(row, old, "state", "since"):
        if row["since"] == old["since"]:
            raise Invalid({"since": _("Another state needs the day from which on it holds.")})
        keeping.change_step(work, row["code"], _bound(ChangeStep, {"state": row["state"], "happened_on": row["since"]}))


# --- red lines, bottom lines, interests -------------------------------------------------------------------------------

LINE = (
    *("code", "kind", "party", "text", "authority", "capacity", "conditions", "source", "touches", "disclosure"),
    "reconfirm_by",
)


def _line_rows(reading: Reading) -> list[Row]:
    """Every entry the viewer may see; whose it is only where it may be attributed."""
    return [
        {
            "code": entry.code,
            "kind": entry.kind,
            "party": entry.party or "",
            "text": entry.text,
            "authority": entry.authority,
            "capacity": entry.capacity,
            "conditions": entry.conditions,
            "source": entry.source,
            "touches": " ".join(entry.touches),
            "disclosure": entry.disclosure,
            "reconfirm_by": entry.reconfirm_by.isoformat() if entry.reconfirm_by else "",
        }
        for entry in queries.entry_views(reading)
    ]


def _settled_line(row: Row, old: Row | None, here: Here) -> Row:
    """With the party's short name as it stands here, whatever code or language the file has it in."""
    party = here.party_by_name.get(row["party"].casefold(), row["party"])
    return row | {"party": party or (old["party"] if old else "")}


def _put_line(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    words = {name: row[name] for name in LINE if name not in ("code", "party", "kind", "disclosure")}
    words["touches"] = _codes(row["touches"])  # type: ignore[assignment]
    if old is None:
        if row["code"]:
            raise Invalid({"code": _("There is no such entry. A new one gets its code here; leave it empty.")})
        if row["party"] and row["party"] != here.own_party:
            raise Invalid({"party": _("You can speak for your own party only.")})
        service.lodge(work, _bound(LodgeEntry, words | {n: row[n] for n in ("kind", "disclosure")}), here.known)
        return "new"
    if fixed := _differ(row, old, "kind", "party"):
        raise Invalid({fixed[0]: _("This stays as it was lodged.")})
    kept = here.entries[row["code"]]
    if _differ(row, old, *words):
        claim = kept.words.get("claim") or {}
        said = words | {"version": kept.row.version} | {k: v for k, v in claim.items() if v not in (None, "")}
        service.revise(work, kept.row.id, _bound(ReviseEntry, said), here.known)
    if _differ(row, old, "disclosure"):
        if row["disclosure"] not in DISCLOSURES:
            raise Invalid({"disclosure": _("Please choose one of the values offered.")})
        service.disclose(work, kept.row.id, _bound(DiscloseEntry, {"disclosure": row["disclosure"]}))
    return "changed"


# --- terms ------------------------------------------------------------------------------------------------------------

TERM = ("code", "expression", "state", "used_in", "party", "reading", "on", "source", "language", "recorded_by")
OF_TERM = ("expression", "state", "used_in")


def _term_rows(reading: Reading) -> list[Row]:
    """A line for each reading; a term without one has a line of its own."""
    found = []
    for row in queries.term_rows(reading):
        head = {
            "code": row.code,
            "expression": row.expressions.get("en") or next(iter(row.expressions.values()), ""),
            "state": row.state,
            "used_in": " ".join(row.extra.get("used_in", ())),
        }
        for given in row.readings or [{}]:
            said = {"party": given.get("party"), "reading": given.get("text"), "on": given.get("on")}
            said |= {"source": given.get("source"), "language": (given.get("language") or "en") if given else ""}
            said |= {"recorded_by": given.get("recorded_by")}
            found.append({name: str((head | said).get(name) or "") for name in TERM})
    return found


def _settled_term(row: Row, old: Row | None, here: Here) -> Row:
    """Who wrote a reading down is a fact of the record, whatever a file says of it."""
    return row | {"recorded_by": old["recorded_by"] if old else ""}


def _put_term(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    code, used = row["code"], tuple(_codes(row["used_in"]))
    there = here.terms.get(code)
    now = _put_head(work, row, used, there, is_named_anew=old is None)
    if row["reading"] and old is None:
        said = {"party": row["party"], "text": row["reading"], "on": row["on"], "source": row["source"]}
        service.give(work, code, _bound(GiveReading, said | {"language": row["language"]}))
    elif old is not None and _differ(row, old, "source", "language"):
        raise Invalid({"reading": _("A reading stays as it was given; a later one stands beside it.")})
    here.terms[code] = now  # only now: a row that is refused leaves the term as it was
    return "changed" if old or there else "new"


Head = tuple[str, str, tuple[str, ...]]


def _put_head(work: Work, row: Row, used: tuple[str, ...], there: Head | None, *, is_named_anew: bool) -> Head:
    """The term itself: added, turned or left. What it then says."""
    if there is None:
        said = {"code": row["code"], "expression": row["expression"], "state": row["state"], "used_in": list(used)}
        command = _bound(AddTerm, said)
        service.enter_term(work, command)
        return command.expression, command.state, tuple(command.used_in)
    expression, *standing = there
    if row["expression"] not in ("", expression) and is_named_anew:
        raise Invalid({"expression": _("The expression of a term stays as it was recorded.")})
    if [row["state"] or standing[0], used or standing[1]] != standing:
        state, used = row["state"] or str(standing[0]), used or tuple(standing[1])
        turned = _bound(TurnTerm, {"state": state, "used_in": list(used)})
        service.turn(work, row["code"], turned)
        return expression, turned.state, tuple(turned.used_in)
    return there


# --- obstacles --------------------------------------------------------------------------------------------------------

OBSTACLE = ("code", "title", "baskets", "raised_on", "lifted_on", "reason")


def _obstacle_rows(reading: Reading) -> list[Row]:
    return [
        {
            "code": row.code,
            "title": stored_wording(row.titles),
            "baskets": " ".join(row.baskets),
            "raised_on": row.raised_on.isoformat(),
            "lifted_on": row.lifted_on.isoformat() if row.lifted_on else "",
            "reason": row.reason or "",
        }
        for row in roadmap.obstacle_rows(reading, reading.today)
    ]


def _put_obstacle(work: Work, row: Row, old: Row | None, here: Here) -> Verdict:
    if old is None:
        said = {name: row[name] for name in ("code", "title", "raised_on", "reason")}
        keeping.add_obstacle(work, _bound(AddObstacle, said | {"baskets": _codes(row["baskets"])}))
    elif fixed := _differ(row, old, "title", "baskets", "raised_on", "reason"):
        raise Invalid({fixed[0]: _("This stays as it was recorded.")})
    if row["lifted_on"] and (old is None or not old["lifted_on"]):
        said = {"happened_on": row["lifted_on"], "reason": row["reason"] or _("lifted")}
        keeping.lift_obstacle(work, row["code"], _bound(LiftObstacle, said))
    elif old is not None and _differ(row, old, "lifted_on"):
        raise Invalid({"lifted_on": _("It was lifted before, on %(day)s.") % {"day": old["lifted_on"]}})
    return "changed" if old else "new"


def _of_reading(row: Row) -> str:
    return " ".join(part for part in (row["code"], row["party"], row["on"], row["reading"]) if part)


REGISTERS: dict[str, Register] = {
    "roadmap": Register(STEP, _step_rows, _put_step, lambda row: row["code"]),
    "lines": Register(
        LINE, _line_rows, _put_line, lambda row: row["code"], frozenset({"text", "conditions"}), _settled_line
    ),
    "terms": Register(TERM, _term_rows, _put_term, _of_reading, frozenset({"reading"}), _settled_term),
    "obstacles": Register(OBSTACLE, _obstacle_rows, _put_obstacle, lambda row: row["code"], frozenset({"reason"})),
}


def _register(name: str) -> Register:
    if name not in REGISTERS:
        raise NotFound
    return REGISTERS[name]
