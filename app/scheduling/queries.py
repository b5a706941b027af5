"""Reading polls, sheets and answers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access.levels import Level
from app.access.models import Grant
from app.access.rules import Action
from app.access.work import Reading
from app.core.errors import NotFound
from app.core.i18n import wording
from app.core.moments import clock_words
from app.dialogues.models import Person
from app.meetings.models import Attendance, Meeting
from app.meetings.views import TimeView
from app.scheduling.models import Poll, PollAnswer, PollSlot, Respondent
from app.scheduling.views import PollLine
from app.vault import envelope

ENOUGH = 5
LETTERS = {"yes": "y", "if-need-be": "m", "no": "n"}
WORDS = {letter: word for word, letter in LETTERS.items()}
OWN = frozenset({"self", "link"})


def poll(reading: Reading, poll_id: UUID) -> Poll:
    """As it stands now, whatever this work has read before. Raises NotFound."""
    found = reading.db.get(Poll, poll_id, populate_existing=True)
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


def polls_run(reading: Reading) -> list[Poll]:
    """Those that the viewer runs, the latest deadline first."""
    ours = Poll.dialogue_id == reading.viewer.dialogue_id
    return list(
        reading.db.scalars(reading.visible(Action.POLL_RUN, Poll).where(ours).order_by(Poll.deadline.desc(), Poll.code))
    )


def slots(reading: Reading, poll_id: UUID) -> list[PollSlot]:
    """In the order of time, which is also the order of the letters of an answer."""
    return list(reading.db.scalars(select(PollSlot).where(PollSlot.poll_id == poll_id).order_by(PollSlot.starts_at)))


class Asked(NamedTuple):
    """Who is asked, and as whom."""

    row: Respondent
    person: Person


def asked(reading: Reading, poll_id: UUID) -> list[Asked]:
    found = reading.db.execute(
        select(Respondent, Person)
        .join(Person, Person.id == Respondent.person_id)
        .where(Respondent.poll_id == poll_id)
        .order_by(Person.family, Person.given, Person.ref)
    )
    return [Asked(row, person) for row, person in found]


def runners(reading: Reading, room: UUID) -> list[UUID]:
    """The members who manage what lies in the room."""
    return list(
        reading.db.scalars(select(Grant.member_id).where(Grant.compartment_id == room, Grant.level >= Level.LEAD))
    )


def invited(reading: Reading, meeting_id: UUID) -> set[UUID]:
    """Person ids of those invited, as far as the viewer may know them."""
    return set(reading.db.scalars(select(Attendance.person_id).where(Attendance.meeting_id == meeting_id)))


# --- answers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer as it is sealed: who gave it (nobody yet: empty), and a word for each slot in the order of time."""

    by: str = ""
    given: tuple[str, ...] = ()

    def written(self) -> str:
        """JSON of always the same length class: at most forty letters."""
        return json.dumps({"by": self.by, "given": "".join(LETTERS[word] for word in self.given)})


def read(body: str) -> Sheet:
    """What `Sheet.written` wrote."""
    found = json.loads(body)
    return Sheet(found["by"], tuple(WORDS[letter] for letter in found["given"]))


def context(row: PollAnswer) -> envelope.Context:
    return envelope.Context("poll answer", row.dialogue_id, row.compartment_id, row.id, 1)


def sealed(key: bytes, row: PollAnswer, sheet: Sheet) -> bytes:
    return envelope.seal(key, sheet.written(), context(row))


@dataclass(frozen=True, slots=True)
class Sheets:
    """Every answer to a poll: of respondents by their ids, and for delegations by their parties'."""

    own: Mapping[UUID, Sheet]
    delegations: Mapping[UUID, Sheet]

    def counting_for(self, one: Asked) -> Sheet:
        """His own answer; without one, that given for his delegation."""
        mine = self.own.get(one.row.id, Sheet())
        if mine.by or one.person.party_id is None:
            return mine
        return self.delegations.get(one.person.party_id, Sheet())

    @property
    def acts(self) -> int:
        """How many have answered. Those that the organiser gave do not count: he could make up four, and watch the fifth."""
        given = (*self.own.values(), *self.delegations.values())
        return sum(sheet.by in OWN or sheet.by == "head" for sheet in given)


def sheets(reading: Reading, poll_id: UUID) -> Sheets:
    """All answers, for whoever holds a key to them; for everybody else there are none."""
    own: dict[UUID, Sheet] = {}
    delegations: dict[UUID, Sheet] = {}
    for row in reading.db.scalars(select(PollAnswer).where(PollAnswer.poll_id == poll_id)):
        sheet = read(envelope.unseal(reading.room_key(row.compartment_id), row.body, context(row)))
        if row.respondent_id is not None:
            own[row.respondent_id] = sheet
        elif row.party_id is not None:
            delegations[row.party_id] = sheet
    return Sheets(own, delegations)


class Totals(NamedTuple):
    """`hidden`: why nothing is told (deadline, five), empty where it is. `columns`: for each slot, answer to count."""

    hidden: str
    answered: int
    columns: tuple[Mapping[str, int], ...]


def totals(row: Poll, counted: Sheets, people: Sequence[Asked], size: int, now: datetime) -> Totals:
    """What may be told of the answers at this moment. Pure."""
    hidden = hides(row, counted, now)
    if hidden:
        return Totals(hidden, 0, ())
    given = [sheet.given for sheet in map(counted.counting_for, people) if sheet.by]
    columns = tuple({word: sum(one[place] == word for one in given) for word in LETTERS} for place in range(size))
    return Totals("", counted.acts, columns)


def hides(row: Poll, counted: Sheets, now: datetime) -> str:
    """Why nothing of the answers is shown yet, by the poll's own rule; empty where it is. Totals alone are of five at least."""
    if row.shown == "deadline" and now < row.deadline:
        return "deadline"
    if (row.shown == "five" or row.answers == "totals") and counted.acts < ENOUGH:
        return "five"
    return ""


def every_body(reading: Reading) -> Iterator[envelope.Stored]:
    """Every answer that the reader sees, still sealed."""
    for row in reading.db.scalars(select(PollAnswer)):
        yield envelope.Stored(row.body, context(row))


# --- views ------------------------------------------------------------------------------------------------------------


def time_view(moment: datetime, own: str, venue: str, city: str | None = None) -> TimeView:
    return TimeView(own=clock_words(moment, own), venue=clock_words(moment, venue, place=city))


def line(row: Poll, meeting: Meeting, own: str) -> PollLine:
    return PollLine(
        id=row.id,
        code=row.code,
        meeting_id=row.meeting_id,
        meeting=wording(meeting.titles),
        state=row.state,
        deadline=time_view(row.deadline, own, row.time_zone, meeting.city),
    )
