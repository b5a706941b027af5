"""Reading summaries, releases, acknowledgements, clearances, and what was let pass."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.access import reasons
from app.access.levels import Role, Room
from app.access.rules import Action
from app.access.work import Reading
from app.core.errors import NotFound
from app.core.i18n import wording
from app.dialogues.models import Party
from app.dialogues.queries import party_rows, short_name
from app.identity.queries import registry
from app.identity.service import findings
from app.ledger.service import canonical
from app.meetings.commands import LABELS
from app.meetings.models import Meeting
from app.releases import approving
from app.releases.document import ReleaseDocument, from_data
from app.releases.models import Acknowledgement, Clearance, OverrideApproval, Release, Summary
from app.releases.views import (
    AcknowledgementView,
    ClearanceLine,
    ClearancesView,
    ReleaseLine,
    ReleaseView,
    SummariesView,
    SummaryLine,
    SummaryView,
)
from app.scanner import BLOCK, scan, verdict_of
from app.vault import envelope


def summary_context(row: Summary) -> envelope.Context:
    return envelope.Context("summary", row.dialogue_id, row.compartment_id, row.id, row.version)


def release_context(row: Release) -> envelope.Context:
    return envelope.Context("release", row.dialogue_id, row.compartment_id, row.id, row.number)


def every_body(reading: Reading) -> Iterator[envelope.Stored]:
    """Every summary, reason and release that the reader sees, still sealed."""
    for row in reading.db.scalars(select(Summary)):
        yield envelope.Stored(row.body, summary_context(row))
    for approval in reading.db.scalars(select(OverrideApproval)):
        yield envelope.Stored(approval.reason, approving.approval_context(approval))
    for release_row in reading.db.scalars(select(Release)):
        yield envelope.Stored(release_row.document, release_context(release_row))


def summary(reading: Reading, summary_id: UUID) -> Summary:
    found = reading.db.get(Summary, summary_id)
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


def summary_words(reading: Reading, row: Summary) -> dict[str, str]:
    words: dict[str, str] = json.loads(
        envelope.unseal(reading.room_key(row.compartment_id), row.body, summary_context(row))
    )
    return words


def summaries_view(reading: Reading) -> SummariesView:
    rows = reading.db.execute(
        select(Summary, Meeting)
        .join(Meeting, Meeting.id == Summary.meeting_id)
        .where(Summary.dialogue_id == reading.viewer.dialogue_id)
        .order_by(Meeting.starts_on, Summary.id)
    ).all()
    lines = tuple(
        SummaryLine(row.id, summary_words(reading, row)["title"], wording(meeting.titles), row.state)
        for row, meeting in rows
    )
    meetings = reading.db.execute(
        select(Meeting.id, Meeting.titles, Meeting.floor_id)
        .where(Meeting.dialogue_id == reading.viewer.dialogue_id, Meeting.floor_id.is_not(None))
        .order_by(Meeting.starts_on)
    )
    readers = reasons.of_kind(reading, Room.DESK)
    return SummariesView(
        lines,
        tuple((str(i), wording(titles)) for i, titles, floor in meetings if reading.level_in(floor) is not None),
        readers=readers.who,
        why=readers.why,
    )


def summary_view(reading: Reading, row: Summary) -> SummaryView:
    words = summary_words(reading, row)
    meeting = reading.db.get(Meeting, row.meeting_id)
    if meeting is None:
        raise NotFound
    known, text = registry(reading), approving.checked_text(words)
    hits = scan(text, known)
    readers = reasons.of_room(reading, row.compartment_id)
    return SummaryView(
        id=row.id,
        title=words["title"],
        text=words["text"],
        version=row.version,
        meeting=wording(meeting.titles),
        rule=meeting.rule,
        tlp=meeting.tlp,
        readers=readers.who,
        why=readers.why,
        findings=tuple(replace(each, line=max(0, each.line - 2)) for each in findings(text, hits, known)),
        is_blocked=verdict_of(hits) == BLOCK,
        override=approving.override_view(reading, row, words, hits),
        recipients=tuple((party.code, short_name(party)) for party in party_rows(reading)),
        labels=LABELS[LABELS.index(meeting.tlp) :],
    )


# --- clearances -------------------------------------------------------------------------------------------------------


def clearance(reading: Reading, party_id: UUID) -> str:
    """The narrowest label that the party's liaisons may receive."""
    found = reading.db.get(Clearance, party_id)
    return found.tlp if found else Clearance.DEFAULT


def clearances_view(reading: Reading) -> ClearancesView:
    rows = list(reading.db.scalars(select(Clearance)))
    said = {row.party_id: row.tlp for row in rows}
    lines = (ClearanceLine(p.code, short_name(p), said.get(p.id, Clearance.DEFAULT)) for p in party_rows(reading))
    may_set, readers = Role.FACILITATOR in reading.viewer.roles, reasons.of_kind(reading, Room.DESK)
    return ClearancesView(tuple(lines), LABELS[:-1], may_set=may_set, readers=readers.who, why=readers.why)


# --- releases ---------------------------------------------------------------------------------------------------------


def release(reading: Reading, release_id: UUID) -> Release:
    found = reading.db.get(Release, release_id)
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


def document_of(reading: Reading, row: Release) -> ReleaseDocument:
    return from_data(json.loads(plain_document(reading, row)))


def release_facts(row: Release, recipient: str, plain: str) -> dict[str, Any]:
    """What the log holds of a release: every column, the files by their digests, the document by that of its plaintext."""
    bound = {
        "id": row.id.hex,
        "room": row.compartment_id.hex,
        "dialogue": row.dialogue_id.hex,
        "summary": row.summary_id.hex,
        "party": row.party_id.hex,
        "state": row.state,
    }
    return {
        "number": row.number,
        "recipient": recipient,
        "rule": row.rule,
        "tlp": row.tlp,
        "released_on": row.released_on.isoformat(),
        "digests": row.digests,
        "document": hashlib.sha256(plain.encode()).hexdigest(),
        "row": hashlib.sha256(canonical(bound)).hexdigest(),
    }


def receipt_facts(row: Acknowledgement, number: int) -> dict[str, Any]:
    """What the log holds of an acknowledgement; its remark only as a digest."""
    bound = {
        "id": row.id.hex,
        "room": row.compartment_id.hex,
        "release": row.release_id.hex,
        "member": row.member_id.hex,
        "on": row.acknowledged_on.isoformat(),
        "remark": row.remark,
        "extra": row.extra,
    }
    return {"number": number, "row": hashlib.sha256(canonical(bound)).hexdigest()}


def plain_document(reading: Reading, row: Release) -> str:
    """The document as it was stored, JSON. Raises Tampered where it is not what was written here."""
    return envelope.unseal(reading.room_key(row.compartment_id), row.document, release_context(row))


def release_lines(reading: Reading) -> tuple[ReleaseLine, ...]:
    rows = reading.db.execute(
        select(Release, Party)
        .join(Party, Party.id == Release.party_id)
        .where(Release.dialogue_id == reading.viewer.dialogue_id)
        .order_by(Release.number.desc())
    ).all()
    seen = set(reading.db.scalars(select(Acknowledgement.release_id)))
    return tuple(_line(reading, row, party, is_acknowledged=row.id in seen) for row, party in rows)


def _line(reading: Reading, row: Release, party: Party, *, is_acknowledged: bool) -> ReleaseLine:
    readers = reasons.of_room(reading, row.compartment_id)
    return ReleaseLine(
        id=row.id,
        number=row.number,
        title=document_of(reading, row).title,
        recipient=short_name(party),
        tlp=row.tlp,
        rule=row.rule,
        released_on=row.released_on,
        is_acknowledged=is_acknowledged,
        readers=readers.who,
        why=readers.why,
    )


def release_view(reading: Reading, row: Release) -> ReleaseView:
    party = reading.db.get_one(Party, row.party_id)
    receipts = list(reading.db.scalars(select(Acknowledgement).where(Acknowledgement.release_id == row.id)))
    mine = any(receipt.member_id == reading.viewer.member_id for receipt in receipts)
    return ReleaseView(
        line=_line(reading, row, party, is_acknowledged=bool(receipts)),
        document=document_of(reading, row),
        digests=tuple(sorted(row.digests.items())),
        acknowledgements=tuple(AcknowledgementView(r.acknowledged_on, r.remark or "") for r in receipts),
        may_acknowledge=not mine and reading.may(Action.ACKNOWLEDGE_RELEASE, row),
    )
