"""Rules on the move. Tighter: at any time, at once, for everything. Looser: only by the recorded consent of all who were present.

Present are those who hold a key to the meeting's notes. Each consents himself; a proposal is seen by all of them, and ends when one
declines or when it is withdrawn. A looser rule holds for what is said from then on: notes keep the rule they were written under.
"""

from typing import Any
from uuid import UUID

from app.access.rules import Action
from app.access.work import Work, enforce
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.ledger.kinds import Kind
from app.ledger.queries import wait_for_turn
from app.ledger.service import record
from app.meetings import facts, queries
from app.meetings.commands import LABELS, LATE, RULES, ProposeLoosening, TightenLabel, TightenRule
from app.meetings.models import AgendaItem, Meeting, RuleConsent, RuleProposal
from app.meetings.views import MeetingView


def _managed(work: Work, meeting_id: UUID) -> Meeting:
    meeting = queries.meeting(work, meeting_id)
    work.require(Action.MEETING_ADD, meeting)
    if meeting.floor_id is None:
        raise Conflict(_("This meeting belongs to the public record: nothing is added to it any more."))
    return meeting


def _item(work: Work, meeting: Meeting, item_id: UUID | None) -> AgendaItem | None:
    if item_id is None:
        return None
    found = next((item for item in queries.agenda(work, meeting.id) if item.id == item_id), None)
    if found is None:
        raise Invalid({"item": _("This meeting has no such item.")})
    return found


# --- tighter ----------------------------------------------------------------------------------------------------------


def tighten_rule(work: Work, meeting_id: UUID, command: TightenRule) -> MeetingView:
    """For all that was said and will be: of the meeting, or of one item. Raises Invalid for what is not tighter."""
    meeting = _managed(work, meeting_id)
    item = _item(work, meeting, command.item)
    if RULES.index(command.rule) <= RULES.index((item.rule if item else None) or meeting.rule):
        raise Invalid(
            {"rule": _("This is not tighter. To loosen a rule, propose it: all who were present must consent.")}
        )
    if item is not None:
        work.permit(item)
        item.rule = command.rule
        room, rule = meeting.compartment_id, command.rule
        record(work, Kind.ITEM_TIGHTENED, room=room, meeting=meeting.code, item=item.ref, rule=rule)
    else:
        meeting.rule = command.rule
        _no_item_is_looser(work, meeting)
        record(work, Kind.RULE_TIGHTENED, room=meeting.compartment_id, meeting=meeting.code, rule=command.rule)
    return facts.view(work, meeting)


def _no_item_is_looser(work: Work, meeting: Meeting) -> None:
    for item in queries.agenda(work, meeting.id):
        if item.rule is not None and RULES.index(item.rule) < RULES.index(meeting.rule):
            work.permit(item)
            item.rule = None


def tighten_label(work: Work, meeting_id: UUID, command: TightenLabel) -> MeetingView:
    meeting = _managed(work, meeting_id)
    if LABELS.index(command.tlp) <= LABELS.index(meeting.tlp):
        raise Invalid(
            {"tlp": _("This is not tighter. To widen a label, propose it: all who were present must consent.")}
        )
    meeting.tlp = command.tlp
    record(work, Kind.LABEL_TIGHTENED, room=meeting.compartment_id, meeting=meeting.code, tlp=command.tlp)
    return facts.view(work, meeting)


def hide_earlier(work: Work, meeting_id: UUID) -> MeetingView:
    """Who joins from now on is shown nothing from before."""
    meeting = _managed(work, meeting_id)
    if not meeting.late_see_earlier:
        raise Conflict(_("Who joins late sees nothing from before already."))
    meeting.late_see_earlier = False
    record(work, Kind.EARLIER_HIDDEN, room=meeting.compartment_id, meeting=meeting.code)
    return facts.view(work, meeting)


# --- looser -----------------------------------------------------------------------------------------------------------


def propose(work: Work, meeting_id: UUID, command: ProposeLoosening) -> MeetingView:
    """Ask all who were present. Nothing changes yet. Raises Invalid for what would loosen nothing."""
    meeting = _managed(work, meeting_id)
    item = _item(work, meeting, command.item)
    if item is not None and command.to not in RULES:
        raise Invalid({"item": _("An item has a rule of its own only; a label and late joiners are the meeting's.")})
    if not _loosens(meeting, item, command.to):
        raise Invalid({"to": _("This would loosen nothing: it is as loose as that already.")})
    proposal = RuleProposal(
        id=new_id(),
        compartment_id=meeting.compartment_id,
        meeting_id=meeting.id,
        agenda_item_id=item.id if item else None,
        to=command.to,
        state="open",
        proposed_on=work.today,
    )
    work.add(Action.MEETING_ADD, proposal)
    work.db.flush()  # the view shows it
    _log(work, Kind.LOOSENING_PROPOSED, meeting, proposal)
    return facts.view(work, meeting)


def _loosens(meeting: Meeting, item: AgendaItem | None, to: str) -> bool:
    if to == LATE:
        return not meeting.late_see_earlier
    if to in LABELS:
        return LABELS.index(to) < LABELS.index(meeting.tlp)
    return RULES.index(to) < RULES.index((item.rule if item else None) or meeting.rule)


def withdraw(work: Work, meeting_id: UUID, proposal_id: UUID) -> MeetingView:
    meeting = _managed(work, meeting_id)
    _end(work, meeting, _open(work, meeting, proposal_id), "withdrawn")
    return facts.view(work, meeting)


def decline(work: Work, meeting_id: UUID, proposal_id: UUID) -> MeetingView:
    """One who was present says no; that ends it. Who said it is kept nowhere."""
    meeting = _attended(work, meeting_id)
    _end(work, meeting, _open(work, meeting, proposal_id), "declined")
    return facts.view(work, meeting)


def consent(work: Work, meeting_id: UUID, proposal_id: UUID) -> MeetingView:
    """One's own consent, and nobody else's. With the last one the proposal takes effect."""
    meeting = _attended(work, meeting_id)
    proposal = _open(work, meeting, proposal_id)
    given, me = queries.consents(work, proposal.id), work.viewer.member_id
    if me in given:
        raise Conflict(_("You have consented already."))
    one = RuleConsent(
        compartment_id=proposal.compartment_id, proposal_id=proposal.id, member_id=me, given_on=work.today
    )
    work.permit(one)
    work.db.add(one)
    work.db.flush()  # the view counts it
    there = queries.present(work, meeting)
    if there.keys() <= given | {me}:
        _loosen(work, meeting, proposal)
        _end(work, meeting, proposal, "agreed", members=", ".join(str(number) for number in sorted(there.values())))
    return facts.view(work, meeting)


def _attended(work: Work, meeting_id: UUID) -> Meeting:
    """The meeting, for who holds a key to its notes. Raises NotFound for everybody else."""
    meeting = queries.meeting(work, meeting_id)
    if meeting.floor_id is None:
        raise NotFound
    enforce(work.decide(Action.CONSENT_GIVE, meeting, room=meeting.floor_id))
    return meeting


def _open(work: Work, meeting: Meeting, proposal_id: UUID) -> RuleProposal:
    """Two answers at once: the second waits, and sees the first. Raises NotFound, Conflict."""
    queries.proposal(work, meeting, proposal_id)
    wait_for_turn(work, meeting.dialogue_id)
    found = queries.proposal(work, meeting, proposal_id)
    if found.state != "open":
        raise Conflict(_("This proposal is no longer open."))
    return found


def _loosen(work: Work, meeting: Meeting, proposal: RuleProposal) -> None:
    work.permit(meeting)
    item = _item(work, meeting, proposal.agenda_item_id)
    if not _loosens(meeting, item, proposal.to):
        return  # loosened by another proposal meanwhile
    if proposal.to == LATE:
        meeting.late_see_earlier = True
    elif proposal.to in LABELS:
        meeting.tlp = proposal.to
    elif item is not None:
        work.permit(item)
        item.rule = proposal.to
    else:
        meeting.rule = proposal.to


def _end(work: Work, meeting: Meeting, proposal: RuleProposal, state: str, **facts: Any) -> None:
    work.permit(proposal)
    proposal.state, proposal.ended_on = state, work.today
    _log(work, Kind.LOOSENED if state == "agreed" else Kind.LOOSENING_ENDED, meeting, proposal, state=state, **facts)


def _log(work: Work, kind: Kind, meeting: Meeting, proposal: RuleProposal, **facts: Any) -> None:
    item = _item(work, meeting, proposal.agenda_item_id)
    record(
        work,
        kind,
        room=meeting.compartment_id,
        meeting=meeting.code,
        item=item.ref if item else None,
        to=proposal.to,
        **facts,
    )
