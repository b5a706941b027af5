"""All that may leave the registers' domain, made by the disclosure rules for the person who looks."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StepLine:
    code: str
    title: str
    basket: str
    actors: tuple[str, ...]
    who: str
    state: str
    since: date | None
    due: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class RoadmapView:
    steps: tuple[StepLine, ...]
    as_of: date
    baskets: tuple[tuple[str, str], ...]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TieView:
    """`kind`: requires, linked or exchange; `code` is the other end."""

    code: str
    kind: str
    party: str | None
    since: date | None
    until: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class StepChangeView:
    state: str
    happened_on: date
    recorded_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class OrderReading:
    party: str
    order: str
    text: str
    on: str


@dataclass(frozen=True, slots=True)
class ExchangeView:
    code: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    order: str
    readings: tuple[OrderReading, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    line: StepLine
    quantity: str | None
    verification: str | None
    outcome: str | None
    source: str | None
    certainty: str | None
    remark: str | None
    waits_for: tuple[TieView, ...]
    held_by: tuple[TieView, ...]
    exchanges: tuple[ExchangeView, ...]
    changes: tuple[StepChangeView, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """`party` is None for everybody outside the party that shared without attribution."""

    id: UUID
    code: str
    kind: str
    party: str | None
    text: str
    authority: str
    capacity: str
    conditions: str
    disclosure: str
    rule: str
    tlp: str
    reconfirm_by: date | None
    readers: str
    why: str
    is_demonstration: bool
    wider: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermReading:
    party: str
    text: str
    on: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class TermView:
    code: str
    expression: str
    state: str
    readings: tuple[TermReading, ...]
    used_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnchorView:
    code: str
    kind: str
    title: str
    adopted_on: date | None


@dataclass(frozen=True, slots=True)
class RegistersView:
    entries: tuple[EntryView, ...]
    terms: tuple[TermView, ...]
    texts: tuple[AnchorView, ...]
    may_lodge: bool
