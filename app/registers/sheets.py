"""What a register is as a sheet: its columns, its rows, and how one row is taken in; with what rows are judged against."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

from pydantic import ValidationError

from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.command import Command
from app.core.errors import Invalid
from app.core.messages import message_of
from app.core.tables import Row
from app.dialogues.queries import party_rows
from app.registers import queries, service, terms
from app.roadmap import queries as roadmap
from app.roadmap import standing
from app.roadmap.known import Known

C = TypeVar("C", bound=Command)
Verdict = Literal["new", "changed", "unchanged"]
Head = tuple[str, str, tuple[str, ...]]
"""Of a term: expression, state and where it is used."""


class Here:
    """What the rows of one file are judged against, each thing read when it is first asked for, and once."""

    def __init__(self, work: Work) -> None:
        self.work = work

    @cached_property
    def roadmap(self) -> Known:
        return Known(self.work, roadmap.steps(self.work))

    @cached_property
    def ties(self) -> dict[tuple[str, str, str, str], UUID]:
        """Of every tie in force: what waits, for what, its kind and its party, to its id."""
        links = standing.rows(self.work, self.work.today).links
        return {(li.basket or li.step or "", li.target, li.kind, li.party or ""): UUID(li.key) for li in links}

    @cached_property
    def known(self) -> service.Known:
        return service.known_here(self.work)

    @cached_property
    def entries(self) -> dict[str, queries.Kept]:
        return {kept.row.code: kept for kept in queries.kept_entries(self.work)}

    @cached_property
    def terms(self) -> dict[str, Head]:
        """Code to expression, state and where it is used; kept up by whoever changes one."""
        return {view.code: (view.expression, view.state, view.used_in) for view in terms.term_views(self.work)}

    @cached_property
    def party_by_name(self) -> dict[str, str]:
        """A party's code, and its short name in any language, to its code."""
        found: dict[str, str] = {}
        for row in party_rows(self.work):
            names = [row.code, *(names["short"] for names in row.names.values())]
            found |= {name.casefold(): row.code for name in names}
        return found

    @cached_property
    def own_party(self) -> str | None:
        own = self.work.viewer.voice
        return next((row.code for row in party_rows(self.work) if row.id == own), None)


def _as_it_is(row: Row, old: Row | None, here: Here) -> Row:
    return row


class Sheet(NamedTuple):
    """One register as a sheet. `put` takes one row as far as the verbs go, and says what came of it; it raises Invalid for a bad one.

    `needs`: what one must be allowed for any row of it to be taken in. `texts` are the columns whose white space counts; `settled` puts a row into the words in which the old one stands; `columns_of` has
    the column of a command's field where the two have different names.
    """

    columns: tuple[str, ...]
    needs: Action
    rows: Callable[[Reading], list[Row]]
    put: Callable[[Work, Row, Row | None, Here], Verdict]
    key: Callable[[Row], str]
    texts: frozenset[str] = frozenset()
    settled: Callable[[Row, Row | None, Here], Row] = _as_it_is
    columns_of: Mapping[str, str] = {}


def bound(command: type[C], values: Mapping[str, Any]) -> C:
    """The command from the cells that are not empty. Raises Invalid with every fault at its column."""
    try:
        return command.model_validate({name: value for name, value in values.items() if value not in ("", None, [])})
    except ValidationError as fault:
        errors: dict[str, str] = {}
        for error in fault.errors(include_url=False, include_input=False):
            column = str(error["loc"][0]) if error["loc"] else ""
            errors.setdefault(column, message_of(error["type"], error.get("ctx") or {}))
        raise Invalid(errors) from fault


def codes(cell: str) -> list[str]:
    return cell.replace(",", " ").split()


def number(value: float | None) -> str:
    return "" if value is None else repr(value) if value % 1 else str(int(value))


def is_ticked(cell: str) -> bool:
    return cell.casefold() in ("true", "yes", "1", "x")


def differ(row: Row, old: Row, *columns: str) -> list[str]:
    return [name for name in columns if row[name] != old[name]]
