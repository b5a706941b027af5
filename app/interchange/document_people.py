"""A document's dialogue, parties, people and seats; its baskets and topics, its meetings."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.text import Line
from app.interchange.document_words import ChangeDoc, Code, Day, Label, Long, Part, RuleName, Short, Slug, Words

Policy = Literal["independent", "coordinated-implementation", "single-undertaking"]


class LinkageDoc(BaseModel):
    """Another linkage policy, agreed on a later day."""

    model_config = ConfigDict(extra="forbid")
    policy: Policy
    since: Day
    reason: Long


class DialogueDoc(Part):
    code: Slug
    title: Words
    description: Words = {}
    languages: list[str] = ["en"]
    working_language: str = "en"
    time_zone: str = "UTC"
    linkage_policy: Policy = "independent"
    linkage_since: Day | None = None
    linkage_changes: list[LinkageDoc] = []
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


BasketState = Literal["exploratory", "active", "stalled", "suspended", "dormant", "concluded"]


class BasketChangeDoc(ChangeDoc):
    state: BasketState


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


class TopicChangeDoc(ChangeDoc):
    state: Literal["open", "closed"]


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
