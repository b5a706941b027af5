"""What two people may let pass: which text an approval belongs to, who gave one, whether those given suffice."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from uuid import UUID

from sqlalchemy import select

from app.access.levels import Role
from app.access.models import Member
from app.access.rules import Action
from app.access.work import Reading
from app.core.i18n import gettext as _
from app.dialogues.queries import party_rows
from app.ledger.service import canonical
from app.releases.models import OverrideApproval, Summary
from app.releases.views import ApprovalView, OverrideView
from app.scanner import BLOCK, OVERRIDABLE, Hit
from app.vault import envelope
from app.vault.keys import derive


def checked_text(words: dict[str, str]) -> str:
    """What the identity check reads of a summary: its title, an empty line, its text."""
    return f"{words['title']}\n\n{words['text']}"


def is_absolute(hits: Iterable[Hit]) -> bool:
    """Whether a full name is among them, which nobody may let pass."""
    return any(hit.verdict == BLOCK and hit.kind not in OVERRIDABLE for hit in hits)


def text_digest(reading: Reading, row: Summary, words: dict[str, str], hits: Iterable[Hit]) -> str:
    """Hexadecimal HMAC-SHA256 of a text and what blocks in it, under the desk's key: it confirms nobody else's guess at the text."""
    key = derive(reading.room_key(row.compartment_id), b"identity check: approved texts")
    places = [[hit.start, hit.end, hit.ref, hit.kind] for hit in hits if hit.verdict == BLOCK]
    bound = canonical({"summary": row.id.hex, "title": words["title"], "text": words["text"], "places": places})
    return hmac.digest(key, bound, "sha256").hex()


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval with who gave it, as that member is seated today."""

    member_id: UUID
    number: int
    roles: tuple[str, ...]
    party: str | None
    reason: str
    on: date


def suffices(approvals: Sequence[Approval]) -> bool:
    """Whether two different members are among them who can answer for a text together."""
    return any(_together(one, other) for one, other in combinations(approvals, 2))


def _together(one: Approval, other: Approval) -> bool:
    """A facilitator and a rapporteur, or people of two parties."""
    if one.member_id == other.member_id:
        return False
    if one.party is not None and other.party is not None and one.party != other.party:
        return True
    chairs = {Role.FACILITATOR.value, Role.RAPPORTEUR.value}
    return any(a != b for a in chairs & set(one.roles) for b in chairs & set(other.roles))


def approval_context(row: OverrideApproval) -> envelope.Context:
    return envelope.Context("override", row.dialogue_id, row.compartment_id, row.id, 1)


def approvals(reading: Reading, row: Summary, digest: str) -> tuple[Approval, ...]:
    """Those of this very text whose givers still hold their seats, by member number."""
    ours = (OverrideApproval.summary_id == row.id) & (OverrideApproval.digest == digest)
    pairs = select(OverrideApproval, Member).join(Member, Member.id == OverrideApproval.member_id)
    found = reading.db.execute(pairs.where(ours, Member.is_active).order_by(Member.number)).all()
    parties = {party.id: party.neutral for party in party_rows(reading)} if found else {}
    return tuple(_approval(reading, given, member, parties) for given, member in found)


def _approval(reading: Reading, given: OverrideApproval, member: Member, parties: dict[UUID, str]) -> Approval:
    key = reading.room_key(given.compartment_id)
    return Approval(
        member_id=member.id,
        number=member.number,
        roles=tuple(member.roles.split()),
        party=parties.get(member.party_id) if member.party_id else None,
        reason=envelope.unseal(key, given.reason, approval_context(given)),
        on=given.given_on,
    )


def override_view(reading: Reading, row: Summary, words: dict[str, str], hits: Sequence[Hit]) -> OverrideView:
    """What the page says of letting this text pass as it stands."""
    is_possible = any(hit.verdict == BLOCK for hit in hits) and not is_absolute(hits)
    given = approvals(reading, row, text_digest(reading, row, words, hits)) if is_possible else ()
    mine = any(each.member_id == reading.viewer.member_id for each in given)
    return OverrideView(
        is_possible=is_possible,
        is_complete=suffices(given),
        approvals=tuple(
            ApprovalView(each.number, ", ".join(map(_, each.roles)), each.party, each.reason, each.on) for each in given
        ),
        may_approve=is_possible and not mine and reading.may(Action.GATE_OVERRIDE, row),
    )
