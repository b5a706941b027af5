"""The verbs of the registers."""

import json
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from app.access.levels import Room
from app.access.rules import Action, permits_role
from app.access.work import Reading, Work
from app.baskets.queries import basket_codes
from app.core import entropy
from app.core.errors import Forbidden, Invalid
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import new_id
from app.dialogues.queries import party_names
from app.registers import queries
from app.registers.commands import DISCLOSURES, DiscloseEntry, LodgeEntry
from app.registers.models import Entry
from app.registers.views import RegistersView, RoadmapView, StepView
from app.vault import envelope

STATES = ("proposed", "provisionally-agreed", "agreed", "under-way", "done", "missed", "withdrawn")
PREFIX = {"red-line": "RL", "bottom-line": "BL", "interest": "IN"}
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ROOM_OF = {"sealed": Room.DELEGATION, "confided": Room.CONFIDED}


def show_roadmap(
    reading: Reading, *, as_of: date | None, basket: str | None = None, state: str | None = None
) -> RoadmapView:
    reading.enter(Room.BOARD)
    day = as_of or reading.today
    names = party_names(reading)
    lines = tuple(
        queries.line(row, names)
        for row in queries.step_rows(reading, day)
        if (not basket or row.basket == basket) and (not state or row.state == state)
    )
    baskets = tuple((code, wording(titles)) for code, titles in basket_codes(reading))
    return RoadmapView(steps=lines, as_of=day, baskets=baskets, states=STATES)


def show_step(reading: Reading, code: str, *, as_of: date | None) -> StepView:
    return queries.step_view(reading, code, as_of or reading.today)


def show_registers(reading: Reading) -> RegistersView:
    reading.enter(Room.BOARD)
    may_lodge = permits_role(reading.viewer, Action.ENTRY_LODGE) and reading.viewer.party_id is not None
    return queries.registers_view(reading, may_lodge=may_lodge)


def lodge_entry(work: Work, command: LodgeEntry) -> RegistersView:
    """Lodge an entry of one's own party, in the room that its disclosure says."""
    party_id = work.viewer.party_id
    if party_id is None:
        raise Forbidden(_("An entry belongs to a delegation; you belong to none."))
    words = command.model_dump(include={"text", "authority", "capacity", "conditions"})
    put_entry(
        work,
        dialogue_id=work.viewer.dialogue_id,
        party_id=party_id,
        kind=command.kind,
        disclosure=command.disclosure,
        words=words,
        reconfirm_by=command.reconfirm_by,
    )
    return show_registers(work)


def put_entry(
    work: Work,
    *,
    dialogue_id: UUID | None,
    party_id: UUID,
    kind: str,
    disclosure: str,
    words: Mapping[str, object],
    reconfirm_by: date | None,
    is_demonstration: bool = False,
    room: UUID | None = None,
) -> Entry:
    """The row of an entry, encrypted for its room. `room` is given only by the loader, who has no seat."""
    row = Entry(
        id=new_id(),
        dialogue_id=dialogue_id,
        compartment_id=room or _room_of(work, disclosure, party_id),
        party_id=party_id,
        code=_new_code(kind),
        kind=kind,
        disclosure=disclosure,
        reconfirm_by=reconfirm_by,
        version=1,
        is_demonstration=is_demonstration,
    )
    row.body = envelope.seal(
        work.room_key(row.compartment_id), json.dumps(words, ensure_ascii=False), queries.entry_context(row)
    )
    if room is None:
        work.require(Action.ENTRY_LODGE, row)
    work.db.add(row)
    return row


def _room_of(work: Work, disclosure: str, party_id: UUID) -> UUID:
    kind = ROOM_OF.get(disclosure)
    return work.room(kind, party_id) if kind else work.room(Room.BOARD)


def _new_code(kind: str) -> str:
    """Random, not counted: a gap in a count would tell of entries one may not see. 31^6: two alike are one in a million."""
    return f"{PREFIX[kind]}-" + "".join(ALPHABET[entropy.below(len(ALPHABET))] for _sign in range(6))


def disclose_entry(work: Work, entry_id: UUID, command: DiscloseEntry) -> RegistersView:
    """Carry an entry into a wider room, by its owner's act only."""
    row = queries.entry(work, entry_id)
    if row.party_id != work.viewer.party_id:
        raise Forbidden(_("Only its owner may disclose an entry."))
    work.require(Action.ENTRY_DISCLOSE, row)
    if DISCLOSURES.index(command.disclosure) <= DISCLOSURES.index(row.disclosure):
        raise Invalid({"disclosure": _("What has been seen cannot be unseen: an entry is only disclosed wider.")})
    words = envelope.unseal(work.room_key(row.compartment_id), row.body, queries.entry_context(row))
    room = _room_of(work, command.disclosure, row.party_id)
    if room != row.compartment_id:
        work.move(Action.ENTRY_DISCLOSE, row, room)
    row.disclosure, row.version = command.disclosure, row.version + 1
    row.body = envelope.seal(work.room_key(room), words, queries.entry_context(row))
    work.db.flush()  # the page below reads it in its new room
    return show_registers(work)
