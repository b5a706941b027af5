"""All that may leave the polls' domain."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.meetings.views import TimeView


@dataclass(frozen=True, slots=True)
class PollLine:
    """One poll in a list."""

    id: UUID
    code: str
    meeting_id: UUID
    meeting: str
    state: str
    deadline: TimeView


@dataclass(frozen=True, slots=True)
class PollsView:
    """`asked`: polls in which the viewer himself is asked."""

    run: tuple[PollLine, ...]
    asked: tuple[PollLine, ...]
    may_open: bool


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot with its totals; none where they are not shown."""

    id: UUID
    starts_at: datetime
    starts: TimeView
    yes: int | None
    if_need_be: int | None
    no: int | None


@dataclass(frozen=True, slots=True)
class RespondentLine:
    """Who is asked. `given`: an answer for each slot in the poll's order, empty where there is none or none is shown.

    `by`: self, link, head or organiser: who gave the answer that counts for him; empty where nobody, or where it is not shown.
    """

    id: UUID
    person: str
    party: str | None
    has_link: bool
    given: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class DelegationChoice:
    code: str
    short: str


@dataclass(frozen=True, slots=True)
class PollView:
    """A poll for those who run it. `hidden`: why nothing of the answers is shown (deadline, five), empty where they are."""

    line: PollLine
    minutes: int
    time_zone: str
    answers: str
    shown: str
    hidden: str
    answered: int | None
    slots: tuple[SlotLine, ...]
    respondents: tuple[RespondentLine, ...]
    delegations: tuple[DelegationChoice, ...]
    taken: UUID | None
    readers: str
    why: str
    is_open: bool
    may_take: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """A new link's token: shown this once."""

    person: str
    token: str


@dataclass(frozen=True, slots=True)
class OpenedPoll:
    poll: PollView
    links: tuple[LinkView, ...]


@dataclass(frozen=True, slots=True)
class SheetSlot:
    """`given`: one's own present answer; empty where there is none, or where the poll shows nobody any answer."""

    id: UUID
    starts: TimeView
    given: str


@dataclass(frozen=True, slots=True)
class SheetView:
    """What one who is asked sees: the slots, and his own answer. Nothing of anybody else, not who is asked, not how many.

    `delegation`: the one for which he may answer, as its head. `answers_for`: for whom this sheet answers, empty for himself.
    """

    poll: UUID
    code: str
    meeting: str
    minutes: int
    zone: str
    deadline: TimeView
    answers: str
    shown: str
    state: str
    is_open: bool
    slots: tuple[SheetSlot, ...]
    delegation: DelegationChoice | None
    answers_for: str
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class PollChoices:
    """What the form for a new poll offers."""

    meetings: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A slot on the wall of one capital."""

    party: str
    city: str
    local: str
    offset: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one delegation bears. `minutes` in this sitting, `balance` over the series with it; `step`: 0 (none) to 4 (a whole night sitting)."""

    party: str
    short: str
    minutes: int
    balance: int
    step: int
    local: str


@dataclass(frozen=True, slots=True)
class RankedSlot:
    """A slot with the reasons for its place, in the order of the rule. Names only where the poll shows who answered what."""

    place: int
    slot: UUID | None
    starts_at: datetime
    starts: TimeView
    capitals: tuple[LocalTime, ...]
    unmet: tuple[str, ...]
    absent: int
    absent_names: tuple[str, ...]
    reluctant: int
    unanswered: int
    shares: tuple[Share, ...]
    bearers: tuple[str, ...]
    holidays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankingView:
    """`balance`: delegation (short name) to the minutes borne so far in the series, the meetings whose time was found here."""

    slots: tuple[RankedSlot, ...]
    balance: tuple[tuple[str, int], ...]
    sittings: int
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class FoundView:
    """What the slot finder offers for a meeting. `zone`: that of `locals`, the begin of each slot as a form takes it; `looked_at`: how many slots."""

    meeting: str
    zone: str
    ranking: RankingView
    locals: tuple[str, ...]
    looked_at: int
