"""A document's roadmap: texts, obstacles, steps with their quantities, ties, exchanges, waivers."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.interchange.document_registers import PositionDoc
from app.interchange.document_words import ChangeDoc, Code, Day, Long, Part, Recorder, Short, Words


class TextDoc(Part):
    """A text or event that others point at; `adopted` is the day due dates count from."""

    code: Code
    kind: Short
    title: Words
    adopted: Day | None = None
    summary: Long | None = None


class ObstacleDoc(Part):
    code: Code
    title: Words
    baskets: list[Code] = []
    raised: Day
    lifted: Day | None = None
    recorded: Day | None = None
    reason: Long | None = None


class DueDoc(BaseModel):
    """When a step is due: a day; days from an anchor; the earliest of several; standing; or only words."""

    model_config = ConfigDict(extra="forbid")
    on: Day | None = None
    anchor: Code | None = None
    days: Annotated[int, Field(ge=-36500, le=36500)] | None = None
    earliest_of: list["DueDoc"] | None = None
    standing: bool | None = None
    words: Short | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "DueDoc":
        ways = [self.on, self.anchor, self.earliest_of, self.standing]
        if sum(way is not None for way in ways) + (not any(ways) and self.words is not None) != 1:
            raise ValueError("Please give exactly one of: on, anchor with days, earliest_of, standing, words.")
        if (self.anchor is None) != (self.days is None):
            raise ValueError("An anchor needs days, and days need an anchor.")
        return self


class InstalmentDoc(Part):
    party: Code | None = None
    quantity: Annotated[float, Field(gt=0)]
    on: Day | None = None
    withdrawn: Day | None = None
    withdrawn_reason: Long | None = None


class AgreementDoc(BaseModel):
    """A party whom a hand-over concerns; `on` is left out while it has not agreed."""

    model_config = ConfigDict(extra="forbid")
    party: Code
    on: Day | None = None
    recorded_by: Recorder | None = None


class HandoverDoc(Part):
    """A part that a substitute gives instead of the step's own actors.

    With `agreements` it counts once all have agreed; without any it was agreed as a whole on its day.
    """

    party: Code
    quantity: Annotated[float, Field(gt=0)]
    on: Day
    reason: Long
    agreements: list[AgreementDoc] = []
    revoked: Day | None = None
    revoked_reason: Long | None = None

    @property
    def agreed_on(self) -> date | None:
        """From when it counts; none while somebody has not agreed."""
        days = [each.on for each in self.agreements]
        return None if None in days else max([self.on, *(day for day in days if day)])


class QuantityDoc(BaseModel):
    model_config = ConfigDict(extra="forbid")
    total: Annotated[float, Field(gt=0)]
    unit: Short
    delivered: list[InstalmentDoc] = []
    handed_over: list[HandoverDoc] = []


Grade = Annotated[int, Field(ge=1, le=5)]


class GradesDoc(BaseModel):
    """The measures of the ladder of small steps, from 1 (little) to 5 (much)."""

    model_config = ConfigDict(extra="forbid")
    cost: Grade | None = None
    sensitivity: Grade | None = None
    reversibility: Grade | None = None
    verifiability: Grade | None = None


class EarlierGradesDoc(BaseModel):
    """How a step was graded until a day; without grades it was not."""

    model_config = ConfigDict(extra="forbid")
    until: Day
    grades: GradesDoc | None = None
    precedents: list[Short] = []


class EarlierDoc(BaseModel):
    """How a step read until a day, before it was revised: all that a revision may change."""

    model_config = ConfigDict(extra="forbid")
    until: Day
    titles: Words
    actors: list[Code]
    due: dict[str, Any] = {}
    due_on: Day | None = None
    total: float | None = None
    unit: Short | None = None
    verification: Short | None = None
    text: Code | None = None


StepState = Literal["proposed", "provisionally-agreed", "agreed", "under-way", "done", "missed", "withdrawn"]


class StepChangeDoc(ChangeDoc):
    state: StepState
    verified_by: Short | None = None
    before: list[Code] = []  # what the step required, and was done before


class StepDoc(Part):
    code: Code
    basket: Code
    actors: Annotated[list[Code], Field(min_length=1)]
    title: Words
    text: Code | None = None
    due: DueDoc | None = None
    quantity: QuantityDoc | None = None
    verification: Short | None = None
    outcome: Long | None = None
    grades: GradesDoc | None = None
    precedents: list[Short] = []
    graded_before: list[EarlierGradesDoc] = []
    positions: list[PositionDoc] = []
    earlier: list[EarlierDoc] = []
    changes: Annotated[list[StepChangeDoc], Field(min_length=1)]


class LinkDoc(Part):
    """`from` waits for `to`: a step for a step or an obstacle; or a whole basket for an obstacle. `requires` is hard, `linked` political."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    step: Annotated[Code, Field(alias="from")]
    kind: Literal["requires", "linked"]
    to: Code
    by: Code | None = None
    since: Day | None = None
    until: Day | None = None
    reason: Long | None = None


class OrderReadingDoc(Part):
    party: Code
    order: Literal["simultaneous", "a-then-b", "b-then-a"]
    text: Long | None = None
    on: Day | None = None
    recorded_by: Recorder | None = None


class ExchangeEndDoc(BaseModel):
    """It binds nobody from `on` until it is taken up again, on `revoked_on`; for good where it is final."""

    model_config = ConfigDict(extra="forbid")
    on: Day
    reason: Long
    is_final: bool = False
    revoked_on: Day | None = None
    revoked_reason: Long | None = None


class ExchangeDoc(Part):
    code: Code
    a: Annotated[list[Code], Field(min_length=1)]
    b: Annotated[list[Code], Field(min_length=1)]
    order: Literal["simultaneous", "a-then-b", "b-then-a", "disputed"]
    since: Day | None = None
    readings: list[OrderReadingDoc] = []
    ends: list[ExchangeEndDoc] = []


class WaiverDoc(Part):
    """One party's word that a requirement need not be waited for.

    Of a link: `from`, `to` and, where several stand between the two, `of` (the party that made it). Of an exchange: `exchange` and
    the `side` that need not wait. What was `recorded_by` somebody else is proposed, and counts from the day on which the party `agreed`.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    step: Annotated[Code | None, Field(alias="from")] = None
    to: Code | None = None
    of: Code | None = None
    exchange: Code | None = None
    side: Literal["a", "b"] | None = None
    by: Code
    on: Day
    reason: Long
    recorded_by: Recorder | None = None
    agreed: Day | None = None
    revoked: Day | None = None
    revoked_reason: Long | None = None
    revoked_by: Recorder | None = None

    @property
    def counts_from(self) -> date | None:
        return self.agreed if self.recorded_by else self.agreed or self.on

    @model_validator(mode="after")
    def _one_requirement(self) -> "WaiverDoc":
        link, exchange = (self.step, self.to), (self.exchange, self.side)
        if (None in link) == (None in exchange):
            raise ValueError("Please give either from and to, or exchange and side.")
        return self
