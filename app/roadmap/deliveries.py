"""What is delivered of a quantity, and what is handed over to somebody else to deliver."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.text import amount
from app.dialogues.queries import party_codes_of, party_names
from app.engine import quantities
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries, standing
from app.roadmap.checks import known, put, recorded_by, refuse_future, refuse_revoking, speaks_for
from app.roadmap.commands import AddInstalment, AgreeHandover, HandOver, Revoke, WithdrawInstalment
from app.roadmap.graph import takers
from app.roadmap.models import Handover, Instalment, Step, StepChange
from app.roadmap.views import Saved


def add_instalment(work: Work, code: str, command: AddInstalment) -> Saved:
    """A part that was delivered. Raises Invalid beyond the total."""
    step = queries.step(work, code)
    work.require(Action.ROADMAP_KEEP, step)
    refuse_future(work, "happened_on", command.happened_on)
    known("party", [command.party] if command.party else [], party_names(work), _("There is no party %(code)s."))
    _refuse_before(work, step, "happened_on", command.happened_on)
    delivered, handed = shares_of(work, step)
    if command.party and command.party not in {*step.actor_codes, *(party for party, _amount in handed)}:
        sentence = _("Neither an actor of this step nor a substitute to whom a part of it was handed.")
        raise Invalid({"party": sentence})
    left = quantities.deliverable(command.party or None, step.total or 0, delivered, handed)
    if command.quantity > left:
        raise Invalid({"quantity": _beyond(step, left)})
    last = work.db.scalar(select(func.max(Instalment.position)).where(Instalment.step_id == step.id)) or 0
    row = Instalment(
        id=new_id(),
        compartment_id=step.compartment_id,
        step_id=step.id,
        party_code=command.party or None,
        quantity=command.quantity,
        happened_on=command.happened_on,
        recorded_at=work.now,
        position=last + 1,
        extra={"source": command.source} if command.source else {},
    )
    put(work, Action.ROADMAP_KEEP, row)
    return Saved(code)


def withdraw_instalment(work: Work, instalment_id: UUID, command: WithdrawInstalment) -> Saved:
    """It was recorded wrongly: it stays in the history, and counts no more. Raises Conflict while the step is done by it."""
    row, step = queries.instalment(work, instalment_id)
    work.require(Action.ROADMAP_KEEP, row)
    refuse_future(work, "happened_on", command.happened_on)
    if row.withdrawn_on is not None:
        raise Conflict(_("It was withdrawn before, on %(day)s.") % {"day": row.withdrawn_on})
    if row.happened_on and command.happened_on < row.happened_on:
        raise Invalid({"happened_on": _("It was given after this day, on %(day)s.") % {"day": row.happened_on}})
    if step.state == "done":
        raise Conflict(_("The step is done, with all of it delivered. Please change its state first."))
    row.withdrawn_on, row.withdrawn_reason = command.happened_on, command.reason
    record(work, Kind.INSTALMENT_WITHDRAWN, room=step.compartment_id, step=step.code, quantity=row.quantity)
    return Saved(step.code)


def shares_of(
    work: Work, step: Step, *, proposed: bool = False
) -> tuple[list[quantities.Share], list[quantities.Share]]:
    """What was delivered, and what is handed over and not revoked; what is only `proposed` too, where it is asked for.

    Raises Conflict for a step without a quantity.
    """
    if step.total is None:
        raise Conflict(_("This step has no quantity."))
    stands = (Instalment.step_id == step.id, Instalment.withdrawn_on.is_(None))
    delivered = work.db.execute(select(Instalment.party_code, Instalment.quantity).where(*stands)).all()
    stand = [Handover.step_id == step.id, Handover.revoked_on.is_(None)]
    if not proposed:
        stand.append(Handover.agreed_on.is_not(None))
    handed = work.db.execute(select(Handover.party_code, Handover.quantity).where(*stand)).all()
    return [(party, amount) for party, amount in delivered], [(party, amount) for party, amount in handed]


def _refuse_before(work: Work, step: Step, field: str, day: date) -> None:
    """Nothing happens to a step before it is there."""
    first = work.db.scalar(select(func.min(StepChange.happened_on)).where(StepChange.step_id == step.id))
    if first and day < first:
        raise Invalid({field: _("The step is there only from %(day)s on.") % {"day": first}})


def _beyond(step: Step, left: float) -> str:
    sentence = _("This is more than what is left of %(total)s %(unit)s: %(left)s.")
    return sentence % {"total": amount(step.total or 0), "unit": step.unit, "left": amount(max(left, 0))}


def hand_over(work: Work, code: str, command: HandOver) -> Saved:
    """A substitute is to give a part instead of the step's own actors, whose conditions bind it no longer when all is handed over.

    Proposed until everybody has agreed who would have to take it from the substitute, and the substitute; until then it frees nothing.
    """
    step = queries.step(work, code)
    work.require(Action.ROADMAP_KEEP, step)
    refuse_future(work, "happened_on", command.happened_on)
    known("party", [command.party], party_names(work), _("There is no party %(code)s."))
    if command.party in step.actor_codes:
        raise Invalid({"party": _("This is an actor of the step itself; a substitute is somebody else.")})
    _refuse_before(work, step, "happened_on", command.happened_on)
    left = quantities.outstanding(step.total or 0, *shares_of(work, step, proposed=True))
    if command.quantity > left:
        raise Invalid({"quantity": _beyond(step, left)})
    concerned = list(dict.fromkeys((*takers(standing.rows(work, work.today), code), command.party)))
    known("agreed", command.agreed, concerned, _("%(code)s is not among those who would have to agree."))
    said = {party: command.happened_on.isoformat() for party in command.agreed}
    row = Handover(
        id=new_id(),
        compartment_id=step.compartment_id,
        step_id=step.id,
        party_code=command.party,
        quantity=command.quantity,
        happened_on=command.happened_on,
        recorded_at=work.now,
        reason=command.reason,
        agreements=[
            {"party": party, "on": said.get(party)} | (recorded_by(work, party) if party in said else {})
            for party in concerned
        ],
    )
    row.agreed_on = _agreed_on(row)
    put(work, Action.ROADMAP_KEEP, row)
    record(work, Kind.HANDED_OVER, room=step.compartment_id, step=code, party=command.party, quantity=command.quantity)
    return Saved(code)


def takers_of(reading: Reading, code: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of the parties, beside the substitute, that would have to agree to a hand-over of this step."""
    names = party_names(reading)
    return tuple((party, names.get(party, party)) for party in takers(standing.rows(reading, reading.today), code))


def missing_of(reading: Reading, handover_id: UUID) -> tuple[tuple[str, str], ...]:
    """(code, name) of the parties that have not agreed yet, of those for which the viewer may speak. Raises NotFound."""
    row, _step = queries.handover(reading, handover_id)
    names, own = party_names(reading), party_codes_of(reading)
    missing = [each["party"] for each in row.agreements if each["on"] is None]
    return tuple((party, names.get(party, party)) for party in missing if own is None or party in own)


def _agreed_on(row: Handover) -> date | None:
    """The day from which on a hand-over counts: that of the last word it needed; none while one is missing."""
    days = [each["on"] for each in row.agreements]
    return None if None in days else max([row.happened_on, *map(date.fromisoformat, days)])


def agree_handover(work: Work, handover_id: UUID, command: AgreeHandover) -> Saved:
    """One concerned party's word. Raises Invalid for a party that is not asked, Conflict for what is revoked or no longer left."""
    row, step = queries.handover(work, handover_id)
    work.require(Action.REQUIREMENT_WAIVE, row)
    speaks_for(work, command.party)
    missing = [each["party"] for each in row.agreements if each["on"] is None]
    if command.party not in missing:
        names = party_names(work)
        sentence = _("This party is not asked, or has agreed. Still missing: %(whose)s.")
        raise Invalid({"party": sentence % {"whose": ", ".join(names.get(p, p) for p in missing) or "–"}})
    if row.revoked_on is not None:
        raise Conflict(_("It was revoked before."))
    refuse_future(work, "happened_on", command.happened_on)
    if command.happened_on < row.happened_on:
        raise Invalid({"happened_on": _("It was proposed after this day, on %(day)s.") % {"day": row.happened_on}})
    word = {"on": command.happened_on.isoformat()} | recorded_by(work, command.party)
    row.agreements = [each | word if each["party"] == command.party else each for each in row.agreements]
    row.agreed_on = _agreed_on(row)
    if row.agreed_on:
        _refuse_beyond_what_is_left(work, step, row)
    record(
        work,
        Kind.HANDOVER_AGREED,
        room=step.compartment_id,
        step=step.code,
        substitute=row.party_code,
        party=command.party,
        **recorded_by(work, command.party),
    )
    return Saved(step.code)


def _refuse_beyond_what_is_left(work: Work, step: Step, row: Handover) -> None:
    """Something may have been delivered since it was proposed."""
    work.db.flush()
    left = quantities.outstanding(step.total or 0, *shares_of(work, step))
    if left < 0:
        raise Conflict(_beyond(step, row.quantity + left))


def revoke_handover(work: Work, handover_id: UUID, command: Revoke) -> Saved:
    row, step = queries.handover(work, handover_id)
    work.require(Action.ROADMAP_KEEP, row)
    refuse_future(work, "happened_on", command.happened_on)
    refuse_revoking(row.revoked_on, row.happened_on, command)
    row.revoked_on, row.revoked_reason = command.happened_on, command.reason
    record(work, Kind.HANDOVER_REVOKED, room=step.compartment_id, step=step.code, party=row.party_code)
    return Saved(step.code)
