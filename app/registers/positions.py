"""What the parties think of steps: given, changed, withdrawn, each with its day; and what stood on a day.

A position is one row in the room that its disclosure means, and is never changed: when its owner changes or withdraws it, the row is
written anew *in the same room*, with the day of its end inside what is encrypted. So what was sealed stays sealed when the position is
disclosed wider, and nobody can tell an ended row from a standing one without the room's key. Its owner reads the whole history. For
everybody else there is none: today an ended position is not there, and of a day that has been they learn at most what they could
learn on that day, whether the step was acceptable to all.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access import reasons
from app.access.levels import Room
from app.access.models import Compartment
from app.access.rules import Action
from app.access.work import Reading, Work
from app.baskets.queries import basket_rows
from app.core.errors import Forbidden, Invalid
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import new_id
from app.db.base import id_of
from app.dialogues.models import Party
from app.dialogues.queries import party_rows, short_name
from app.registers import queries
from app.registers.commands import DISCLOSURES, GivePosition
from app.registers.models import Position
from app.registers.queries import DISCLOSURE_OF, OBJECTIONS
from app.registers.views import Feelings, PositionView
from app.roadmap import queries as roadmap
from app.vault import envelope

ROOM_OF = {disclosure: kind for kind, disclosure in DISCLOSURE_OF.items()}
GIVEN = ("view", "text")
FEWEST = 3  # parties of a basket among whom an objection without a name has none


class Held(NamedTuple):
    """A position with its words; `room` is the kind of its room."""

    row: Position
    room: Room
    party: Party
    words: dict[str, Any]

    @property
    def disclosure(self) -> str:
        return DISCLOSURE_OF[self.room]

    @property
    def on(self) -> date | None:
        return _day(self.words.get("on"))

    @property
    def until(self) -> date | None:
        """The day from which on it stands no longer; none while it stands."""
        return _day(self.words.get("until"))

    @property
    def objects(self) -> bool:
        return self.words["view"] in OBJECTIONS

    def stood(self, day: date) -> bool:
        """One without a day always stood."""
        return (self.on or date.min) <= day and (self.until is None or day < self.until)


def _day(words: str | None) -> date | None:
    return date.fromisoformat(words) if words else None


_EVERY = (
    select(Position, Compartment.kind, Compartment.subject_id)
    .join(Compartment, Compartment.id == Position.compartment_id)
    .where(Position.dialogue_id == id_of("dialogue"))
)


def every(reading: Reading) -> list[Held]:
    """Every position in the viewer's rooms, standing or ended: by party, then by day."""
    parties = {row.id: row for row in party_rows(reading)}
    place = {party: number for number, party in enumerate(parties)}
    found = []
    for row, kind, subject in reading.db.execute(_EVERY, {"dialogue": reading.viewer.dialogue_id}):
        words = queries.unsealed(reading, row, queries.position_context(row, Room(kind)))
        found.append(Held(row, Room(kind), parties[_owner(row, subject, words)], words))
    return sorted(found, key=lambda held: (place[held.party.id], held.on or date.min, held.until or date.max))


def _owner(row: Position, subject: UUID | None, words: Mapping[str, Any]) -> UUID:
    """The party whose room it is; on the board, the one that the words name."""
    return subject or row.party_id or UUID(words["party"])


def standing(reading: Reading, day: date) -> list[Held]:
    """The positions that stood on that day, each as far as it was disclosed then: it lies in the room in which it was written."""
    return [held for held in every(reading) if held.stood(day)]


def show_feelings(reading: Reading, code: str, *, as_of: date | None = None) -> Feelings:
    """What the viewer may know of what the parties think, or thought on that day, of a step. Raises NotFound for no step."""
    title = wording(roadmap.step(reading, code).titles)
    day, own = as_of or reading.today, reading.viewer.voice
    known = [held for held in every(reading) if held.words["step"] == code]
    stood = [held for held in known if held.stood(day)]
    objected = any(held.objects for held in stood if held.party.id != own)
    is_today = day == reading.today
    may_give = (
        is_today and own is not None and not queries.waits(reading) and reading.may_in(Action.POSITION_GIVE, Room.BOARD)
    )
    return Feelings(
        title=title,
        positions=tuple(_view(reading, held, own) for held in stood if _is_told(held, own)),
        others="not yet acceptable to all" if objected else "no objection known",
        warnings=queries.warnings_of(reading, queries.kept_entries(reading, day), code, day),
        history=tuple(_view(reading, held, own) for held in reversed(known) if _is_past(held, own, day)),
        may_give=may_give,
        disclosures=disclosures(reading, code, _disclosure_now(known, own)) if may_give else (),
        as_of=day,
        is_today=is_today,
    )


def _disclosure_now(known: Iterable[Held], own: UUID | None) -> str | None:
    return next((held.disclosure for held in known if held.party.id == own and held.until is None), None)


def _is_told(held: Held, own: UUID | None) -> bool:
    """By party and in its words: to its own side; and to whom it was confided, while it stands."""
    return held.party.id == own or (held.room is Room.CONFIDED and held.until is None)


def _is_past(held: Held, own: UUID | None, day: date) -> bool:
    return held.party.id == own and held.until is not None and held.until <= day


def _view(reading: Reading, held: Held, own: UUID | None) -> PositionView:
    """Whose words these are is told to the own side alone, wherever the row lies; and, while it stands, to whom it was confided."""
    is_confided = held.room is Room.CONFIDED and held.until is None
    readers = reasons.of_kind(reading, Room.CONFIDED if is_confided else Room.DELEGATION)
    return PositionView(
        party=short_name(held.party),
        is_own=held.party.id == own,
        view=held.words["view"],
        text=held.words["text"],
        on=held.on,
        until=held.until,
        disclosure=held.disclosure,
        readers=readers.who,
        why=readers.why,
    )


def objected(held: Iterable[Held]) -> set[str]:
    """Codes of the steps to which there is an objection among these."""
    return {each.words["step"] for each in held if each.objects}


def disclosures(reading: Reading, step: str, held: str | None) -> tuple[str, ...]:
    """What the own party's position on a step may be disclosed as, after one of the disclosure `held`."""
    few = names_its_owner(reading, step)
    return tuple(each for each in open_after(held) if not (few and each == DISCLOSURE_OF[Room.BOARD]))


def names_its_owner(reading: Reading, step: str) -> bool:
    """Whether so few belong to the step's basket that "not yet acceptable to all" would tell each of them whose it is."""
    basket = roadmap.step_codes(reading)[step]
    return any(len(row.party_codes) < FEWEST for row in basket_rows(reading, reading.today) if row.code == basket)


def open_after(disclosure: str | None) -> tuple[str, ...]:
    """What a position may be disclosed as after one of this disclosure; after none, anything."""
    known = [each for each in DISCLOSURES if each in ROOM_OF]
    return tuple(known[known.index(disclosure) :] if disclosure else known)


# --- the verbs --------------------------------------------------------------------------------------------------------


def give_position(work: Work, code: str, command: GivePosition) -> Feelings:
    """The own party's position on a step from today on. The same once more changes nothing.

    Raises Invalid where others know of the one before and would no longer know of this: it is withdrawn first, which is an act of its own.
    """
    party_id = _own_party(work)
    step = roadmap.step(work, code)
    held = _held(work, step.code, party_id)
    if command.disclosure not in open_after(held.disclosure if held else None):
        raise Invalid({"disclosure": _("What has been seen cannot be unseen: a position is only disclosed wider.")})
    if command.disclosure == DISCLOSURE_OF[Room.BOARD] and names_its_owner(work, step.code):
        raise Invalid(
            {"disclosure": _("So few parties belong to this basket that it would name yours: seal it, or confide it.")}
        )
    if held is None or _differs(held, command):
        if held is not None:
            _end(work, held)
        words = {"step": step.code, "view": command.view, "text": command.text, "on": work.today.isoformat()}
        _put(work, party_id=party_id, disclosure=command.disclosure, words=words)
        work.db.flush()  # the page below shows it
    return show_feelings(work, code)


def withdraw_position(work: Work, code: str) -> Feelings:
    """From today on the own party has none; nothing changes where it had none."""
    held = _held(work, roadmap.step(work, code).code, _own_party(work))
    if held is not None:
        _end(work, held)
        work.db.flush()  # the page below shows it
    return show_feelings(work, code)


def _own_party(work: Work) -> UUID:
    """Who is not let in to what the own side seals cannot say what it holds: a second position would stand beside a sealed one."""
    work.require_in(Action.POSITION_GIVE, Room.BOARD)
    if work.viewer.voice is None:
        raise Forbidden(_("A position belongs to a delegation; you belong to none."))
    if queries.waits(work):
        raise Invalid({"disclosure": queries.not_let_in()})
    return work.viewer.voice


def _held(work: Work, step: str, party_id: UUID) -> Held | None:
    ours = (held for held in every(work) if held.party.id == party_id and held.words["step"] == step)
    return next((held for held in ours if held.until is None), None)


def _differs(held: Held, command: GivePosition) -> bool:
    given = {"disclosure": held.disclosure} | {name: held.words[name] for name in GIVEN}
    return given != command.model_dump(include=set(given))


def _end(work: Work, held: Held) -> None:
    """Written anew under a key of its own, since its words change by a day; in the room in which it stood."""
    work.require(Action.POSITION_GIVE, held.row)
    work.db.delete(held.row)
    words = held.words | {"until": work.today.isoformat()}
    _put(work, party_id=held.party.id, disclosure=held.disclosure, words=words, room=held.row.compartment_id)


def _put(work: Work, *, party_id: UUID, disclosure: str, words: Mapping[str, object], room: UUID | None = None) -> None:
    row = put_position(work, party_id=party_id, disclosure=disclosure, words=words, room=room)
    work.require(Action.POSITION_GIVE, row)


def put_position(
    work: Work,
    *,
    party_id: UUID,
    disclosure: str,
    words: Mapping[str, object],
    dialogue_id: UUID | None = None,
    room: UUID | None = None,
) -> Position:
    """The row of a position, encrypted for its room. `room` where it is known; the loader, who has no seat, always says it."""
    kind = ROOM_OF[disclosure]
    row = Position(
        id=new_id(),
        dialogue_id=dialogue_id or work.viewer.dialogue_id,
        compartment_id=room or work.room(kind, None if kind is Room.BOARD else party_id),
    )
    inside = {**words, "party": party_id.hex} if kind is Room.BOARD else words
    text = json.dumps(inside, ensure_ascii=False)
    row.body = envelope.seal(work.room_key(row.compartment_id), text, queries.position_context(row, kind))
    work.db.add(row)
    return row


def hide_parties(work: Work) -> None:
    """Of positions from before revision 0008: the party stood beside them in clear. A room tells its own; on the board it goes inside."""
    old = select(Position, Compartment.kind).join(Compartment, Compartment.id == Position.compartment_id)
    for row, kind in work.db.execute(old.where(Position.party_id.is_not(None))).all():
        if kind == Room.BOARD and row.party_id:
            words = queries.unsealed(work, row, queries.position_context(row, Room.BOARD))
            more = {"dialogue_id": row.dialogue_id, "room": row.compartment_id}
            put_position(work, party_id=row.party_id, disclosure=DISCLOSURE_OF[Room.BOARD], words=words, **more)
            work.db.delete(row)
        else:
            row.party_id = None
