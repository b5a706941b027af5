"""The verbs of summaries and releases: draft from notes, check, cut, read, acknowledge."""

import hashlib
import json
from uuid import UUID

from sqlalchemy import func, select

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import use_language, wording
from app.core.ids import new_id
from app.dialogues.models import Party
from app.dialogues.queries import dialogue, short_name
from app.dialogues.queries import party as party_of
from app.ledger import service as ledger
from app.ledger.kinds import Kind
from app.ledger.queries import wait_for_turn
from app.ledger.service import record
from app.meetings import queries as meetings
from app.meetings.commands import LABELS, strictest
from app.meetings.models import AgendaItem, Meeting
from app.notes.service import rules_reported, show_notes
from app.releases import queries
from app.releases.checking import approve, check, record_passed
from app.releases.commands import Acknowledge, ApproveOverride, CutRelease, DraftSummary, EditSummary, SetClearance
from app.releases.document import OFF_RECORD, ReleaseDocument, Section, sections_of
from app.releases.models import Acknowledgement, Clearance, Release, Summary
from app.releases.render import FORMATS, file_name
from app.releases.views import ClearancesView, ReleaseFile, ReleaseLine, ReleaseView, SummariesView, SummaryView
from app.vault import envelope


def list_summaries(reading: Reading) -> SummariesView:
    reading.room(Room.DESK)
    return queries.summaries_view(reading)


def draft_summary(work: Work, command: DraftSummary) -> UUID:
    """A chair's summary, prefilled with the released notes under the headings of the agenda, in the dialogue's language."""
    with use_language(dialogue(work).working_language):  # the drafter's own would be a trace of who drafted
        words = _first_words(work, command.meeting)
    row = Summary(
        id=new_id(),
        compartment_id=work.room(Room.DESK),
        dialogue_id=work.viewer.dialogue_id,
        meeting_id=command.meeting,
        state="draft",
        version=1,
    )
    row.body = _sealed(work, row, words)
    work.add(Action.SUMMARY_DRAFT, row)
    return row.id


def _first_words(work: Work, meeting_id: UUID) -> dict[str, str]:
    parts = []
    for item in show_notes(work, meeting_id).items:
        # In an order of the words: the page's order is each reader's own, and would tell who drafted.
        body = sorted(note.body for note in item.notes if note.rule != "off-record")
        parts += [f"# {item.ref}. {item.title}", *(body or [_("Nothing is reported under this item.")])]
    return {"title": _("Chair's summary"), "text": "\n\n".join(parts)}


def _sealed(work: Work, row: Summary, words: dict[str, str]) -> bytes:
    key = work.room_key(row.compartment_id)
    return envelope.seal(key, json.dumps(words, ensure_ascii=False), queries.summary_context(row))


def show_summary(reading: Reading, summary_id: UUID) -> SummaryView:
    return queries.summary_view(reading, queries.summary(reading, summary_id))


def edit_summary(work: Work, summary_id: UUID, command: EditSummary) -> SummaryView:
    """Raises Conflict, with the text that stands now, when somebody else saved in between."""
    row = queries.summary(work, summary_id)
    work.require(Action.SUMMARY_DRAFT, row)
    if command.version != row.version:
        raise Conflict(
            _("Somebody else saved this summary in the meantime."), theirs=queries.summary_words(work, row)["text"]
        )
    row.version += 1
    row.body = _sealed(work, row, {"title": command.title, "text": command.text})
    return queries.summary_view(work, row)


def preview(reading: Reading, summary_id: UUID, command: CutRelease) -> ReleaseDocument:
    """Exactly what the recipient would see."""
    return _document(reading, queries.summary(reading, summary_id), command)


def cut_release(work: Work, summary_id: UUID, command: CutRelease) -> UUID:
    """Cut one record for one recipient.

    Raises Invalid, and stores nothing, where the recipient is not cleared for the label or the gate (app.releases.checking) holds.
    """
    summary = queries.summary(work, summary_id)
    party = _recipient(work, command.party)
    wait_for_turn(work, summary.dialogue_id)  # so that two releases do not get one number
    document = _document(work, summary, command)
    row = Release(
        id=new_id(),
        compartment_id=work.room(Room.RELEASE, party.id),
        dialogue_id=summary.dialogue_id,
        summary_id=summary.id,
        party_id=party.id,
        number=document.number,
        rule=document.rule,
        tlp=document.tlp,
        released_on=work.today,
        digests={},
    )
    work.require(Action.RELEASE_CUT, row)
    files = {name: form.render(document) for name, form in FORMATS.items()}
    passed = check(work, summary, document, files)
    plain = json.dumps(document.as_data(), ensure_ascii=False)
    row.document = envelope.seal(work.room_key(row.compartment_id), plain, queries.release_context(row))
    row.digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    work.db.add(row)
    work.permit(summary)
    summary.state = "released"
    work.db.flush()  # what the log binds is the row as it is stored
    record(work, Kind.RELEASE_CUT, room=row.compartment_id, **queries.release_facts(row, party.code, plain))
    if passed is not None:
        record_passed(work, passed)
    return row.id


def approve_override(work: Work, summary_id: UUID, command: ApproveOverride) -> SummaryView:
    approve(work, summary_id, command)
    return show_summary(work, summary_id)


def show_clearances(reading: Reading) -> ClearancesView:
    reading.room(Room.DESK)
    return queries.clearances_view(reading)


def set_clearance(work: Work, command: SetClearance) -> ClearancesView:
    """How far the liaisons of one party are cleared from now on; what they have stays with them."""
    party = _recipient(work, command.party)
    row = Clearance(party_id=party.id, compartment_id=work.room(Room.RELEASE, party.id), tlp=command.tlp)
    work.require(Action.CLEARANCE_SET, row)
    found = work.db.get(Clearance, party.id)
    if found is None:
        work.db.add(row)
    else:
        work.permit(found)
        found.tlp = command.tlp
    work.db.flush()  # the view reads it
    record(work, Kind.CLEARANCE_SET, room=row.compartment_id, party=party.code, tlp=command.tlp)
    return queries.clearances_view(work)


def _recipient(reading: Reading, code: str) -> Party:
    try:
        return party_of(reading, code)
    except NotFound as fault:
        raise Invalid({"party": _("Please choose one of the values offered.")}) from fault


def _document(reading: Reading, summary: Summary, command: CutRelease) -> ReleaseDocument:
    """The same for whoever cuts it: the dialogue's language, not the reader's; the day in UTC."""
    meeting = meetings.meeting(reading, summary.meeting_id)
    party = _recipient(reading, command.party)
    _narrow_only(meeting, command.tlp)
    _cleared(reading, party, command.tlp)
    with use_language(dialogue(reading).working_language):
        return _cut(reading, summary, meeting, party, command.tlp)


def _cut(reading: Reading, summary: Summary, meeting: Meeting, party: Party, label: str) -> ReleaseDocument:
    words = queries.summary_words(reading, summary)
    ours = Release.dialogue_id == summary.dialogue_id
    number = (reading.db.scalar(select(func.max(Release.number)).where(ours)) or 0) + 1
    items = meetings.agenda(reading, meeting.id)
    withheld = [item for item in items if (item.rule or meeting.rule) == "off-record"]
    _nothing_off_the_record(withheld, sections_of(words["text"]))
    return ReleaseDocument(
        dialogue_title=wording(reading.viewer.dialogue_titles),
        dialogue_code=reading.viewer.dialogue_code,
        number=number,
        title=words["title"],
        recipient=short_name(party),
        copy_label=f"Copy {number:02d} — {party.neutral}",
        rule=_rule(reading, meeting, items),
        tlp=label,
        released_on=reading.today.isoformat(),
        sections=sections_of(words["text"]),
        withheld=((OFF_RECORD, len(withheld)),) if withheld else (),
        checkpoint=ledger.checkpoint(reading).note,
    )


def _rule(reading: Reading, meeting: Meeting, items: list[AgendaItem]) -> str:
    """The strictest rule of what is reported: of the items and of the notes under them. Of those withheld nothing is."""
    reported = {item.rule or meeting.rule for item in items} - {"off-record"}
    return strictest(*(reported | rules_reported(reading, meeting.id) if reported else {meeting.rule}))


def _nothing_off_the_record(withheld: list[AgendaItem], sections: tuple[Section, ...]) -> None:
    """What was drafted before an item went off the record has to come out of the text first."""
    headings = {f"{item.ref}. {item.title}": item.ref for item in withheld}
    for section in sections:
        if section.heading in headings and section.paragraphs not in ((), (_("Nothing is reported under this item."),)):
            raise Invalid(
                {
                    "": _("Item %(item)s is off the record: take what stands under it out of the text.")
                    % {"item": headings[section.heading]}
                }
            )


def _cleared(reading: Reading, party: Party, label: str) -> None:
    """A label asks for care; whoever is not cleared for that care does not get the record."""
    limit = queries.clearance(reading, party.id)
    if LABELS.index(label) > LABELS.index(limit):
        sentence = _(
            "The liaisons of %(party)s are cleared up to %(limit)s; this record is %(label)s. Nothing was released."
        )
        raise Invalid({"tlp": sentence % {"party": short_name(party), "limit": limit, "label": label}})


def _narrow_only(meeting: Meeting, label: str) -> None:
    """A label may narrow how far something travels, never widen it; RED never leaves the room."""
    if LABELS.index(label) < LABELS.index(meeting.tlp):
        raise Invalid(
            {"tlp": _("The meeting's label is %(label)s; a release cannot be wider.") % {"label": meeting.tlp}}
        )
    if label == "TLP:RED":
        raise Invalid({"tlp": _("TLP:RED is for those in the room only: it cannot be released to a liaison.")})


def list_releases(reading: Reading) -> tuple[ReleaseLine, ...]:
    reading.enter(Room.RELEASE)
    return queries.release_lines(reading)


def show_release(reading: Reading, release_id: UUID) -> ReleaseView:
    return queries.release_view(reading, queries.release(reading, release_id))


def release_file(reading: Reading, release_id: UUID, form: str) -> ReleaseFile:
    """The release as a file; the same bytes for everybody, always."""
    row = queries.release(reading, release_id)
    if form not in FORMATS:
        raise NotFound
    document = queries.document_of(reading, row)
    return ReleaseFile(file_name(document, form), FORMATS[form].media_type, FORMATS[form].render(document))


def acknowledge(work: Work, release_id: UUID, command: Acknowledge) -> ReleaseView:
    row = queries.release(work, release_id)
    work.require(Action.ACKNOWLEDGE_RELEASE, row)
    view = queries.release_view(work, row)
    if view.may_acknowledge:
        receipt = Acknowledgement(
            id=new_id(),
            compartment_id=row.compartment_id,
            release_id=row.id,
            member_id=work.viewer.member_id,
            acknowledged_on=work.today,
            remark=command.remark or None,
            extra={},
        )
        work.permit(receipt)
        work.db.add(receipt)
        work.db.flush()  # the view below shows it
        record(work, Kind.RELEASE_ACKNOWLEDGED, room=row.compartment_id, **queries.receipt_facts(receipt, row.number))
    return queries.release_view(work, row)
