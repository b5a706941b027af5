"""The verbs of summaries and releases: draft from notes, check, cut, read, acknowledge."""

import hashlib
import io
import json
import zipfile
from uuid import UUID

from sqlalchemy import func, select

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import new_id
from app.dialogues.models import Party
from app.dialogues.queries import party as party_of
from app.dialogues.queries import short_name
from app.ledger import service as ledger
from app.ledger.kinds import Kind
from app.ledger.queries import wait_for_turn
from app.ledger.service import record
from app.meetings import queries as meetings
from app.meetings.commands import LABELS, strictest
from app.meetings.models import AgendaItem, Meeting
from app.notes.service import rules_reported, show_notes
from app.releases import queries
from app.releases.commands import Acknowledge, CutRelease, DraftSummary, EditSummary
from app.releases.document import ReleaseDocument, Section, sections_of
from app.releases.models import Acknowledgement, Release, Summary
from app.releases.render import FORMATS, file_name
from app.releases.views import ReleaseFile, ReleaseLine, ReleaseView, SummariesView, SummaryView
from app.scanner import BLOCK, Registry, scan, verdict_of
from app.vault import envelope


def list_summaries(reading: Reading) -> SummariesView:
    reading.room(Room.DESK)
    return queries.summaries_view(reading)


def draft_summary(work: Work, command: DraftSummary) -> UUID:
    """A chair's summary, prefilled with the released notes under the headings of the agenda."""
    notes = show_notes(work, command.meeting)
    parts = []
    for item in notes.items:
        body = [note.body for note in item.notes if note.rule != "off-record"]
        parts += [f"# {item.ref}. {item.title}", *(body or [_("Nothing is reported under this item.")])]
    row = Summary(
        id=new_id(),
        compartment_id=work.room(Room.DESK),
        dialogue_id=work.viewer.dialogue_id,
        meeting_id=command.meeting,
        state="draft",
        version=1,
    )
    words = {"title": _("Chair's summary"), "text": "\n\n".join(parts)}
    row.body = _sealed(work, row, words)
    work.add(Action.SUMMARY_DRAFT, row)
    return row.id


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
    """Cut one record for one recipient. Raises Invalid, and stores nothing, when the identity check finds a name.

    The check reads the text, and then every file again as the recipient would open it.
    """
    summary = queries.summary(work, summary_id)
    party = _recipient(work, command)
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
    _check(work, document)
    plain = json.dumps(document.as_data(), ensure_ascii=False)
    row.document = envelope.seal(work.room_key(row.compartment_id), plain, queries.release_context(row))
    row.digests = {name: hashlib.sha256(form.render(document)).hexdigest() for name, form in FORMATS.items()}
    work.db.add(row)
    work.permit(summary)
    summary.state = "released"
    work.db.flush()  # what the log binds is the row as it is stored
    record(work, Kind.RELEASE_CUT, room=row.compartment_id, **queries.release_facts(row, party.code, plain))
    return row.id


def _recipient(reading: Reading, command: CutRelease) -> Party:
    try:
        return party_of(reading, command.party)
    except NotFound as fault:
        raise Invalid({"party": _("Please choose one of the values offered.")}) from fault


def _document(reading: Reading, summary: Summary, command: CutRelease) -> ReleaseDocument:
    meeting = meetings.meeting(reading, summary.meeting_id)
    _narrow_only(meeting, command.tlp)
    party = _recipient(reading, command)
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
        tlp=command.tlp,
        released_on=reading.today.isoformat(),
        sections=sections_of(words["text"]),
        withheld=((_("Items off the record"), len(withheld)),) if withheld else (),
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


def _narrow_only(meeting: Meeting, label: str) -> None:
    """A label may narrow how far something travels, never widen it; RED never leaves the room."""
    if LABELS.index(label) < LABELS.index(meeting.tlp):
        raise Invalid(
            {"tlp": _("The meeting's label is %(label)s; a release cannot be wider.") % {"label": meeting.tlp}}
        )
    if label == "TLP:RED":
        raise Invalid({"tlp": _("TLP:RED is for those in the room only: it cannot be released to a liaison.")})


def _check(work: Work, document: ReleaseDocument) -> None:
    """The gate: the words, and each file as its reader gets it, metadata and file name included."""
    registry = queries.registry(work)
    people = Registry(registry.people)
    words = [
        document.title,
        *(s.heading for s in document.sections),
        *(p for s in document.sections for p in s.paragraphs),
    ]
    texts = ["\n".join(words), *(_readable(document, name) for name in FORMATS)]
    # The recipient's own name stands in the frame of every page; only what is said is judged for attribution.
    hits = [*scan(texts[0], registry), *(hit for text in texts[1:] for hit in scan(text, people))]
    if verdict_of(hits) == BLOCK:
        raise Invalid(
            {
                "": _(
                    "The identity check found a name or an affiliation. Nothing was released. The places are marked below."
                )
            }
        )


def _readable(document: ReleaseDocument, form: str) -> str:
    """The words of the finished file, its metadata and its name."""
    data = FORMATS[form].render(document)
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            text = "\n".join(
                parts.read(name).decode("utf-8", "replace") for name in parts.namelist() if name.endswith(".xml")
            )
    elif form == "pdf":
        from pypdf import PdfReader  # noqa: PLC0415  # slow to load, seldom needed

        reader = PdfReader(io.BytesIO(data))
        text = "\n".join([str(reader.metadata), *(page.extract_text() for page in reader.pages)])
    else:
        text = data.decode()
    return f"{file_name(document, form)}\n{text}"


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
