"""One's own sheet: by a personal link without an account, or signed in; and a head's for his delegation.

It sees every room (`access.bypass`), because who is asked holds no key to what the others answered, nor may he get one: a key opens a room whole.
So each verb here first finds the one sheet that its caller may see, and looks at nothing else. And it counts, for a poll that is to show totals
alone, what nobody may read.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access import reasons
from app.access.bypass import unguarded, unguarded_reading
from app.access.rules import Action, Thing, decide
from app.access.viewer import Viewer
from app.access.work import Ground, Reading, Work
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.dialogues.models import Mandate, Party, Person
from app.dialogues.queries import short_name
from app.ledger.queries import wait_for_turn
from app.meetings.models import Meeting
from app.scheduling import queries
from app.scheduling.commands import GiveAnswer
from app.scheduling.models import Poll, PollAnswer, PollSlot, Respondent
from app.scheduling.queries import Asked, Sheet, Totals
from app.scheduling.views import DelegationChoice, PollLine, SheetSlot, SheetView
from app.vault.codes import hashed
from app.vault.envelope import unseal

WHY = "who is asked reads and writes his own sheet, and holds no key to the others'"


class Place(NamedTuple):
    """One sheet, and whose: a respondent's own, or that of a delegation (`party`). `by`: how whoever has it open came to it."""

    poll: Poll
    meeting: Meeting
    row: PollAnswer
    zone: str
    by: str
    head_of: Party | None = None
    party: Party | None = None


# --- by a link --------------------------------------------------------------------------------------------------------


def show_by_link(ground: Ground, token: str, *, zone: str | None = None) -> SheetView:
    """Looking changes nothing: scanners and previews may. Raises NotFound for an unknown or revoked link."""
    with unguarded_reading(ground, WHY) as here:
        return _view(here, _of_link(here, token), zone=zone)


def answer_by_link(ground: Ground, token: str, command: GiveAnswer) -> SheetView:
    """Raises NotFound; Invalid at `slot-…` for a slot without an answer, and for the whole after the deadline."""
    with unguarded(ground, WHY) as work:
        return _give(work, _of_link(work, token), command)


def _of_link(here: Reading, token: str) -> Place:
    found = here.db.scalar(select(Respondent).where(Respondent.link_hash == hashed(token)))
    if found is None:
        raise NotFound
    return _own(here, found, "link")


# --- signed in --------------------------------------------------------------------------------------------------------


def show_own(ground: Ground, viewer: Viewer, poll_id: UUID, own: str) -> SheetView:
    """One's own sheet. Raises NotFound for whoever is not asked."""
    with unguarded_reading(ground, WHY) as here:
        return _view(here, _of_viewer(here, viewer, poll_id), zone=own)


def answer_own(ground: Ground, viewer: Viewer, poll_id: UUID, command: GiveAnswer, own: str) -> SheetView:
    with unguarded(ground, WHY) as work:
        return _give(work, _of_viewer(work, viewer, poll_id), command, zone=own)


def list_asked(ground: Ground, viewer: Viewer, own: str) -> tuple[PollLine, ...]:
    """The polls in which the viewer is asked, the latest deadline first."""
    with unguarded_reading(ground, WHY) as here:
        found = here.db.execute(
            select(Poll, Meeting)
            .join(Meeting, Meeting.id == Poll.meeting_id)
            .join(Respondent, Respondent.poll_id == Poll.id)
            .join(Person, Person.id == Respondent.person_id)
            .where(Poll.dialogue_id == viewer.dialogue_id, Person.member_id == viewer.member_id)
            .order_by(Poll.deadline.desc(), Poll.code)
        )
        return tuple(queries.line(poll, meeting, own) for poll, meeting in found)


def _of_viewer(here: Reading, viewer: Viewer, poll_id: UUID) -> Place:
    found = here.db.scalar(
        select(Respondent)
        .join(Person, Person.id == Respondent.person_id)
        .where(Respondent.poll_id == poll_id, Person.member_id == viewer.member_id)
        .where(Person.dialogue_id == viewer.dialogue_id)
    )
    if found is None or viewer.member_id is None:
        raise NotFound
    return _own(here, found, "self")


# --- for a delegation -------------------------------------------------------------------------------------------------


def show_delegation(ground: Ground, viewer: Viewer, poll_id: UUID, party: str, own: str) -> SheetView:
    """The sheet of a delegation, for its head and for those who run the poll. Raises NotFound, Forbidden."""
    with unguarded_reading(ground, WHY) as here:
        return _view(here, _of_delegation(here, viewer, poll_id, party), zone=own)


def answer_delegation(
    ground: Ground, viewer: Viewer, poll_id: UUID, party: str, command: GiveAnswer, own: str
) -> SheetView:
    """An answer that counts for those of the delegation who have given none themselves, and says who gave it."""
    with unguarded(ground, WHY) as work:
        return _give(work, _of_delegation(work, viewer, poll_id, party), command, zone=own)


def _of_delegation(here: Reading, viewer: Viewer, poll_id: UUID, code: str) -> Place:
    poll = here.db.get(Poll, poll_id)
    room = viewer.rooms.get(poll.compartment_id) if poll else None
    runs = decide(viewer, Action.POLL_RUN, Thing(room)).allowed
    place = None if runs else _of_viewer(here, viewer, poll_id)  # who is not asked learns nothing, be it there or not
    if poll is None:
        raise NotFound
    party = here.db.scalar(select(Party).where(Party.dialogue_id == poll.dialogue_id, Party.code == code))
    if not runs and (place is None or place.head_of is None or party is None or place.head_of.id != party.id):
        raise Forbidden(_("This needs another role."))
    row = here.db.scalar(
        select(PollAnswer).where(PollAnswer.poll_id == poll_id, PollAnswer.party_id == (party.id if party else None))
    )
    if party is None or row is None:
        raise NotFound
    meeting = here.db.get_one(Meeting, poll.meeting_id)
    return Place(poll, meeting, row, party.time_zone, "organiser" if runs else "head", party=party)


# --- what nobody reads ------------------------------------------------------------------------------------------------


def totals(ground: Ground, row: Poll, people: Sequence[Asked], size: int, now: datetime) -> Totals:
    """The totals of a poll whose answers nobody may read, as far as its rule lets them be told."""
    with unguarded_reading(ground, WHY) as here:
        return queries.totals(row, queries.sheets(here, row.id), people, size, now)


# --- the sheet --------------------------------------------------------------------------------------------------------


def _own(here: Reading, respondent: Respondent, by: str) -> Place:
    poll = here.db.get_one(Poll, respondent.poll_id)
    row = here.db.scalars(select(PollAnswer).where(PollAnswer.respondent_id == respondent.id)).one()
    person = here.db.get_one(Person, respondent.person_id)
    party = here.db.get(Party, person.party_id) if person.party_id else None
    zone = party.time_zone if party else poll.time_zone
    head_of = party if party and by == "self" and _is_head(here, person) else None
    return Place(poll, here.db.get_one(Meeting, poll.meeting_id), row, zone, by, head_of=head_of)


def _is_head(here: Reading, person: Person) -> bool:
    running = Mandate.ends_on.is_(None) | (Mandate.ends_on > here.today)
    mine = (Mandate.person_id == person.id) & (Mandate.party_id == person.party_id) & (Mandate.position == "head")
    return here.db.scalar(select(Mandate.id).where(mine, running).limit(1)) is not None


def _give(work: Work, place: Place, command: GiveAnswer, zone: str | None = None) -> SheetView:
    wait_for_turn(work, place.poll.dialogue_id)  # a poll that is being closed counts what was given before
    poll = work.db.get_one(Poll, place.poll.id, populate_existing=True)
    if not _is_open(work, poll):
        raise Invalid({"": _("Answers are no longer taken: the deadline has passed, or the poll was closed.")})
    given = _in_order(queries.slots(work, poll.id), command.answers)
    key = work.room_key(place.row.compartment_id)
    place.row.body = queries.sealed(key, place.row, Sheet(place.by, given))
    return _view(work, place, zone=zone)


def _in_order(slots: list[PollSlot], answers: Mapping[UUID, str]) -> tuple[str, ...]:
    known = {slot.id for slot in slots}
    if answers.keys() - known:
        raise Invalid({"": _("A slot was answered that is not on offer here.")})
    if missing := known - answers.keys():
        raise Invalid({f"slot-{slot}": _("Please answer for this slot too.") for slot in missing})
    return tuple(answers[slot.id] for slot in slots)


def _is_open(here: Reading, poll: Poll) -> bool:
    return poll.state == "open" and here.now < poll.deadline


def _view(here: Reading, place: Place, *, zone: str | None) -> SheetView:
    poll, own = place.poll, zone or place.zone
    given, readers = _shown(here, place), reasons.of_sheet(runs=place.by == "organiser")
    rows = queries.slots(here, poll.id)
    return SheetView(
        poll=poll.id,
        code=poll.code,
        meeting=wording(place.meeting.titles),
        minutes=poll.minutes,
        zone=own,
        deadline=queries.time_view(poll.deadline, own, poll.time_zone, place.meeting.city),
        answers=poll.answers,
        shown=poll.shown,
        state=poll.state,
        is_open=_is_open(here, poll),
        slots=tuple(
            SheetSlot(
                id=slot.id,
                starts=queries.time_view(slot.starts_at, own, poll.time_zone, place.meeting.city),
                given=given[number] if given else "",
            )
            for number, slot in enumerate(rows)
        ),
        delegation=DelegationChoice(place.head_of.code, short_name(place.head_of)) if place.head_of else None,
        answers_for=short_name(place.party) if place.party else "",
        readers=readers.who,
        why=readers.why,
    )


def _shown(here: Reading, place: Place) -> tuple[str, ...]:
    """The answer so far. What those who run the poll may not read, or not yet, no link shows either: they have handed it over."""
    is_open_to_all_runners = (place.poll.answers, place.poll.shown) == ("named", "at-once")
    if place.by in ("link", "organiser") and not is_open_to_all_runners:
        return ()
    key = here.room_key(place.row.compartment_id)
    return queries.read(unseal(key, place.row.body, queries.context(place.row))).given
