"""The verbs of those who run a poll: open it, hand out and revoke links, close it, give the meeting its time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from app.access import reasons
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Ground, Reading, Work, enforce
from app.core import clock, entropy
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.dialogues.models import Party
from app.dialogues.queries import party_rows, short_name, shown_name
from app.ledger.kinds import Kind
from app.ledger.queries import wait_for_turn
from app.ledger.service import record
from app.meetings import queries as meetings
from app.meetings.facts import own_zone
from app.meetings.service import set_time
from app.scheduling import answering, finding, opening, queries
from app.scheduling.commands import FindSlots, GiveAnswer, OpenPoll, TakeSlot
from app.scheduling.models import Poll, PollSlot
from app.scheduling.queries import Asked, Sheet, Sheets, Totals
from app.scheduling.views import (
    DelegationChoice,
    FoundView,
    LinkView,
    OpenedPoll,
    PollChoices,
    PollLine,
    PollsView,
    PollView,
    RankingView,
    RespondentLine,
    SheetView,
    SlotLine,
)
from app.vault.codes import hashed

# --- opening ----------------------------------------------------------------------------------------------------------


def choices(reading: Reading) -> PollChoices:
    return opening.choices(reading)


def proposal(reading: Reading, meeting_id: UUID | None) -> dict[str, object]:
    return opening.proposal(reading, meeting_id)


def open_poll(work: Work, command: OpenPoll) -> OpenedPoll:
    """A poll with a link for everybody who is asked. Raises Invalid at the field that is wrong."""
    poll_id, links = opening.open_poll(work, command)
    return OpenedPoll(show_poll(work, poll_id), links)


# --- looking ----------------------------------------------------------------------------------------------------------


def list_polls(reading: Reading) -> PollsView:
    reading.enter(Room.LOBBY)
    own = own_zone(reading)
    rows = queries.polls_run(reading)
    return PollsView(
        run=tuple(_line(reading, row, own) for row in rows),
        asked=answering.list_asked(reading.ground, reading.viewer, own),
        may_open=reading.may_in(Action.POLL_RUN, Room.BOARD),
    )


def _line(reading: Reading, row: Poll, own: str) -> PollLine:
    return queries.line(row, meetings.meeting(reading, row.meeting_id), own)


def _run(reading: Reading, poll_id: UUID) -> Poll:
    """For reading. Raises NotFound for whoever does not run it."""
    row = queries.poll(reading, poll_id)
    enforce(reading.decide(Action.POLL_RUN, row))
    return row


def show_poll(reading: Reading, poll_id: UUID) -> PollView:
    row = _run(reading, poll_id)
    own = own_zone(reading)
    city = meetings.meeting(reading, row.meeting_id).city
    slots, asked = queries.slots(reading, row.id), queries.asked(reading, row.id)
    told, counted = _told(reading, row, asked, len(slots))
    readers = reasons.of_kind(reading, Room.ANSWERS if row.answers == "named" else Room.POLL)
    parties = {each.id: each for each in party_rows(reading)}
    there = {one.person.party_id for one in asked}
    return PollView(
        line=_line(reading, row, own),
        minutes=row.minutes,
        time_zone=row.time_zone,
        answers=row.answers,
        shown=row.shown,
        hidden=told.hidden,
        answered=None if told.hidden else told.answered,
        slots=tuple(_slot(slot, number, told, own, row, city) for number, slot in enumerate(slots)),
        respondents=tuple(_respondent(one, counted, parties) for one in asked),
        delegations=tuple(
            DelegationChoice(each.code, short_name(each)) for each in parties.values() if each.id in there
        ),
        taken=row.taken,
        readers=readers.who,
        why=readers.why,
        is_open=row.state == "open" and reading.now < row.deadline,
        may_take=row.state != "settled",
    )


def _told(reading: Reading, row: Poll, asked: Sequence[Asked], size: int) -> tuple[Totals, Sheets | None]:
    """What may be told now; the sheets themselves only where the poll shows who answered what."""
    if row.answers == "totals":
        return answering.totals(reading.ground, row, asked, size, reading.now), None
    counted = queries.sheets(reading, row.id)
    told = queries.totals(row, counted, asked, size, reading.now)
    return told, None if told.hidden else counted


def _slot(slot: PollSlot, number: int, told: Totals, own: str, row: Poll, city: str | None) -> SlotLine:
    column = told.columns[number] if told.columns else {}
    return SlotLine(
        id=slot.id,
        starts_at=slot.starts_at,
        starts=queries.time_view(slot.starts_at, own, row.time_zone, city),
        yes=column.get("yes"),
        if_need_be=column.get("if-need-be"),
        no=column.get("no"),
    )


def _respondent(one: Asked, counted: Sheets | None, parties: dict[UUID, Party]) -> RespondentLine:
    sheet = counted.counting_for(one) if counted else Sheet()
    party = parties.get(one.person.party_id) if one.person.party_id else None
    return RespondentLine(
        id=one.row.id,
        person=shown_name(one.person),
        party=short_name(party) if party else None,
        has_link=one.row.link_hash is not None,
        given=sheet.given,
        by=sheet.by,
    )


def rank_slots(reading: Reading, poll_id: UUID) -> RankingView:
    """The poll's slots by the rule of the slot finder, with what is known of the answers."""
    row = _run(reading, poll_id)
    asked, slots = queries.asked(reading, row.id), queries.slots(reading, row.id)
    told, counted = _told(reading, row, asked, len(slots))
    return finding.of_poll(reading, row, slots, asked, told, counted)


def find_slots(reading: Reading, command: FindSlots) -> FoundView:
    """The best slots for a meeting, before anybody is asked."""
    return finding.find(reading, command)


# --- acts -------------------------------------------------------------------------------------------------------------


def new_link(work: Work, poll_id: UUID, respondent_id: UUID) -> LinkView:
    """Another link; the one before no longer opens anything."""
    _poll, one = _respondent_of(work, poll_id, respondent_id)
    token = entropy.token_urlsafe(24)
    one.row.link_hash = hashed(token)
    return LinkView(shown_name(one.person), token)


def revoke_link(work: Work, poll_id: UUID, respondent_id: UUID) -> None:
    _poll, one = _respondent_of(work, poll_id, respondent_id)
    one.row.link_hash = None


def _respondent_of(work: Work, poll_id: UUID, respondent_id: UUID) -> tuple[Poll, Asked]:
    row = queries.poll(work, poll_id)
    work.require(Action.POLL_RUN, row)
    one = next((each for each in queries.asked(work, row.id) if each.row.id == respondent_id), None)
    if one is None:
        raise NotFound
    work.require(Action.POLL_RUN, one.row)
    return row, one


def close_poll(work: Work, poll_id: UUID) -> PollView:
    """No more answers. What may be shown, and when, stays what the poll said."""
    row = _for_ending(work, poll_id)
    if row.state != "open":
        raise Conflict(_("This poll is closed already."))
    row.state = "closed"
    _log_end(work, row)
    return show_poll(work, row.id)


def take_slot(work: Work, poll_id: UUID, command: TakeSlot) -> PollView:
    """The meeting gets this time; what each delegation bears in it is kept for the balance of the series."""
    row = _for_ending(work, poll_id)
    if row.state == "settled":
        raise Conflict(_("The meeting has its time from this poll already."))
    slot = next((each for each in queries.slots(work, row.id) if each.id == command.slot), None)
    if slot is None:
        raise Invalid({"slot": _("Please choose one of the values offered.")})
    if slot.starts_at <= work.now:
        raise Invalid({"slot": _("This moment has passed already.")})
    set_time(work, row.meeting_id, slot.starts_at, minutes=row.minutes, zone=row.time_zone)
    row.burdens = finding.burdens(work, row, slot.starts_at, queries.asked(work, row.id))
    row.state, row.taken = "settled", slot.id
    _log_end(work, row)
    work.db.flush()  # the page that follows shows it
    return show_poll(work, row.id)


def _for_ending(work: Work, poll_id: UUID) -> Poll:
    """Whoever answers at this moment is waited for, or finds the poll closed."""
    work.require(Action.POLL_RUN, queries.poll(work, poll_id))
    wait_for_turn(work, queries.poll(work, poll_id).dialogue_id)
    return queries.poll(work, poll_id)


def _log_end(work: Work, row: Poll) -> None:
    meeting = meetings.meeting(work, row.meeting_id)
    facts: dict[str, Any] = {"poll": row.code, "meeting": meeting.code, "state": row.state}
    record(work, Kind.POLL_CLOSED, room=row.compartment_id, **facts)


# --- those who are asked ----------------------------------------------------------------------------------------------


def show_own(reading: Reading, poll_id: UUID) -> SheetView:
    return answering.show_own(reading.ground, reading.viewer, poll_id, own_zone(reading))


def answer_own(reading: Reading, poll_id: UUID, command: GiveAnswer) -> SheetView:
    own = own_zone(reading)
    reading.db.rollback()  # a reader would be in the way of the writer that follows
    return answering.answer_own(reading.ground, reading.viewer, poll_id, command, own)


def show_delegation(reading: Reading, poll_id: UUID, party: str) -> SheetView:
    return answering.show_delegation(reading.ground, reading.viewer, poll_id, party, own_zone(reading))


def answer_delegation(reading: Reading, poll_id: UUID, party: str, command: GiveAnswer) -> SheetView:
    own = own_zone(reading)
    reading.db.rollback()
    return answering.answer_delegation(reading.ground, reading.viewer, poll_id, party, command, own)


def show_by_link(ground: Ground, token: str, *, source: str, zone: str | None = None) -> SheetView:
    with _guessing_slowed(ground, source):
        return answering.show_by_link(ground, token, zone=zone)


def answer_by_link(ground: Ground, token: str, command: GiveAnswer, *, source: str) -> SheetView:
    with _guessing_slowed(ground, source):
        return answering.answer_by_link(ground, token, command)


@contextmanager
def _guessing_slowed(ground: Ground, source: str) -> Iterator[None]:
    """Links that open nothing are counted, in memory only: thirty a minute from one place, then Invalid instead of NotFound.

    Those that open something are not: a whole delegation may sit behind one address.
    """
    try:
        yield
    except NotFound:
        if wait := ground.throttle.wait("a poll's link", f"link {source}", clock.now()):
            raise Invalid({"": _("Too many tries. Please wait %(seconds)s seconds.") % {"seconds": wait}}) from None
        raise
