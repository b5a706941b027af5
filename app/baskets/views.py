"""All that may leave the baskets' domain."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change of state: when it happened, when it was recorded, why."""

    state: str
    happened_on: date
    recorded_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class TopicView:
    """`grade` from 1 (soft) to 5 (hard)."""

    code: str
    title: str
    grade: int
    state: str


@dataclass(frozen=True, slots=True)
class SilenceView:
    """The longest silence agreed, in days, and the day of that agreement."""

    days: int
    agreed_on: date


@dataclass(frozen=True, slots=True)
class BasketView:
    """A basket as of a day. `silence`: as agreed by then. On a past day nothing may be done."""

    as_of: date
    is_today: bool
    code: str
    title: str
    description: str
    state: str
    since: date | None
    reason: str | None
    chair: str | None
    party_codes: tuple[str, ...]
    topics: tuple[TopicView, ...]
    changes: tuple[ChangeView, ...]
    may_stall: bool
    may_lift: bool
    may_add_topic: bool
    may_turn: bool
    silence: SilenceView | None
