"""Opening a poll: what is asked, who is asked, and two rooms, of which the second is for nobody where the poll shows totals alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.access.levels import Level, Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core import entropy
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import new_id
from app.dialogues.models import Person
from app.dialogues.queries import party_rows, people, short_name, shown_name
from app.ledger.kinds import Kind
from app.ledger.service import record, record_keys
from app.meetings import queries as meetings
from app.meetings.models import Meeting
from app.meetings.service import moment_meant
from app.scheduling import queries
from app.scheduling.commands import OpenPoll
from app.scheduling.models import Poll, PollAnswer, PollSlot, Respondent
from app.scheduling.queries import Sheet
from app.scheduling.views import LinkView, PollChoices
from app.vault.codes import hashed

LONGEST_AHEAD = timedelta(days=3 * 366)


def choices(reading: Reading) -> PollChoices:
    """The meetings whose date the viewer may ask about, and everybody who may be asked."""
    open_ones = [row for row in meetings.meetings(reading) if row.state == "open" and reading.may(Action.POLL_RUN, row)]
    parties = {row.id: short_name(row) for row in party_rows(reading)}
    return PollChoices(
        meetings=tuple((str(row.id), f"{wording(row.titles)} ({row.code})") for row in open_ones),
        people=tuple((str(one.id), _named(one, parties)) for one in people(reading)),
    )


def _named(person: Person, parties: dict[UUID, str]) -> str:
    party = parties.get(person.party_id) if person.party_id else None
    return f"{shown_name(person)} · {party}" if party else shown_name(person)


def proposal(reading: Reading, meeting_id: UUID | None) -> dict[str, object]:
    """What the form starts with: the meeting, its zone, and those invited to it as far as the viewer knows them."""
    if meeting_id is None:
        return {}
    row = meetings.meeting(reading, meeting_id)
    asked = [str(person) for person in sorted(queries.invited(reading, row.id))]
    return {"meeting": str(row.id), "time_zone": row.time_zone or "UTC", "asked": asked}


def open_poll(work: Work, command: OpenPoll) -> tuple[UUID, tuple[LinkView, ...]]:
    """The poll's id, and a link for everybody who is asked. Raises Invalid at the field that is wrong."""
    meeting = _meeting(work, command.meeting)
    deadline = moment_meant(command.deadline, command.time_zone, "deadline")
    starts = [moment_meant(slot, command.time_zone, "slots") for slot in command.slots]
    _refuse_senseless(work, command, starts, deadline)
    chosen = {one.id: one for one in people(work) if one.id in set(command.asked)}
    if len(chosen) < len(set(command.asked)):
        raise Invalid({"asked": _("Please choose one of the values offered.")})
    poll = _put_poll(work, meeting, command, starts, deadline)
    links = _put_sheets(work, poll, list(chosen.values()))
    facts: dict[str, Any] = {"poll": poll.code, "meeting": meeting.code, "answers": poll.answers}
    record(work, Kind.POLL_OPENED, room=poll.compartment_id, **facts)
    record_keys(work, room=poll.compartment_id, names={poll.id: poll.code})
    return poll.id, links


def _meeting(work: Work, meeting_id: UUID) -> Meeting:
    try:
        found = meetings.meeting(work, meeting_id)
        work.require(Action.POLL_RUN, found)
    except NotFound as fault:
        raise Invalid({"meeting": _("Please choose one of the values offered.")}) from fault
    if found.state != "open":
        raise Invalid({"meeting": _("This meeting is over, or closed.")})
    return found


def _refuse_senseless(work: Work, command: OpenPoll, starts: Sequence[datetime], deadline: datetime) -> None:
    errors: dict[str, str] = {}
    if min(starts) <= work.now:
        errors["slots"] = _("One of these slots has passed already.")
    elif max(starts) > work.now + LONGEST_AHEAD:
        errors["slots"] = _("One of these slots is more than three years ahead.")
    elif len(set(starts)) < len(starts):
        errors["slots"] = _("Two of these slots are the same.")
    if deadline <= work.now:
        errors["deadline"] = _("This moment has passed already.")
    elif deadline > min(starts):
        errors["deadline"] = _("The deadline is after the first slot.")
    if command.answers == "totals" and command.shown == "at-once":
        errors["shown"] = _("Totals that are shown at once tell each answer as it comes.")
    if errors:
        raise Invalid(errors)


def _put_poll(work: Work, meeting: Meeting, command: OpenPoll, starts: Sequence[datetime], deadline: datetime) -> Poll:
    poll = Poll(
        id=new_id(),
        compartment_id=meeting.compartment_id,
        dialogue_id=meeting.dialogue_id,
        meeting_id=meeting.id,
        code=f"P-{new_id().hex[:6].upper()}",
        time_zone=command.time_zone,
        minutes=command.minutes,
        deadline=deadline,
        answers=command.answers,
        shown=command.shown,
        state="open",
        burdens={},
    )
    work.add(Action.POLL_RUN, poll)
    work.db.flush()  # its slots point at it
    room = meeting.compartment_id
    work.add(
        Action.POLL_RUN,
        *(PollSlot(id=new_id(), compartment_id=room, poll_id=poll.id, starts_at=start) for start in starts),
    )
    return poll


def _put_sheets(work: Work, poll: Poll, asked: Sequence[Person]) -> tuple[LinkView, ...]:
    """Two rooms: who is asked, and what they answer. To the second nobody gets a key where the poll shows totals alone."""
    desk = work.open_room(Room.POLL, dialogue_id=poll.dialogue_id, subject_id=poll.id)
    room = work.open_room(Room.ANSWERS, dialogue_id=poll.dialogue_id, subject_id=poll.id)
    key = work.room_key(room)
    for member in queries.runners(work, poll.compartment_id):
        work.hand_key(desk, member, Level.LEAD)
        if poll.answers == "named":
            work.hand_key(room, member, Level.READ)
    tokens = {one.id: entropy.token_urlsafe(24) for one in asked}
    rows = [
        Respondent(
            id=new_id(), compartment_id=desk, poll_id=poll.id, person_id=one.id, link_hash=hashed(tokens[one.id])
        )
        for one in asked
    ]
    work.add(Action.POLL_RUN, *rows)
    work.db.flush()  # the sheets point at them
    parties = {one.party_id for one in asked if one.party_id}
    place = {"compartment_id": room, "dialogue_id": poll.dialogue_id, "poll_id": poll.id}
    empty = [PollAnswer(id=new_id(), respondent_id=row.id, **place) for row in rows]
    empty += [PollAnswer(id=new_id(), party_id=party, **place) for party in parties]
    for sheet in entropy.shuffled(empty):
        sheet.body = queries.sealed(key, sheet, Sheet())
        work.permit(sheet)
        work.db.add(sheet)
    work.db.flush()  # the page that follows reads them
    return tuple(LinkView(shown_name(one), tokens[one.id]) for one in asked)
