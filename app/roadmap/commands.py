"""What may be asked of the roadmap; shared by form and JSON."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.core.command import Code, Command
from app.core.text import CleanText, Line

Reason = Annotated[CleanText, Field(min_length=3, max_length=1000)]
PartyCode = Annotated[Line, Field(max_length=32)]
Grade = Annotated[int, Field(ge=1, le=5)]
Quantity = Annotated[float, Field(gt=0, le=1e15, allow_inf_nan=False)]
STATES = ("proposed", "provisionally-agreed", "agreed", "under-way", "done", "missed", "withdrawn")
StepState = Literal["proposed", "provisionally-agreed", "agreed", "under-way", "done", "missed", "withdrawn"]
Order = Literal["simultaneous", "a-then-b", "b-then-a", "disputed"]
ORDERS = ("simultaneous", "a-then-b", "b-then-a", "disputed")


class AddStep(Command):
    """A step. With a day and an anchor it is due on whichever is earlier."""

    code: Code
    basket: Code
    actors: Annotated[list[Code], Field(min_length=1)]
    title: Annotated[Line, Field(min_length=3, max_length=400)]
    state: Literal["proposed", "provisionally-agreed", "agreed"] = "proposed"
    happened_on: date | None = None
    text: PartyCode = ""
    due_on: date | None = None
    due_anchor: PartyCode = ""
    due_days: Annotated[int, Field(ge=-36500, le=36500)] | None = None
    due_words: Annotated[Line, Field(max_length=200)] = ""
    standing: bool = False
    total: Quantity | None = None
    unit: Annotated[Line, Field(max_length=40)] = ""
    verification: Annotated[Line, Field(max_length=200)] = ""


class ChangeStep(Command):
    """`verified_by`: the third party that confirms it, where the step says that it must be verified.

    `all_the_same`: it was done although something that it requires was not.
    """

    state: StepState
    happened_on: date
    reason: Annotated[CleanText, Field(max_length=1000)] = ""
    verified_by: Annotated[Line, Field(max_length=200)] = ""
    all_the_same: bool = False


class GradeStep(Command):
    """The four measures of the ladder, from 1 (little) to 5 (much), each left out where it is not known; precedents, one a line."""

    cost: Grade | None = None
    sensitivity: Grade | None = None
    reversibility: Grade | None = None
    verifiability: Grade | None = None
    precedents: Annotated[CleanText, Field(max_length=4000)] = ""


class AddLink(Command):
    """The step waits for `to`, a step or an obstacle."""

    to: Code
    kind: Literal["requires", "linked"] = "requires"
    party: PartyCode = ""
    since: date
    reason: Reason


class WeighObstacle(Command):
    """Every step of the basket waits for the obstacle."""

    basket: Code
    kind: Literal["requires", "linked"] = "requires"
    party: PartyCode = ""
    since: date
    reason: Reason


class EndLink(Command):
    happened_on: date
    reason: Reason


class WaiveRequirement(Command):
    """A party says that a requirement need not be waited for."""

    party: Code
    happened_on: date
    reason: Reason


class Revoke(Command):
    happened_on: date
    reason: Reason


class AddInstalment(Command):
    party: PartyCode = ""
    quantity: Quantity
    happened_on: date
    source: Annotated[Line, Field(max_length=400)] = ""


class WithdrawInstalment(Command):
    """It was recorded wrongly."""

    happened_on: date
    reason: Reason


class HandOver(Command):
    """`party` gives this much instead of the step's actors. `agreed`: of those whom it concerns, who has agreed by that day."""

    party: Code
    quantity: Quantity
    happened_on: date
    reason: Reason
    agreed: list[Code] = Field(default_factory=list)


class AgreeHandover(Command):
    """One of the parties whom a hand-over concerns agrees to it."""

    party: Code
    happened_on: date


class AddObstacle(Command):
    code: Code
    title: Annotated[Line, Field(min_length=3, max_length=400)]
    baskets: list[Code] = Field(default_factory=list)
    raised_on: date
    reason: Annotated[CleanText, Field(max_length=1000)] = ""


class LiftObstacle(Command):
    happened_on: date
    reason: Reason


class AdoptText(Command):
    """A text that due dates count from was adopted on that day."""

    happened_on: date
    source: Annotated[Line, Field(max_length=400)] = ""


class AddExchange(Command):
    code: Code
    a: Annotated[list[Code], Field(min_length=1)]
    b: Annotated[list[Code], Field(min_length=1)]
    order: Order = "simultaneous"
    since: date


class SetPolicy(Command):
    """How the baskets hang together, from a day on."""

    policy: Literal["independent", "coordinated-implementation", "single-undertaking"]
    happened_on: date
    reason: Reason


class EndExchange(Command):
    """It binds nobody any more. An end that is not `final` may be taken back."""

    happened_on: date
    reason: Reason
    is_final: bool = False


class ReadOrder(Command):
    """A party's own reading of the order of an exchange."""

    party: Code
    order: Literal["simultaneous", "a-then-b", "b-then-a"]
    text: Reason
    on: date
