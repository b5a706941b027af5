"""All that may leave the meetings' domain."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TimeView:
    """A moment in one's own zone and at the venue: weekday, ISO date, 24-hour clock, place and UTC offset."""

    own: str
    venue: str


@dataclass(frozen=True, slots=True)
class AgendaItemView:
    """`rule` is the one that holds: the item's own where it has one, else the meeting's."""

    id: UUID
    ref: str
    title: str
    rule: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttendanceView:
    person: str
    party: str | None
    capacity: str
    answer: str | None
    """Whether the person will come; for those alone who keep the letters."""
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class MeetingLine:
    id: UUID
    code: str
    title: str
    kind: str
    baskets: tuple[str, ...]
    starts_on: date
    ends_on: date
    city: str | None
    state: str
    rule: str
    tlp: str
    is_invited: bool
    outcome: str | None


@dataclass(frozen=True, slots=True)
class MeetingsView:
    upcoming: tuple[MeetingLine, ...]
    held: tuple[MeetingLine, ...]
    may_add: bool


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal to loosen: what, since when, how many of those present consent. Not who: nobody is to be pressed."""

    id: UUID
    item: str | None
    to: str
    state: str
    proposed_on: date
    ended_on: date | None
    consents: int
    present: int
    has_consented: bool
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class MeetingView:
    """One meeting. `attendance` is empty for those who may not know it."""

    line: MeetingLine
    venue: str | None
    starts: TimeView | None
    ends: TimeView | None
    agenda: tuple[AgendaItemView, ...]
    attendance: tuple[AttendanceView, ...]
    readers: str
    why: str
    remark: str | None
    source: str | None
    has_floor: bool
    late_see_earlier: bool
    proposals: tuple[ProposalView, ...]
    may_add_item: bool
    may_move_rules: bool
    may_close: bool
    called_off_on: date | None
    own_answer: str | None
    """What the viewer has answered, who is called to it."""
    may_answer: bool
    may_call_off: bool
    may_write_letters: bool

    @property
    def item_choices(self) -> list[tuple[str, str]]:
        return [(str(item.id), f"{item.ref}. {item.title}") for item in self.agenda]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form for a new meeting offers."""

    baskets: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    rules: tuple[str, ...]
    labels: tuple[str, ...]
