"""The waivers of a requirement: what may be waived, one party's word, and its revocation."""

from collections.abc import Iterable
from uuid import UUID

from app.access.levels import Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.dialogues.queries import party_codes_of, party_names
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.roadmap import queries, standing
from app.roadmap.checks import recorded_by, refuse_future, refuse_revoking, speaks_for
from app.roadmap.commands import (
    Revoke,
    WaiveRequirement,
)
from app.roadmap.graph import Rows, TieRow, side_key, ties_of
from app.roadmap.models import Exchange, Waiver
from app.roadmap.subjects import titled
from app.roadmap.tying import waiting
from app.roadmap.views import RequirementView, Saved


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
    )


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
    """One concerned party's waiver. The requirement falls when all of them have waived it."""
    here = standing.rows(work, work.today)
    lines = _lines(here, key)
    link_id, exchange_id, side = _addressed(work, key)
    row = Waiver(
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
        recorded_by=recorded_by(work, command.party).get("recorded_by"),
    )
    work.require(Action.REQUIREMENT_WAIVE, row)
    speaks_for(work, command.party)
    if command.party not in lines[0].concerned:
        names = party_names(work)
        whose = ", ".join(names.get(p, p) for p in lines[0].concerned)
        sentence = _("This party is not concerned. The requirement can be waived by: %(whose)s.")
        raise Invalid({"party": sentence % {"whose": whose}})
    if any(waiver.key == key and waiver.party == command.party for waiver in here.waivers):
        raise Invalid({"party": _("This party has waived it before.")})
    refuse_future(work, "happened_on", command.happened_on)
    if lines[0].since and command.happened_on < lines[0].since:
        raise Invalid({"happened_on": _("It began after this day, on %(day)s.") % {"day": lines[0].since}})
    work.db.add(row)
    record(
        work,
        Kind.REQUIREMENT_WAIVED,
        room=row.compartment_id,
        what=_what(lines),
        party=command.party,
        **recorded_by(work, command.party),
    )
    return Saved(lines[0].step)


def _addressed(work: Work, key: str) -> tuple[UUID | None, UUID | None, str | None]:
    """(link, exchange, side) that a key names. It is known to be a requirement."""
    code, colon, side = key.rpartition(":")
    if colon:
        return None, queries.exchange(work, code).id, side
    return UUID(key), None, None


def revoke_waiver(work: Work, waiver_id: UUID, command: Revoke) -> Saved:
    row = work.db.get(Waiver, waiver_id)
    if row is None or row.dialogue_id != work.viewer.dialogue_id:
        raise NotFound
    work.require(Action.REQUIREMENT_WAIVE, row)
    speaks_for(work, row.party_code, "")
    refuse_future(work, "happened_on", command.happened_on)
    refuse_revoking(row.revoked_on, row.happened_on, command)
    row.revoked_on, row.revoked_reason = command.happened_on, command.reason
    recorded = recorded_by(work, row.party_code)
    row.revoked_by = recorded.get("recorded_by")
    record(work, Kind.WAIVER_REVOKED, room=row.compartment_id, party=row.party_code, **recorded)
    exchange = work.db.get(Exchange, row.exchange_id) if row.exchange_id else None
    key = row.link_id.hex if row.link_id else side_key(exchange.code if exchange else "", row.side or "")
    return Saved(waiting(work, key))
