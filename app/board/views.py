"""What the board, its line of days, the stalemate matrix and the table of inclusion show."""

from dataclasses import dataclass
from datetime import date
from math import ceil

from app.roadmap.views import ObstacleView


@dataclass(frozen=True, slots=True)
class TopicCell:
    code: str
    title: str
    grade: int
    state: str


@dataclass(frozen=True, slots=True)
class MeetingCell:
    code: str
    on: date
    city: str | None


@dataclass(frozen=True, slots=True)
class StepCount:
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Open steps by effect."""

    free: int
    linked: int
    provisional: int
    blocked: int

    @property
    def total(self) -> int:
        return self.free + self.linked + self.provisional + self.blocked


@dataclass(frozen=True, slots=True)
class SmallestMeeting:
    """The smallest meeting that would keep a line open: two parties (by name and by code), one soft topic, nothing to decide."""

    parties: tuple[str, ...]
    codes: tuple[str, ...]
    topic: str
    title: str


@dataclass(frozen=True, slots=True)
class LineView:
    """The heartbeat of a basket. `interval` in days; `silent_since` where it is silent for longer than agreed."""

    last: MeetingCell | None
    next: MeetingCell | None
    interval: int | None
    silent_since: date | None
    smallest: SmallestMeeting | None


@dataclass(frozen=True, slots=True)
class BasketCard:
    """One basket. The effects are those of the stalls and obstacles that stand that day, or are assumed."""

    code: str
    title: str
    state: str
    is_stalled: bool
    since: date | None
    reason: str | None
    chair: str
    members: int
    topics: tuple[TopicCell, ...]
    steps: tuple[StepCount, ...]
    effects: Tally
    line: LineView
    obstacles: tuple[str, ...]

    @property
    def open_steps(self) -> int:
        return self.effects.total


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """A day worth looking at, with what happened to what: its code and title, and the other code (or party) it happened with."""

    on: date
    code: str
    what: str
    title: str
    other: str
    other_title: str


@dataclass(frozen=True, slots=True)
class EventDay:
    on: date
    events: tuple[DatedEvent, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The dialogue's dated events up to today. `near`: five days round the one that is looked at, which is always among them."""

    days: tuple[EventDay, ...]
    near: tuple[EventDay, ...]
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class MatrixCell:
    basket: str
    effects: Tally

    @property
    def shade(self) -> str:
        """None (no open steps), 0 (all free), tied, or 1 to 4 (up to so many quarters blocked): on the page and in the file."""
        tally = self.effects
        if not tally.total:
            return "none"
        if tally.blocked:
            return str(ceil(4 * tally.blocked / tally.total))
        return "0" if tally.free == tally.total else "tied"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One basket as if it stalled; `state` and `stands_still` say how it really stands.

    `independence`: the share (0 … 1) of the open steps elsewhere that stays free; none without any.
    """

    basket: str
    title: str
    state: str
    stands_still: bool
    cells: tuple[MatrixCell | None, ...]
    elsewhere: Tally
    independence: float | None


@dataclass(frozen=True, slots=True)
class Weight:
    """What an obstacle that is not lifted does by itself: how many open steps it blocks, and how many are tied to it politically."""

    code: str
    title: str
    blocks: int
    ties: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """`open_steps` in all baskets; `elsewhere` without those of the baskets that stand still."""

    dialogue: str
    title: str
    linkage_policy: str
    as_of: date
    is_today: bool
    baskets: tuple[BasketCard, ...]
    obstacles: tuple[ObstacleView, ...]
    stalled: tuple[str, ...]
    weights: tuple[Weight, ...]
    open_steps: int
    elsewhere: Tally
    matrix: tuple[MatrixRow, ...]
    line: Line
    may_keep: bool
    may_plan: bool


@dataclass(frozen=True, slots=True)
class MatrixView:
    dialogue: str
    as_of: date
    is_today: bool
    baskets: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]
    weights: tuple[Weight, ...]
    linkage_policy: str
    line: Line


@dataclass(frozen=True, slots=True)
class InclusionCell:
    """A party in a basket that has `met` so often.

    `absent`: meetings on record with attendance at which nobody of the party was; none where nothing is recorded.
    """

    is_member: bool
    chairs: bool
    chaired: int
    hosted: int
    absent: int | None
    recorded: int
    met: int

    @property
    def came(self) -> bool:
        return self.absent is not None and self.absent < self.recorded


@dataclass(frozen=True, slots=True)
class InclusionRow:
    """A party, with codes of baskets; the empty one stands for the meetings of all.

    `absent_from`: those of its own at whose meetings it was missing at least once. `never_at`: those that have met, without ever having it
    among them. `never_led`: those of its own that have met, none of whose meetings it has been asked to chair or to host.
    """

    party: str
    cells: tuple[InclusionCell, ...]
    chaired: int
    hosted: int
    not_a_member_of: tuple[str, ...]
    absent_from: tuple[str, ...]
    never_at: tuple[str, ...]
    never_led: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InclusionView:
    dialogue: str
    as_of: date
    is_today: bool
    baskets: tuple[tuple[str, str], ...]
    rows: tuple[InclusionRow, ...]
    meetings: int

    @property
    def most_chaired(self) -> tuple[InclusionRow, ...]:
        """Who chaired most often; several where they are equal, none where nobody did."""
        most = max((row.chaired for row in self.rows), default=0)
        return tuple(row for row in self.rows if most and row.chaired == most)

    @property
    def most_hosted(self) -> tuple[InclusionRow, ...]:
        most = max((row.hosted for row in self.rows), default=0)
        return tuple(row for row in self.rows if most and row.hosted == most)

    @property
    def never_hosted(self) -> tuple[InclusionRow, ...]:
        return tuple(row for row in self.rows if not row.hosted)
