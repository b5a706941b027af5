"""The verbs of the outbox: write letters, read them, let them go, take them along."""

from collections import Counter
from urllib.parse import urlsplit
from uuid import UUID

from app.access import reasons
from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Conflict, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import new_id
from app.core.moments import clock_words
from app.dialogues.queries import people, shown_name
from app.meetings.models import Attendance, Meeting
from app.meetings.queries import meeting as meeting_row
from app.meetings.queries import meetings as meeting_rows
from app.outbox import queries
from app.outbox.calendars import Entry, Times, calendar_of
from app.outbox.commands import WriteLetters
from app.outbox.letters import Content, message_of
from app.outbox.models import Letter
from app.outbox.queries import TOLD, Opened
from app.outbox.views import CallView, FileView, LetterView, OutboxView
from app.vault import envelope

UNANSWERED = (None, "tentative")
OPEN_TO_LETTING_GO = ("waiting", "failed", "unknown")
UNDER_WAY = ("released", "sending")


def show_outbox(reading: Reading) -> OutboxView:
    reading.enter(Room.REGISTRY)
    names = {person.id: shown_name(person) for person in people(reading)}
    floors = [each for each in meeting_rows(reading) if _keeps(reading, each)]
    codes = {each.id: each.code for each in floors}
    found = [_view(each, names, codes) for each in queries.letters(reading) if each.row.meeting_id in codes]
    readers = reasons.of_letters(reading)
    return OutboxView(
        calls=tuple(_call(reading, each) for each in floors if each.state in ("open", "closed")),
        waiting=tuple(each for each in found if each.state == "waiting"),
        doubtful=tuple(each for each in found if each.state in ("unknown", "failed")),
        under_way=tuple(each for each in found if each.state in UNDER_WAY),
        done=tuple(each for each in found if each.state in ("sent", "by-hand")),
        has_server=bool(reading.ground.settings.smtp_host),
        readers=readers.who,
        why=readers.why,
    )


def _keeps(reading: Reading, meeting: Meeting) -> bool:
    return meeting.floor_id is not None and reading.may(Action.LETTERS_KEEP, None, room=meeting.floor_id)


def _view(each: Opened, names: dict[UUID, str], codes: dict[UUID, str]) -> LetterView:
    row, content = each
    return LetterView(
        id=row.id,
        meeting=codes[row.meeting_id],
        meeting_id=row.meeting_id,
        person=names.get(content.person, ""),
        address=content.address,
        kind=row.kind,
        state=row.state,
        subject=content.subject,
        words=content.words,
        attempts=row.attempts,
        written_at=content.written_at,
    )


def _call(reading: Reading, meeting: Meeting) -> CallView:
    called = queries.called(reading, meeting)
    answers = Counter(each.answer or "none" for each in called)
    told = {each.content.person for each in queries.letters(reading, meeting.id) if each.row.state in TOLD}
    return CallView(meeting.id, meeting.code, wording(meeting.titles), len(called), len(told), dict(answers))


# --- writing ----------------------------------------------------------------------------------------------------------


def write_letters(work: Work, meeting_id: UUID, command: WriteLetters) -> OutboxView:
    """A letter to each whom something concerns that he was not told yet, and to nobody else.

    What still waits is written anew. Raises Conflict for a meeting of the record, or one that is over.
    """
    meeting = meeting_row(work, meeting_id)
    if meeting.floor_id is None or (meeting.state != "open" and meeting.called_off_on is None):
        raise Conflict(_("Nobody is invited to this meeting any more."))
    work.require(Action.LETTERS_KEEP, meeting, room=meeting.floor_id)
    _forget_waiting(work, meeting)
    told = _last_told(work, meeting)
    called = {each.person_id: each for each in queries.called(work, meeting)}
    addresses = {person.id: str(person.extra.get("address", "")) for person in people(work)}
    for person in sorted(called.keys() | told.keys()):
        kind = _kind(command, meeting, called.get(person), told.get(person))
        if kind is not None:
            _write(work, meeting, kind, person, addresses.get(person, ""), told.get(person), command)
    work.db.flush()  # the page that follows shows them
    return show_outbox(work)


def _forget_waiting(work: Work, meeting: Meeting) -> None:
    for each in queries.letters(work, meeting.id):
        if each.row.state == "waiting":
            work.permit(each.row)
            work.db.delete(each.row)
    work.db.flush()  # what is written anew must not stand beside it


def _last_told(work: Work, meeting: Meeting) -> dict[UUID, Content]:
    """Person to the last letter that told, or may have told, that person something."""
    found = [each for each in queries.letters(work, meeting.id) if each.row.state in TOLD]
    return {each.content.person: each.content for each in reversed(found)}


def _kind(command: WriteLetters, meeting: Meeting, called: Attendance | None, told: Content | None) -> str | None:
    was_called = told is not None and told.told is not None
    if called is None:
        return "cancellation" if was_called else None
    if told is None or told.told is None:
        return "invitation"
    place = _place(meeting, command)
    if told.told != _times(meeting) or (told.place and place and told.place != place):
        return "change"
    return "reminder" if command.reminds and called.answer in UNANSWERED else None


def _times(meeting: Meeting) -> Times:
    return Times(meeting.starts_on, meeting.ends_on, meeting.starts_at, meeting.ends_at, meeting.time_zone or "UTC")


def _place(meeting: Meeting, command: WriteLetters) -> str:
    return ", ".join(part for part in (meeting.venue, meeting.city) if part) if command.names_place else ""


def _write(
    work: Work, meeting: Meeting, kind: str, person: UUID, address: str, told: Content | None, command: WriteLetters
) -> None:
    row = Letter(
        id=new_id(),
        compartment_id=meeting.compartment_id,
        dialogue_id=meeting.dialogue_id,
        meeting_id=meeting.id,
        kind=kind,
        state="waiting",
        due_at=work.now,
    )
    content = _content(work, meeting, kind, person, address, told, _place(meeting, command))
    row.body = envelope.seal(work.room_key(row.compartment_id), content.written(), queries.context(row))
    work.add(Action.LETTERS_KEEP, row)


def _content(
    work: Work, meeting: Meeting, kind: str, person: UUID, address: str, told: Content | None, place: str
) -> Content:
    sequence = 0 if told is None else told.sequence + (kind != "reminder")
    now = work.now.replace(microsecond=0)
    entry = Entry(
        kind=kind,
        uid=f"{meeting.id.hex}@{_host(work)}",
        sequence=sequence,
        stamp=now,
        title=_("Dialogue meeting %(code)s") % {"code": meeting.code},
        times=_times(meeting),
        place=place,
        page=_page(work, meeting),
        organiser=_sender(work),
        attendee=address or f"{person.hex}@{_host(work)}",
    )
    return Content(
        person=person,
        address=address,
        subject=_subject(kind, meeting.code),
        words=_words(kind, entry),
        entry=calendar_of(entry).decode(),
        sequence=sequence,
        written_at=now,
        told=None if kind == "cancellation" else entry.times,
        place=place,
    )


def _host(reading: Reading) -> str:
    return urlsplit(reading.ground.settings.base_url).hostname or "localhost"


def _sender(reading: Reading) -> str:
    return reading.ground.settings.mail_from or f"dipoli@{_host(reading)}"


def _page(reading: Reading, meeting: Meeting) -> str:
    base = reading.ground.settings.base_url.rstrip("/")
    return f"{base}/dialogues/{reading.viewer.dialogue_code}/meetings/{meeting.id}"


def _subject(kind: str, code: str) -> str:
    """Neutral: a subject is read by whoever looks over a shoulder."""
    said = {
        "invitation": _("Meeting %(code)s: an invitation"),
        "change": _("Meeting %(code)s: something has changed"),
        "reminder": _("Meeting %(code)s: please answer"),
        "cancellation": _("Meeting %(code)s: your invitation no longer stands"),
    }
    return said[kind] % {"code": code}


def _words(kind: str, entry: Entry) -> str:
    opening = {
        "invitation": _("You are invited to a meeting."),
        "change": _("A meeting to which you are invited has changed. This is what holds now."),
        "reminder": _("You have not said yet whether you will come to this meeting."),
        "cancellation": _("This meeting is called off, or you are no longer invited to it."),
    }
    facts = [_("When: %(when)s") % {"when": _when(entry.times)}]
    facts += [_("Where: %(where)s") % {"where": entry.place}] if entry.place else []
    closing = _("What it is about, and your answer: sign in at")
    return "\n\n".join([opening[kind], "\n".join(facts), f"{closing}\n{entry.page}", ""])


def _when(times: Times) -> str:
    """City and offset, never the name of a zone."""
    if times.starts_at is None:
        return f"{times.starts_on} – {times.ends_on}" if times.ends_on != times.starts_on else str(times.starts_on)
    until = f" – {clock_words(times.ends_at, times.zone)}" if times.ends_at else ""
    return f"{clock_words(times.starts_at, times.zone)}{until}"


def _kept(reading: Reading, letter_id: UUID) -> Letter:
    """Raises NotFound for a letter of a meeting whose attendances the viewer may not know."""
    row, meeting = queries.letter(reading, letter_id)
    if not _keeps(reading, meeting):
        raise NotFound
    return row


# --- letting go -------------------------------------------------------------------------------------------------------


def let_go(work: Work, letter_id: UUID) -> OutboxView:
    """One letter was read and may leave. Raises Conflict for one that has left."""
    row = _kept(work, letter_id)
    work.permit(row)
    if row.state not in OPEN_TO_LETTING_GO:
        raise Conflict(_("This letter has left already."))
    _release(work, queries.opened(work, row))
    return show_outbox(work)


def let_all_go(work: Work, meeting_id: UUID) -> OutboxView:
    """Every letter of a meeting that waits to be read."""
    meeting = meeting_row(work, meeting_id)
    work.require(Action.LETTERS_KEEP, meeting, room=meeting.floor_id)
    for each in queries.letters(work, meeting.id):
        if each.row.state == "waiting":
            work.permit(each.row)
            _release(work, each)
    return show_outbox(work)


def _release(work: Work, each: Opened) -> None:
    has_way = bool(each.content.address and work.ground.settings.smtp_host)
    each.row.state, each.row.due_at = ("released" if has_way else "by-hand"), work.now


def drop(work: Work, letter_id: UUID) -> OutboxView:
    """A letter that has not left is thrown away; one that may have arrived is set down as arrived."""
    row = _kept(work, letter_id)
    work.permit(row)
    if row.state == "unknown":
        row.state = "sent"
    elif row.state in ("waiting", "failed"):
        work.db.delete(row)
        work.db.flush()  # the page that follows shows the rest
    else:
        raise Conflict(_("This letter has left already."))
    return show_outbox(work)


def take_along(reading: Reading, letter_id: UUID, form: str) -> FileView:
    """The letter as a message (`eml`), or its calendar entry alone (`ics`). Raises NotFound for another form or a hidden letter."""
    each = queries.opened(reading, _kept(reading, letter_id))
    files = {"ics": ("invite.ics", each.content.entry), "eml": ("letter.eml", bytes_of(reading, each).decode())}
    if form not in files:
        raise NotFound
    return FileView(*files[form])


def bytes_of(reading: Reading, each: Opened) -> bytes:
    return message_of(
        each.content, kind=each.row.kind, letter=each.row.id, sender=_sender(reading), host=_host(reading)
    )
