"""What the board and the impact page show."""

from dataclasses import dataclass
from datetime import date


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
class BasketCard:
    """One basket. `free`, `linked`, `blocked` count its open steps under the stalls that stand that day."""

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
    open_steps: int
    free: int
    linked: int
    blocked: int
    last_meeting: MeetingCell | None
    next_meeting: MeetingCell | None
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObstacleView:
    code: str
    title: str
    baskets: tuple[str, ...]
    raised_on: date
    lifted_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """A day worth looking at, with what happened."""

    on: date
    basket: str
    state: str


@dataclass(frozen=True, slots=True)
class BoardView:
    dialogue: str
    title: str
    linkage_policy: str
    as_of: date
    is_today: bool
    baskets: tuple[BasketCard, ...]
    obstacles: tuple[ObstacleView, ...]
    events: tuple[DatedEvent, ...]
    stalled: tuple[str, ...]
    open_elsewhere: int
    free_elsewhere: int


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


@dataclass(frozen=True, slots=True)
class BasketImpact:
    """What a stalemate elsewhere does to one basket; and that everything else in it still works."""

    code: str
    title: str
    state: str
    is_stalled: bool
    steps: tuple[StepEffectView, ...]
    free: int
    linked: int
    blocked: int
    open_topics: int
    next_meeting: MeetingCell | None


@dataclass(frozen=True, slots=True)
class ImpactView:
    dialogue: str
    as_of: date
    stalled: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    baskets: tuple[BasketImpact, ...]
    free: int
    linked: int
    blocked: int
