"""The interchange format `dipoli/1`: what a document may hold. Shapes only; judging the whole is in `judging`.

Made for any process that sorts quarrels into baskets: Helsinki's stages, a peace accord's chapters, an arms-control agreement's
trigger days. See docs/file-format.md.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.core.text import CleanText, Line

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]{0,31}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9\-]{1,47}$")]
Short = Annotated[Line, Field(min_length=1, max_length=400)]
Long = Annotated[CleanText, Field(max_length=20_000)]
Words = dict[str, Short]

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso_day(value: Any) -> Any:
    """Only ISO days: a bare number would be taken for seconds since 1970."""
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        raise ValueError("Please write a date as year-month-day, for example 2026-11-24.")
    if isinstance(value, int | float | datetime):
        raise ValueError("Please write a date as year-month-day, for example 2026-11-24.")  # noqa: TRY004
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
Certainty = Literal["confirmed", "held", "likely"]
StepState = Literal["proposed", "provisionally-agreed", "agreed", "under-way", "done", "missed", "withdrawn"]
BasketState = Literal["exploratory", "active", "stalled", "suspended", "dormant", "concluded"]
Recorder = Literal["organiser", "facilitator"]
RuleName = Literal["on-record", "chatham-house", "off-record"]
Label = Literal["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]


class Part(BaseModel):
    """Every part may say where it comes from, how certain that is, and carry a remark on the quality of the data."""

    model_config = ConfigDict(extra="forbid")
    source: Short | None = None
    certainty: Certainty | None = None
    remark: Long | None = None


class DialogueDoc(Part):
    code: Slug
    title: Words
    description: Words = {}
    languages: list[str] = ["en"]
    working_language: str = "en"
    time_zone: str = "UTC"
    linkage_policy: Literal["independent", "coordinated-implementation", "single-undertaking"] = "independent"
    linkage_since: Day | None = None
    order_of_delegations: Short | None = None
    demonstration: bool = False


class NameDoc(BaseModel):
    model_config = ConfigDict(extra="forbid")
    short: Short
    long: Short | None = None
    demonym: Short | None = None
    adjectives: list[Short] = []


class PartyDoc(Part):
    code: Code
    neutral: Short
    names: dict[str, NameDoc]
    kind: Literal["state", "institution"] = "state"
    time_zone: str = "UTC"
    joined: Day | None = None
    left: Day | None = None


class PersonDoc(Part):
    """A person. Names are fields; the forms a text might use are listed, never derived."""

    ref: Code
    family: Short
    given: Annotated[Line, Field(max_length=400)] = ""
    patronymic: Short | None = None
    order: Literal["family-first", "given-first"] = "given-first"
    native: Words = {}
    readings: Words = {}
    spellings: list[Short] = []
    nicknames: list[Short] = []
    honorific: Short | None = None
    titles: list[Short] = []
    function: Short | None = None
    rank: Short | None = None
    former: list[Short] = []
    gender: Literal["female", "male"] | None = None
    institutions: list[Short] = []
    address: Short | None = None
    party: Code | None = None
    demonstration: bool = False


class MandateDoc(Part):
    person: Code
    party: Code
    position: Literal["head", "alternate", "member", "adviser", "focal-point", "interpreter", "chair"] = "member"
    basket: Code | None = None
    begins: Day | None = None
    ends: Day | None = None
    successor: Code | None = None


class MembershipDoc(Part):
    """A seat in the dialogue on this platform. `login` is made only for demonstration accounts."""

    person: Code
    roles: Annotated[
        list[Literal["organiser", "facilitator", "rapporteur", "participant", "liaison", "observer"]],
        Field(min_length=1),
    ]
    party: Code | None = None
    login: Slug | None = None


class ChangeDoc(Part):
    """A change of state, dated twice: when it happened and when it was recorded (when loaded, if not said)."""

    state: str
    on: Day
    recorded: Day | None = None
    reason: Long | None = None


class BasketChangeDoc(ChangeDoc):
    state: BasketState


class TopicChangeDoc(ChangeDoc):
    state: Literal["open", "closed"]


class StepChangeDoc(ChangeDoc):
    state: StepState
    verified_by: Short | None = None
    before: list[Code] = []  # what the step required, and was done before


class SilenceDoc(Part):
    """How long a basket may fall silent, in days, as agreed on a day; no `days`: nothing agreed any more."""

    on: Day
    days: Annotated[int, Field(ge=1, le=3660)] | None = None


class BasketDoc(Part):
    code: Code
    title: Words
    description: Words = {}
    members: list[Code] = []
    chair: list[Code] = []
    silences: list[SilenceDoc] = []
    changes: Annotated[list[BasketChangeDoc], Field(min_length=1)]


class TopicDoc(Part):
    code: Code
    basket: Code
    title: Words
    grade: Annotated[int, Field(ge=1, le=5)] = 3
    changes: Annotated[list[TopicChangeDoc], Field(min_length=1)]


class AgendaDoc(Part):
    ref: Code
    title: Short
    topics: list[Code] = []
    rule: RuleName | None = None


class AttendanceDoc(Part):
    person: Code
    capacity: Literal["official", "personal", "expert", "observer", "interpreter", "secretariat"] = "official"
    present: bool = True


class OutcomeDoc(Part):
    kind: Short
    title: Short | None = None
    on: Day | None = None
    text: Code | None = None


class NoteDoc(Part):
    """A demonstration note. `by` gives it to a demonstration account while loading and is never written out."""

    agenda: Code
    body: Long
    by: Code | None = None
    released: bool = True


class MeetingDoc(Part):
    code: Code
    kind: Literal["plenary", "working-group", "heads-of-delegation", "bilateral", "caucus", "workshop"]
    title: Words
    series: Short | None = None
    phase: Short | None = None
    baskets: list[Code] = []
    starts: Day
    ends: Day
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str | None = None
    venue: Short | None = None
    city: Short | None = None
    host: Code | None = None
    chair: list[Code] = []
    rule: RuleName = "on-record"
    tlp: Label = "TLP:CLEAR"
    state: Literal["held", "open"] = "held"
    agenda: list[AgendaDoc] = []
    attendance: list[AttendanceDoc] = []
    outcome: OutcomeDoc | None = None
    notes: list[NoteDoc] = []
    demonstration: bool = False


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


class PositionDoc(Part):
    """A party's position on a step, with the disclosure its owner gave it. Never written out.

    `until`: the day from which on it stood no longer. Without one it stands until the same party's next.
    """

    party: Code
    view: Literal["acceptable", "with-conditions", "crosses-a-line", "no-view"]
    on: Day | None = None
    until: Day | None = None
    text: Long | None = None
    disclosure: Literal["sealed", "confided", "shared-without-attribution"] = "sealed"


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
    the `side` that need not wait.
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
    revoked: Day | None = None
    revoked_reason: Long | None = None
    revoked_by: Recorder | None = None

    @model_validator(mode="after")
    def _one_requirement(self) -> "WaiverDoc":
        link, exchange = (self.step, self.to), (self.exchange, self.side)
        if (None in link) == (None in exchange):
            raise ValueError("Please give either from and to, or exchange and side.")
        return self


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


class EntryDoc(Part):
    """A red line, bottom line or interest, with the disclosure its owner gave it."""

    party: Code
    kind: Literal["red-line", "bottom-line", "interest"]
    text: Long
    authority: Short | None = None
    capacity: Short | None = None
    conditions: Long | None = None
    disclosure: Literal["sealed", "confided", "shared-without-attribution", "shared"]
    on: Day | None = None
    reconfirm_by: Day | None = None
    touches: list[Code] = []
    demonstration: bool = False


class ReadingDoc(Part):
    party: Code
    text: Long
    on: Day | None = None
    language: str = "en"
    recorded_by: Recorder | None = None


class TermTurnDoc(Part):
    """Another state of a term, from a day on."""

    state: Literal["agreed", "deliberately-ambiguous", "contested"]
    on: Day


class TermDoc(Part):
    """`state`: as it was first recorded; `turns`: later ones, in order."""

    code: Code
    expression: Words
    state: Literal["agreed", "deliberately-ambiguous", "contested"]
    turns: list[TermTurnDoc] = []
    readings: list[ReadingDoc] = []
    used_in: list[Code] = []


class Document(BaseModel):
    """One dialogue."""

    model_config = ConfigDict(extra="forbid", title="Dipoli interchange document, version 1")
    format: Literal["dipoli/1"]
    dialogue: DialogueDoc
    parties: list[PartyDoc] = []
    people: list[PersonDoc] = []
    mandates: list[MandateDoc] = []
    memberships: list[MembershipDoc] = []
    texts: list[TextDoc] = []
    baskets: list[BasketDoc] = []
    topics: list[TopicDoc] = []
    meetings: list[MeetingDoc] = []
    obstacles: list[ObstacleDoc] = []
    steps: list[StepDoc] = []
    links: list[LinkDoc] = []
    exchanges: list[ExchangeDoc] = []
    waivers: list[WaiverDoc] = []
    entries: list[EntryDoc] = []
    terms: list[TermDoc] = []
