"""All that may leave the roadmap."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.engine.quantities import undelivered


@dataclass(frozen=True, slots=True)
class LateView:
    """`kind`: "no day", "in time", "late", "met late", "met"; `days` late."""

    kind: str
    days: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """`effect` (free, linked, provisional, blocked) where the roadmap was weighed; none for a step that is done or withdrawn.

    `before`: what it required and was done before, in codes.
    """

    code: str
    title: str
    basket: str
    actors: tuple[str, ...]
    who: str
    state: str
    since: date | None
    due: str
    due_on: date | None
    late: LateView
    effect: str | None = None
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnchorView:
    code: str
    kind: str
    title: str
    adopted_on: date | None


@dataclass(frozen=True, slots=True)
class RoadmapView:
    """`steps`, each with its effect under what stands that day; of `whole` many. `unadopted`: for who keeps the roadmap."""

    steps: tuple[StepLine, ...]
    whole: int
    as_of: date
    is_today: bool
    baskets: tuple[tuple[str, str], ...]
    states: tuple[str, ...]
    effects: tuple[str, ...]
    may_keep: bool
    unadopted: tuple[AnchorView, ...]


@dataclass(frozen=True, slots=True)
class TieView:
    """`code` is the other end. `kind`: requires, exchange; linked, disputed; waived, handed-over. `concerned` would have to waive it."""

    code: str
    kind: str
    party: str | None
    since: date | None
    until: date | None
    reason: str | None
    key: str
    concerned: tuple[str, ...]
    basket: str | None


@dataclass(frozen=True, slots=True)
class StepChangeView:
    state: str
    happened_on: date
    recorded_at: datetime
    reason: str | None
    verified_by: str | None
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderReading:
    party: str
    order: str
    text: str
    on: str
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class ExchangeEnd:
    """`revoked_on`: the day from which on the exchange stands again."""

    on: date
    reason: str
    is_final: bool
    revoked_on: date | None
    revoked_reason: str | None


@dataclass(frozen=True, slots=True)
class EndedExchange:
    """An exchange that binds nobody on that day, with the end that stands."""

    code: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    end: ExchangeEnd


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """`readings`: the one of each party that counts; `beside`: its earlier ones, and any recorded for it beside its own word."""

    code: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    order: str
    readings: tuple[OrderReading, ...]
    beside: tuple[OrderReading, ...]


@dataclass(frozen=True, slots=True)
class InstalmentView:
    """One that was withdrawn counts no more from that day on."""

    id: UUID
    party: str | None
    quantity: float
    on: date | None
    source: str | None
    withdrawn_on: date | None
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A party's word to a hand-over; `on` is none while it has not agreed."""

    party: str
    on: date | None
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class HandoverView:
    """Proposed until all have agreed: `agreed_on` is the day from which on it counts. `offered`: whom the viewer may agree for."""

    id: UUID
    party: str
    quantity: float
    on: date
    reason: str
    agreements: tuple[Agreement, ...]
    agreed_on: date | None
    offered: tuple[tuple[str, str], ...]
    revoked_on: date | None


@dataclass(frozen=True, slots=True)
class QuantityView:
    """Amounts in `unit`. What is handed over is promised by a substitute, not yet delivered."""

    total: float
    unit: str
    delivered: float
    handed: float
    instalments: tuple[InstalmentView, ...]
    handovers: tuple[HandoverView, ...]

    @property
    def undelivered(self) -> float:
        return undelivered(
            self.total, [(part.party, part.quantity) for part in self.instalments if not part.withdrawn_on]
        )


@dataclass(frozen=True, slots=True)
class WaiverView:
    """`what` is the requirement in codes. It counts from `agreed_on`, and is only proposed while there is none.

    `recorded_by`: who wrote it down, where the party did not itself. `is_revocable`: by the viewer.
    """

    id: UUID
    what: str
    party: str
    on: date
    recorded_at: datetime
    reason: str
    recorded_by: str | None
    agreed_on: date | None
    revoked_on: date | None
    revoked_reason: str | None
    revoked_by: str | None
    is_revocable: bool


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A step or an obstacle on another one's page. The state of an obstacle is raised or lifted."""

    title: str
    state: str
    is_step: bool


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What is written down about a step: by the parties together, on the board.

    `mentioned`: by code, what its ties and exchanges name. `waivable`: the keys of what the viewer may waive, in his party's name.
    """

    line: StepLine
    quantity: QuantityView | None
    verification: str | None
    outcome: str | None
    source: str | None
    certainty: str | None
    remark: str | None
    text: str | None
    grades: dict[str, int]
    precedents: tuple[str, ...]
    waits_for: tuple[TieView, ...]
    held_by: tuple[TieView, ...]
    exchanges: tuple[ExchangeView, ...]
    waivers: tuple[WaiverView, ...]
    changes: tuple[StepChangeView, ...]
    mentioned: dict[str, Mentioned]
    waivable: tuple[str, ...]
    unadopted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObstacleView:
    """`holds`: the baskets that wait for its end, whole or by a step of theirs; `baskets`: those that are only tied to it politically."""

    code: str
    title: str
    holds: tuple[str, ...]
    baskets: tuple[str, ...]
    raised_on: date
    lifted_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """Where the result of a verb is found: the code of what was changed."""

    code: str
