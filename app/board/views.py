"""What the board's pages show."""

from dataclasses import dataclass
from datetime import date

from app.registers.views import Feelings
from app.roadmap.views import EndedExchange, ExchangeView, ObstacleView, StepFacts


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
class PlanView:
    """A text whose steps lie in several baskets and are to be carried out as a whole, in a coordinated manner."""

    code: str
    title: str
    effects: Tally


@dataclass(frozen=True, slots=True)
class MatrixCell:
    basket: str
    effects: Tally


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
class ChainLink:
    """One tie of a chain: `step` waits for `target`, because."""

    step: str
    target: str
    target_basket: str
    is_hard: bool
    party: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class BorderView:
    """A requirement at the stall's edge; `key` is what a waiver names."""

    step: str
    target: str
    key: str
    party: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class StepEffectView:
    code: str
    basket: str
    title: str
    actors: tuple[str, ...]
    who: str
    state: str
    effect: str
    chain: tuple[str, ...]
    links: tuple[ChainLink, ...]
    border: tuple[BorderView, ...]


@dataclass(frozen=True, slots=True)
class BasketImpact:
    """What a stalemate elsewhere does to one basket; and that everything else in it still works.

    `is_stalled` under the assumption; `stands_still` on that day, whatever is assumed.
    """

    code: str
    title: str
    state: str
    is_stalled: bool
    stands_still: bool
    steps: tuple[StepEffectView, ...]
    effects: Tally
    open_topics: int
    next_meeting: MeetingCell | None


@dataclass(frozen=True, slots=True)
class ActView:
    """A requirement to waive, or a step to hand to a substitute. `who` would have to agree; `steps` wait for `targets`, in codes."""

    kind: str
    key: str
    what: str
    steps: tuple[str, ...]
    targets: tuple[str, ...]
    reason: str | None
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionView:
    acts: tuple[ActView, ...]
    frees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FreeingView:
    """`options`: the smallest sets, of which `left_out` more are not shown. `best`: of one, up to two, up to three acts what frees most;
    `most`: no more than that many steps are freed by so many. `lifting`: obstacle to the steps that its end alone would free.
    """

    blocked: int
    options: tuple[OptionView, ...]
    left_out: int
    best: tuple[OptionView, ...]
    lifting: tuple[tuple[str, int], ...]
    everything: OptionView
    is_exact: bool
    most: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What one reading of a disputed order would ask: `waits` for `first`; and every open step that would then wait behind it."""

    order: str
    parties: tuple[str, ...]
    first: tuple[str, ...]
    waits: tuple[str, ...]
    blocks: tuple[str, ...]
    under_stall: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExchangeState:
    """`out_of_step`: the steps done while their counterpart is not. `readings` only where the order is disputed.

    `titles`: code of every step of both sides to its title.
    """

    exchange: ExchangeView
    titles: dict[str, str]
    a_states: tuple[str, ...]
    b_states: tuple[str, ...]
    out_of_step: tuple[str, ...]
    readings: tuple[ReadingView, ...]


@dataclass(frozen=True, slots=True)
class ExchangesView:
    """`ended`: those that bind nobody any more."""

    exchanges: tuple[ExchangeState, ...]
    as_of: date
    is_today: bool
    line: Line
    may_keep: bool
    may_read: bool
    ended: tuple[EndedExchange, ...]


@dataclass(frozen=True, slots=True)
class ImpactView:
    """The whole board under an assumption; without one, under what stands that day. Nothing is changed by looking.

    `is_standing`: what is looked at is what really stands. `titles`: code of every open step and obstacle to its title.
    """

    dialogue: str
    as_of: date
    is_today: bool
    stalled: tuple[str, ...]
    obstacles: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    obstacle_choices: tuple[tuple[str, str], ...]
    standing: tuple[tuple[str, ...], tuple[str, ...]]
    is_standing: bool
    titles: dict[str, str]
    baskets: tuple[BasketImpact, ...]
    plans: tuple[PlanView, ...]
    effects: Tally
    freeing: FreeingView
    exchanges: tuple[ExchangeState, ...]
    may_waive: bool
    may_keep: bool


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
class NextStep:
    """A step that can be done now and crosses nobody's red line known to whoever looks, on its rung of the ladder.

    `is_standing`: a commitment that is kept rather than done. `together`: the steps that are to be done at the same time.
    """

    code: str
    title: str
    basket: str
    who: str
    rung: int
    grades: tuple[tuple[str, int], ...]
    is_graded: bool
    is_standing: bool
    is_tied: bool
    together: tuple[str, ...]
    others: str
    precedents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """A party of which at least one declared interest is served; `interests` as (code, words), of those that were shared or are the viewer's own."""

    party: str
    interests: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Open steps that are not offered: `blocked` by `holders` (code, title), `waiting` for another step, `own`: kept back by the viewer's own side."""

    blocked: int
    holders: tuple[tuple[str, str], ...]
    waiting: int
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackageView:
    """`gives`: (party, cost). `serves`: whose interests; not how many, which would count what was confided.

    `sides`: the codes of the first giver's steps and of the others', as an exchange would be recorded.
    """

    steps: tuple[tuple[str, str], ...]
    gives: tuple[tuple[str, int], ...]
    serves: tuple[Served, ...]
    imbalance: int
    sides: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class NextView:
    dialogue: str
    as_of: date
    is_today: bool
    steps: tuple[NextStep, ...]
    packages: tuple[PackageView, ...]
    package_count: int
    left_out: LeftOut
    has_all_packages: bool
    sees_confided: bool
    line: Line
    may_keep: bool
    readers: str
    why: str

    @property
    def graded(self) -> tuple[NextStep, ...]:
        return tuple(step for step in self.steps if step.is_graded and not step.is_standing)

    @property
    def rest(self) -> tuple[NextStep, ...]:
        """Not graded yet, or standing commitments."""
        return tuple(step for step in self.steps if not step.is_graded or step.is_standing)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a step waits for, by a requirement in force: another step in its state, or an obstacle (`state` "raised").

    `is_mutual`: both are to be done at the same time.
    """

    code: str
    title: str
    state: str
    is_mutual: bool


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step with all that the viewer may know of it, as of a day."""

    facts: StepFacts
    feelings: Feelings
    effect: StepEffectView | None
    waits: tuple[Waiting, ...]
    rung: int
    as_of: date
    is_today: bool
    may_keep: bool
    may_waive: bool


@dataclass(frozen=True, slots=True)
class InclusionCell:
    """A party in a basket. `absent`: meetings on record with attendance at which nobody of the party was; none where nothing is recorded."""

    is_member: bool
    chairs: bool
    chaired: int
    hosted: int
    absent: int | None
    recorded: int


@dataclass(frozen=True, slots=True)
class InclusionRow:
    party: str
    cells: tuple[InclusionCell, ...]
    chaired: int
    hosted: int
    not_a_member_of: tuple[str, ...]


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
