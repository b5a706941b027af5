"""The gate: nothing leaves with a name in it, and with an attribution only where two people answer for that very text.

A full name is never let pass. A surname with a title, an affiliation that speaks, an attribute that fits one person only: two members
approve, each with a reason, a facilitator and a rapporteur or people of two parties. An approval belongs to a text and what was found in it,
by digest: any edit voids it, and so does another person's registration if he is found in it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Work
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.identity.queries import registry
from app.ledger.kinds import Kind
from app.ledger.queries import member_numbers
from app.ledger.service import record
from app.releases import approving, queries
from app.releases.commands import ApproveOverride
from app.releases.document import ReleaseDocument
from app.releases.models import OverrideApproval, Summary
from app.releases.render import file_name
from app.releases.render.rereading import passages
from app.scanner import BLOCK, Hit, Registry, scan
from app.vault import envelope


@dataclass(frozen=True, slots=True)
class Passed:
    """What was let pass, and by whom: kinds with their counts, members by number."""

    found: dict[str, int]
    members: tuple[int, ...]


def approve(work: Work, summary_id: UUID, command: ApproveOverride) -> None:
    """One member's approval of the text as it stands. Raises Conflict for another version, a second approval, nothing to approve."""
    row = queries.summary(work, summary_id)
    work.require(Action.GATE_OVERRIDE, row)
    if command.version != row.version:
        raise Conflict(_("Somebody else saved this summary in the meantime."))
    words = queries.summary_words(work, row)
    hits = _blocking(words, registry(work))
    if approving.is_absolute(hits):
        raise Invalid({"reason": _("A full name is never let pass. Please write it otherwise.")})
    if not hits:
        raise Conflict(_("Nothing in this text is held back: there is nothing to approve."))
    digest = approving.text_digest(work, row, words, hits)
    if any(each.member_id == work.viewer.member_id for each in approving.approvals(work, row, digest)):
        raise Conflict(_("You have approved this text already. It takes a second person."))
    _keep(work, row, digest, command.reason, Counter(hit.kind for hit in hits))


def _blocking(words: dict[str, str], known: Registry) -> list[Hit]:
    return [hit for hit in scan(approving.checked_text(words), known) if hit.verdict == BLOCK]


def _keep(work: Work, summary: Summary, digest: str, reason: str, found: Counter[str]) -> None:
    row = OverrideApproval(
        id=new_id(),
        compartment_id=summary.compartment_id,
        dialogue_id=summary.dialogue_id,
        summary_id=summary.id,
        member_id=work.viewer.member_id,
        digest=digest,
        given_on=work.today,
    )
    row.reason = envelope.seal(work.room_key(row.compartment_id), reason, approving.approval_context(row))
    work.add(Action.GATE_OVERRIDE, row)
    number = member_numbers(work, {row.member_id})[row.member_id]
    record(work, Kind.OVERRIDE_APPROVED, room=row.compartment_id, member=number, text=digest, found=dict(found))


# --- the gate ---------------------------------------------------------------------------------------------------------


def check(work: Work, summary: Summary, document: ReleaseDocument, files: Mapping[str, bytes]) -> Passed | None:
    """The gate: the words, and each file (by format) as its reader gets it, metadata and file name included.

    Raises Invalid, with the reason and the places, where something is found that nobody let pass. Nothing is written.
    """
    known = registry(work)
    words = queries.summary_words(work, summary)
    hits = _blocking(words, known)
    if approving.is_absolute(hits):
        raise Invalid({"": _("The identity check found a name. Nothing was released. The places are marked below.")})
    approvals = approving.approvals(work, summary, approving.text_digest(work, summary, words, hits)) if hits else ()
    if hits and not approving.suffices(approvals):
        raise Invalid({"": _unless_approved()})
    _check_files(document, files, known, {(hit.kind, hit.ref) for hit in hits})
    if not hits:
        return None
    return Passed(dict(Counter(hit.kind for hit in hits)), tuple(sorted({each.number for each in approvals})))


def _unless_approved() -> str:
    return _(
        "The identity check found a name or an affiliation. Nothing was released. The places are marked below. "
        "Write them otherwise, or two people approve this text with a reason."
    )


def _check_files(
    document: ReleaseDocument, files: Mapping[str, bytes], known: Registry, let_pass: set[tuple[str, str]]
) -> None:
    """Each file read again. The recipient's own name stands in the frame of every page, so only people are looked for."""
    people = Registry(known.people)
    for form, data in files.items():
        for place, text in passages(form, file_name(document, form), data):
            if any(hit.verdict == BLOCK and (hit.kind, hit.ref) not in let_pass for hit in scan(text, people)):
                sentence = _("The finished file names somebody: %(file)s, %(place)s. Nothing was released.")
                raise Invalid({"": sentence % {"file": form.upper(), "place": place}})


def record_passed(work: Work, passed: Passed) -> None:
    """For those whose names are at stake: that something was let pass, what, and who answers for it. Neither text nor recipient."""
    facts: dict[str, Any] = {"members": ", ".join(map(str, passed.members)), "found": passed.found}
    record(work, Kind.CHECK_OVERRIDDEN, room=work.room(Room.REGISTRY), **facts)
