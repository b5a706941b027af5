"""What is shown of what can be done next: steps on their rungs, packages, one step whole."""

from dataclasses import dataclass
from datetime import date

from app.board.views import Line
from app.board.weighing_views import StepEffectView
from app.registers.views import Feelings
from app.roadmap.views import StepFacts


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
    """Open steps that are not offered: `blocked` by `holders` (code, title), `waiting` for another step, `own`: kept back by the viewer's own side,
    `shared`: by a line or an objection that was shared with everybody.
    """

    blocked: int
    holders: tuple[tuple[str, str], ...]
    waiting: int
    own: tuple[str, ...]
    shared: tuple[str, ...]


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
