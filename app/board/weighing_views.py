"""What is shown of an assumed stalemate: chains, borders, what would free it, what becomes of the exchanges."""

from dataclasses import dataclass
from datetime import date

from app.board.views import Line, MeetingCell, Tally
from app.roadmap.views import EndedExchange, ExchangeView


@dataclass(frozen=True, slots=True)
class PlanView:
    """A text whose steps lie in several baskets and are to be carried out as a whole, in a coordinated manner."""

    code: str
    title: str
    effects: Tally


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
class ObstacleChoice:
    """One that was lifted by that day can be supposed to stand again."""

    code: str
    title: str
    is_lifted: bool


@dataclass(frozen=True, slots=True)
class ImpactView:
    """The whole board under an assumption; without one, under what stands that day. Nothing is changed by looking.

    `is_standing`: what is looked at is what really stands. `titles`: code of every open step and obstacle to its title. `waivable`:
    keys of what the viewer may waive.
    """

    dialogue: str
    as_of: date
    is_today: bool
    stalled: tuple[str, ...]
    obstacles: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    obstacle_choices: tuple[ObstacleChoice, ...]
    standing: tuple[tuple[str, ...], tuple[str, ...]]
    is_standing: bool
    titles: dict[str, str]
    baskets: tuple[BasketImpact, ...]
    plans: tuple[PlanView, ...]
    effects: Tally
    freeing: FreeingView
    exchanges: tuple[ExchangeState, ...]
    waivable: tuple[str, ...]
    may_keep: bool
