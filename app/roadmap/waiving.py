"""The waivers of a requirement: what may be waived, one party's word, and its revocation.

What somebody else records in a party's name is a proposal: it frees nothing until the party has waived it itself.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.dialogues.queries import party_codes_of, party_names, voices_of
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries, standing
from app.roadmap.checks import recorded_by, refuse_future, refuse_revoking, speaks_for
from app.roadmap.commands import Revoke, WaiveRequirement
from app.roadmap.form_views import RequirementView
from app.roadmap.graph import Rows, TieRow, side_key, ties_of
from app.roadmap.models import Exchange, Waiver
from app.roadmap.subjects import titled
from app.roadmap.tying import waiting
from app.roadmap.views import Saved


def show_requirement(reading: Reading, key: str) -> RequirementView:
    """What may be waived, or was. Raises NotFound for what is no requirement that day."""
    reading.enter(Room.BOARD)
    here = standing.rows(reading, reading.today)
    lines = _lines(here, key)
    names = party_names(reading)
    waived = {waiver.party for waiver in here.waivers if waiver.key == key}
    own, left = party_codes_of(reading), [party for party in lines[0].concerned if party not in waived]
    return RequirementView(
        key=key,
        what=_what(lines),
        waits=titled(reading, [lines[0].basket] if lines[0].basket else _each(line.step for line in lines)),
        targets=titled(reading, _each(line.target for line in lines)),
        reason=_(lines[0].reason) if lines[0].reason else None,
        concerned=tuple(names.get(p, p) for p in lines[0].concerned),
        missing=tuple(names.get(p, p) for p in left),
        offered=tuple((p, names.get(p, p)) for p in left if own is None or p in own),
        proposed=tuple(row.reason for row in _proposed(reading, key) if own is None or row.party_code in own),
        is_proposal=not voices_of(reading) & set(left),
    )


def _proposed(reading: Reading, key: str) -> list[Waiver]:
    """What was recorded in a party's name, and neither withdrawn nor taken up by it."""
    link_id, exchange_id, side = _addressed(reading, key)
    same = (Waiver.link_id == link_id, Waiver.exchange_id == exchange_id, Waiver.side == side)
    stands = (Waiver.dialogue_id == reading.viewer.dialogue_id, Waiver.agreed_on.is_(None), Waiver.revoked_on.is_(None))
    return list(reading.db.scalars(select(Waiver).where(*same, *stands).order_by(Waiver.recorded_at)))


def _each(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _lines(here: Rows, key: str) -> list[TieRow]:
    lines = [
        tie for tie in ties_of(here) if tie.key == key and tie.kind in ("requires", "exchange", "handed-over", "waived")
    ]
    if not lines or not key:
        raise NotFound
    return lines


def _what(lines: list[TieRow]) -> str:
    first = lines[0]
    if first.basket:
        return f"{first.basket} → {first.target}"
    steps, targets = (
        ", ".join(dict.fromkeys(codes)) for codes in zip(*((t.step, t.target) for t in lines), strict=True)
    )
    return f"{steps} → {targets}"


def waive(work: Work, key: str, command: WaiveRequirement) -> Saved:
    """One concerned party's waiver; a proposal, where somebody else records it. The requirement falls when all of them have waived it."""
    here = standing.rows(work, work.today)
    lines = _lines(here, key)
    row = _new(work, key, command)
    before = next((each for each in _proposed(work, key) if each.party_code == command.party), None)
    work.require(Action.REQUIREMENT_WAIVE, before or row)
    speaks_for(work, command.party)
    _refuse_unconcerned(work, lines[0], command.party)
    if any(waiver.key == key and waiver.party == command.party for waiver in here.waivers):
        raise Invalid({"party": _("This party has waived it before.")})
    _refuse_day(work, lines[0].since, command.happened_on)
    kind = Kind.WAIVER_PROPOSED if row.recorded_by else Kind.REQUIREMENT_WAIVED
    if before is None:
        work.db.add(row)
    else:
        _take_up(before, row)
    said = recorded_by(work, command.party)
    record(work, kind, room=row.compartment_id, what=_what(lines), party=command.party, **said)
    return Saved(lines[0].step)


def _new(work: Work, key: str, command: WaiveRequirement) -> Waiver:
    link_id, exchange_id, side = _addressed(work, key)
    recorder = recorded_by(work, command.party).get("recorded_by")
    return Waiver(
        id=new_id(),
        compartment_id=work.room(Room.BOARD),
        dialogue_id=work.viewer.dialogue_id,
        link_id=link_id,
        exchange_id=exchange_id,
        side=side,
        party_code=command.party,
        happened_on=command.happened_on,
        recorded_at=work.now,
        reason=command.reason,
        recorded_by=recorder,
        agreed_on=None if recorder else command.happened_on,
    )


def _take_up(proposed: Waiver, own: Waiver) -> None:
    """The party's own word stands for what was proposed in its name, and not from before it was proposed. Raises Invalid."""
    if own.recorded_by:
        raise Invalid({"party": _("It was proposed before, and this party has not agreed yet.")})
    begins = max(proposed.happened_on, proposed.recorded_at.date())
    if own.happened_on < begins:
        raise Invalid({"happened_on": _("It was proposed after this day, on %(day)s.") % {"day": begins}})
    proposed.agreed_on, proposed.reason = own.happened_on, own.reason


def _refuse_unconcerned(work: Work, line: TieRow, party: str) -> None:
    if party not in line.concerned:
        names = party_names(work)
        whose = ", ".join(names.get(p, p) for p in line.concerned)
        sentence = _("This party is not concerned. The requirement can be waived by: %(whose)s.")
        raise Invalid({"party": sentence % {"whose": whose}})


def _refuse_day(work: Work, since: date | None, day: date) -> None:
    refuse_future(work, "happened_on", day)
    if since and day < since:
        raise Invalid({"happened_on": _("It began after this day, on %(day)s.") % {"day": since}})


def _addressed(reading: Reading, key: str) -> tuple[UUID | None, UUID | None, str | None]:
    """(link, exchange, side) that a key names. It is known to be a requirement."""
    code, colon, side = key.rpartition(":")
    if colon:
        return None, queries.exchange(reading, code).id, side
    return UUID(key), None, None


def revoke_waiver(work: Work, waiver_id: UUID, command: Revoke) -> Saved:
    """Taken back by the party. Whoever keeps the record withdraws only what is proposed; raises Conflict for more."""
    row = work.db.get(Waiver, waiver_id)
    if row is None or row.dialogue_id != work.viewer.dialogue_id:
        raise NotFound
    work.require(Action.REQUIREMENT_WAIVE, row)
    speaks_for(work, row.party_code, "")
    recorded = recorded_by(work, row.party_code)
    if recorded and row.agreed_on:
        raise Conflict(_("The party has said it itself, and only the party takes it back."))
    refuse_future(work, "happened_on", command.happened_on)
    refuse_revoking(row.revoked_on, row.agreed_on or row.happened_on, command)
    row.revoked_on, row.revoked_reason = command.happened_on, command.reason
    row.revoked_by = recorded.get("recorded_by")
    record(work, Kind.WAIVER_REVOKED, room=row.compartment_id, party=row.party_code, **recorded)
    exchange = work.db.get(Exchange, row.exchange_id) if row.exchange_id else None
    key = row.link_id.hex if row.link_id else side_key(exchange.code if exchange else "", row.side or "")
    return Saved(waiting(work, key))
