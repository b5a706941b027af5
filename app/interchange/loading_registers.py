"""A document's registers into the database: terms, and entries and positions in the rooms of their disclosure."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from app.access.levels import Room
from app.access.work import Work
from app.dialogues.admitting import holders
from app.interchange.document import Document
from app.interchange.document_registers import PositionDoc
from app.interchange.document_roadmap import StepDoc
from app.interchange.loading_rows import Names, rest, room_of
from app.interchange.reading import day_of
from app.registers.models import Term
from app.registers.positions import put_position
from app.registers.service import ROOM_OF, put_entry


def load_terms(work: Work, document: Document, names: Names) -> None:
    for position, term in enumerate(document.terms, 1):
        work.db.add(
            Term(
                **names.on_board,
                code=term.code,
                expressions=term.expression,
                state=term.state,
                turns=[
                    turn.model_dump(mode="json", include={"state", "on", "agreed_in"}, exclude_none=True)
                    for turn in term.turns
                ],
                readings=[r.model_dump(mode="json", exclude_none=True) for r in term.readings],
                position=position,
                extra=rest(term, "used_in", "agreed_in"),
            )
        )


def load_positions(work: Work, s: StepDoc, names: Names) -> None:
    for position, until in _dated(s.positions):
        words = {"step": s.code, "view": position.view, "text": position.text or "", "on": day_of(position.on)}
        party_id = names.parties[position.party]
        room = _disclosed(work, names, position.disclosure, party_id)
        if not _can_be_kept(work, position.disclosure, room, names):
            continue
        put_position(
            work,
            party_id=party_id,
            disclosure=position.disclosure,
            words=words | ({"until": until.isoformat()} if until else {}),
            dialogue_id=names.dialogue,
            room=room,
        )


def _dated(positions: list[PositionDoc]) -> Iterator[tuple[PositionDoc, date | None]]:
    """Each with the day of its end: its own, or that of the same party's next."""
    by_day = sorted(positions, key=lambda p: p.on or date.min)
    for place, position in enumerate(by_day):
        following = next((p.on for p in by_day[place + 1 :] if p.party == position.party), None)
        yield position, position.until or following


def load_entries(work: Work, document: Document, names: Names) -> None:
    for e in document.entries:
        party_id = names.parties[e.party]
        room = _disclosed(work, names, e.disclosure, party_id)
        if not _can_be_kept(work, e.disclosure, room, names):
            continue
        given = day_of(e.on or work.today)
        words = {
            "text": e.text,
            "authority": e.authority or "",
            "capacity": e.capacity or "",
            "conditions": e.conditions or "",
            "source": e.source or "",
            "touches": e.touches,
            "on": given,
            "confirmed_on": given,
            "mandate": names.heads.get(e.party),
            "extra": rest(e),
        }
        put_entry(
            work,
            dialogue_id=names.dialogue,
            party_id=party_id,
            kind=e.kind,
            disclosure=e.disclosure,
            words=words,
            reconfirm_by=e.reconfirm_by,
            is_demonstration=e.demonstration,
            room=room,
        )


def _disclosed(work: Work, names: Names, disclosure: str, party_id: UUID) -> UUID:
    """The room that a disclosure means."""
    kind = ROOM_OF.get(disclosure)
    return room_of(work, names.dialogue, kind, party_id) if kind else names.rooms[Room.BOARD]


def _can_be_kept(work: Work, disclosure: str, room: UUID, names: Names) -> bool:
    """What is sealed needs somebody to seal it to."""
    can_be_kept = disclosure != "sealed" or bool(holders(work, room))
    names.left_out += not can_be_kept
    return can_be_kept
