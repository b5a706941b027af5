"""The verbs of the registers: entries, positions, terms."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from app.access.levels import Room
from app.access.rules import Action, permits_role
from app.access.work import Reading, Work
from app.baskets.queries import basket_codes
from app.core import entropy
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.dialogues.queries import mandate_of_viewer
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.registers import comparing, queries
from app.registers.commands import (
    DISCLOSURES,
    AddTerm,
    DiscloseEntry,
    EntryWords,
    GivePosition,
    GiveReading,
    LodgeEntry,
    ReconfirmEntry,
    ReviseEntry,
    TurnTerm,
    WithdrawEntry,
)
from app.registers.models import Entry, EntryVersion, Position, Term
from app.registers.views import EntryPage, EntryView, Feelings, RegistersView, TermView
from app.roadmap import queries as roadmap
from app.roadmap.service import known, recorded_by, refuse_future, speaks_for
from app.vault import envelope

PREFIX = {"red-line": "RL", "bottom-line": "BL", "interest": "IN"}
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ROOM_OF = {"sealed": Room.DELEGATION, "confided": Room.CONFIDED}


def show_registers(
    reading: Reading, *, as_of: date | None = None, kind: str | None = None, q: str | None = None
) -> RegistersView:
    """`kind` and `q` choose among the entries that the viewer may see: `q` is a part of a code, a party, a word, what it touches."""
    reading.enter(Room.BOARD)
    return RegistersView(
        entries=_chosen(queries.entry_views(reading, as_of), kind, q),
        kind=kind or "",
        q=q or "",
        terms=queries.term_views(reading, as_of),
        texts=tuple(
            text
            for text in roadmap.anchor_views(reading)
            if as_of is None or text.adopted_on is None or text.adopted_on <= as_of
        ),
        as_of=as_of or reading.today,
        is_today=as_of is None,
        days=_days(reading),
        may_lodge=permits_role(reading.viewer, Action.ENTRY_LODGE) and reading.viewer.party_id is not None,
        waits=_waits(reading),
        may_keep_terms=may_keep_terms(reading),
        may_read=reading.may_in(Action.READING_GIVE, Room.BOARD),
        may_compare=permits_role(reading.viewer, Action.LINES_COMPARE),
    )


def _waits(reading: Reading) -> bool:
    """Whether the viewer belongs to a delegation and is not let in: the same whatever there is, and whether there is anything."""
    kinds = reading.viewer.room_kinds
    return permits_role(reading.viewer, Action.ENTRY_LODGE) and Room.CONFIDED in kinds and Room.DELEGATION not in kinds


def _chosen(entries: tuple[EntryView, ...], kind: str | None, q: str | None) -> tuple[EntryView, ...]:
    sought = (q or "").strip().casefold()
    return tuple(
        entry
        for entry in entries
        if (not kind or entry.kind == kind)
        and (not sought or sought in "\n".join((entry.code, entry.party or "", entry.text, *entry.touches)).casefold())
    )


def _days(reading: Reading) -> tuple[date, ...]:
    """The days on which a text was adopted, an entry given, a term read: those the registers can be walked along."""
    days = {text.adopted_on for text in roadmap.anchor_views(reading) if text.adopted_on}
    days |= {on for entry in queries.entry_views(reading) if (on := entry.on)}
    read = [given.on for term in queries.term_views(reading) for given in term.readings if given.on]
    return tuple(sorted(days | {date.fromisoformat(on) for on in read}))


def show_term(reading: Reading, code: str) -> TermView:
    """Raises NotFound for a term that is not there."""
    found = [term for term in queries.term_views(reading) if term.code == code]
    if not found:
        raise NotFound
    return found[0]


def may_keep_terms(reading: Reading) -> bool:
    return reading.may_in(Action.TERM_KEEP, Room.BOARD)


def show_entry(reading: Reading, entry_id: UUID) -> EntryPage:
    return EntryPage(queries.entry_view(reading, entry_id), queries.history(reading, entry_id))


# --- entries ----------------------------------------------------------------------------------------------------------


def lodge_entry(work: Work, command: LodgeEntry) -> RegistersView:
    lodge(work, command)
    return show_registers(work)


class Known(NamedTuple):
    """What an entry's words are checked against and stamped with. A file of entries asks for it once."""

    codes: frozenset[str]
    mandate: str | None


def known_here(reading: Reading) -> Known:
    codes = {*roadmap.step_codes(reading), *dict(basket_codes(reading)), *(t.code for t in queries.term_rows(reading))}
    return Known(frozenset(codes), mandate_of_viewer(reading))


def lodge(work: Work, command: LodgeEntry, here: Known | None = None) -> Entry:
    """Lodge an entry of one's own party, in the room that its disclosure says."""
    here = here or known_here(work)
    party_id = work.viewer.party_id
    if party_id is None:
        raise Forbidden(_("An entry belongs to a delegation; you belong to none."))
    check_words(command, here.codes)
    words = words_of(work, command, here.mandate)
    row = put_entry(
        work,
        dialogue_id=work.viewer.dialogue_id,
        party_id=party_id,
        kind=command.kind,
        disclosure=command.disclosure,
        words=words,
        reconfirm_by=command.reconfirm_by,
    )
    work.db.flush()  # what follows shows it
    comparing.offer(work, row, words)
    return row


def check_words(command: EntryWords, codes: frozenset[str]) -> None:
    """Raises Invalid for a code that is none here, or a stance that says nothing to a machine."""
    known("touches", command.touches, codes, _("There is no step, basket or term %(code)s here."))
    known(
        "subject",
        [command.subject] if command.subject else [],
        codes,
        _("There is no step, basket or term %(code)s here."),
    )
    if bool(command.subject) != bool(command.stance):
        raise Invalid({"stance": _("A subject needs a stance, and a stance a subject.")})
    if (command.stance in ("at-least", "at-most")) != (command.amount is not None):
        raise Invalid({"amount": _("“At least” and “at most” need an amount, and nothing else takes one.")})
    if command.may_be_compared and not command.subject:
        raise Invalid({"subject": _("To be compared it needs a subject and a stance.")})


def words_of(reading: Reading, command: EntryWords, mandate: str | None) -> dict[str, object]:
    words: dict[str, object] = command.model_dump(
        include={"text", "authority", "capacity", "conditions", "source", "touches"}
    )
    claim = command.model_dump(include={"subject", "stance", "amount", "unit", "may_be_compared"})
    day = reading.today.isoformat()
    return words | {"claim": claim if command.subject else None, "on": day, "confirmed_on": day, "mandate": mandate}


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
    row.body = _sealed(work, row.compartment_id, words, queries.entry_context(row))
    if room is None:
        work.require(Action.ENTRY_LODGE, row)
    work.db.add(row)
    return row


def _sealed(work: Work, room: UUID, words: Mapping[str, object], context: envelope.Context) -> bytes:
    return envelope.seal(work.room_key(room), json.dumps(words, ensure_ascii=False), context)


def _room_of(work: Work, disclosure: str, party_id: UUID) -> UUID:
    kind = ROOM_OF.get(disclosure)
    if kind is Room.DELEGATION and _waits(work):
        raise Invalid(
            {"disclosure": _("You are not let in to what your delegation keeps to itself: ask a member who is.")}
        )
    return work.room(kind, party_id) if kind else work.room(Room.BOARD)


def _new_code(kind: str) -> str:
    """Random, not counted: a gap in a count would tell of entries one may not see. 31^6: two alike are one in a million."""
    return f"{PREFIX[kind]}-" + "".join(ALPHABET[entropy.below(len(ALPHABET))] for _sign in range(6))


def _own(work: Work, entry_id: UUID, action: Action) -> tuple[Entry, dict[str, Any]]:
    """An entry of one's own party with its words, and the permit to change it."""
    row = queries.entry(work, entry_id)
    if row.party_id != work.viewer.party_id:
        raise Forbidden(_("Only its owner may change an entry."))
    work.require(action, row)
    words = queries.unsealed(work, row, queries.entry_context(row))
    if words.get("withdrawn"):
        raise Conflict(_("This entry was withdrawn."))
    return row, words


def _rewrite(work: Work, row: Entry, words: Mapping[str, object], *, anew: bool = False) -> None:
    """New words, the earlier ones kept in the room in which they were written."""
    earlier = EntryVersion(
        compartment_id=row.compartment_id,
        dialogue_id=row.dialogue_id,
        entry_id=row.id,
        version=row.version,
        disclosure=row.disclosure,
        body=row.body,
    )
    work.add(Action.ENTRY_LODGE, earlier)
    row.version += 1
    row.body = _sealed(work, row.compartment_id, words, queries.entry_context(row))
    work.db.flush()  # the page that follows shows both
    comparing.offer(work, row, words, anew=anew)


def revise_entry(work: Work, entry_id: UUID, command: ReviseEntry) -> EntryPage:
    revise(work, entry_id, command)
    return show_entry(work, entry_id)


def revise(work: Work, entry_id: UUID, command: ReviseEntry, here: Known | None = None) -> None:
    """Raises Conflict where somebody else of the delegation revised it meanwhile; both texts are then shown."""
    row, words = _own(work, entry_id, Action.ENTRY_LODGE)
    if row.version != command.version:
        raise Conflict(_("Somebody of your delegation changed it meanwhile."), theirs=str(words["text"]))
    here = here or known_here(work)
    check_words(command, here.codes)
    row.reconfirm_by = command.reconfirm_by
    _rewrite(work, row, words_of(work, command, here.mandate))


def reconfirm_entry(work: Work, entry_id: UUID, command: ReconfirmEntry) -> EntryPage:
    """It still stands: under today's mandate, until another day."""
    row, words = _own(work, entry_id, Action.ENTRY_LODGE)
    if command.reconfirm_by and command.reconfirm_by <= work.today:
        raise Invalid({"reconfirm_by": _("Please choose a day to come.")})
    row.reconfirm_by = command.reconfirm_by
    day = work.today.isoformat()
    _rewrite(work, row, {**words, "on": day, "confirmed_on": day, "mandate": mandate_of_viewer(work)}, anew=True)
    return show_entry(work, entry_id)


def withdraw_entry(work: Work, entry_id: UUID, command: WithdrawEntry) -> RegistersView:
    """It stands no longer. It leaves the register; its own room keeps its history."""
    row, words = _own(work, entry_id, Action.ENTRY_LODGE)
    _rewrite(work, row, {**words, "on": work.today.isoformat(), "withdrawn": True, "withdrawn_reason": command.reason})
    return show_registers(work)


def disclose_entry(work: Work, entry_id: UUID, command: DiscloseEntry) -> RegistersView:
    disclose(work, entry_id, command)
    return show_registers(work)


def disclose(work: Work, entry_id: UUID, command: DiscloseEntry) -> None:
    """Carry an entry into a wider room, by its owner's act only. Its earlier words stay where they were."""
    row, words = _own(work, entry_id, Action.ENTRY_DISCLOSE)
    if DISCLOSURES.index(command.disclosure) <= DISCLOSURES.index(row.disclosure):
        raise Invalid({"disclosure": _("What has been seen cannot be unseen: an entry is only disclosed wider.")})
    _rewrite(work, row, words)
    room = _room_of(work, command.disclosure, row.party_id)
    if room != row.compartment_id:
        work.move(Action.ENTRY_DISCLOSE, row, room)
    row.disclosure = command.disclosure
    row.body = _sealed(work, room, {**words, "on": work.today.isoformat()}, queries.entry_context(row))
    work.db.flush()  # what follows reads it in its new room


# --- positions --------------------------------------------------------------------------------------------------------


def show_feelings(reading: Reading, code: str) -> Feelings:
    roadmap.step(reading, code)
    return queries.feelings(reading, code)


def give_position(work: Work, code: str, command: GivePosition) -> Feelings:
    """One's own party's position on a step, in place of the one before."""
    party_id = work.viewer.party_id
    if party_id is None:
        raise Forbidden(_("A position belongs to a delegation; you belong to none."))
    step = roadmap.step(work, code)
    for row, _party, words in queries.positions(work):
        if row.party_id == party_id and words["step"] == step.code:
            work.require(Action.POSITION_GIVE, row)
            work.db.delete(row)
    words = {"step": step.code, "view": command.view, "text": command.text, "on": work.today.isoformat()}
    row = put_position(work, party_id=party_id, disclosure=command.disclosure, words=words)
    work.require(Action.POSITION_GIVE, row)
    work.db.flush()  # the page below shows it
    return queries.feelings(work, code)


def put_position(
    work: Work,
    *,
    party_id: UUID,
    disclosure: str,
    words: Mapping[str, object],
    dialogue_id: UUID | None = None,
    room: UUID | None = None,
) -> Position:
    """The row of a position, encrypted for its room. `room` is given only by the loader, who has no seat."""
    row = Position(
        id=new_id(),
        dialogue_id=dialogue_id or work.viewer.dialogue_id,
        compartment_id=room or _room_of(work, disclosure, party_id),
        party_id=party_id,
        disclosure=disclosure,
        version=1,
    )
    row.body = _sealed(work, row.compartment_id, words, queries.position_context(row))
    work.db.add(row)
    return row


# --- terms ------------------------------------------------------------------------------------------------------------


def add_term(work: Work, command: AddTerm) -> RegistersView:
    enter_term(work, command)
    return show_registers(work)


def enter_term(work: Work, command: AddTerm) -> None:
    work.require_in(Action.TERM_KEEP, Room.BOARD)
    ours = Term.dialogue_id == work.viewer.dialogue_id
    if work.db.scalar(select(Term.id).where(ours, Term.code == command.code)):
        raise Invalid({"code": _("This code is already used.")})
    known("used_in", command.used_in, roadmap.adoption_days(work), _("There is no text %(code)s."))
    last = work.db.scalar(select(func.max(Term.position)).where(ours)) or 0
    row = Term(
        id=new_id(),
        compartment_id=work.room(Room.BOARD),
        dialogue_id=work.viewer.dialogue_id,
        code=command.code,
        expressions={"en": command.expression},
        state=command.state,
        turns=[],
        readings=[],
        position=last + 1,
        extra={"used_in": command.used_in} if command.used_in else {},
    )
    work.add(Action.TERM_KEEP, row)
    work.db.flush()  # the page below shows it
    record(work, Kind.TERM_ADDED, room=row.compartment_id, term=row.code)


def turn_term(work: Work, code: str, command: TurnTerm) -> RegistersView:
    turn(work, code, command)
    return show_registers(work)


def turn(work: Work, code: str, command: TurnTerm) -> None:
    """Another state from a day on; what it was before stays what it was."""
    row = queries.term(work, code)
    work.require(Action.TERM_KEEP, row)
    known("used_in", command.used_in, roadmap.adoption_days(work), _("There is no text %(code)s."))
    day = command.happened_on or work.today
    refuse_future(work, "happened_on", day)
    if row.turns and day.isoformat() < row.turns[-1]["on"]:
        raise Invalid(
            {"happened_on": _("Its state changed after this day, on %(day)s.") % {"day": row.turns[-1]["on"]}}
        )
    if command.state != queries.term_state(row, work.today):
        row.turns = [*row.turns, {"state": command.state, "on": day.isoformat()}]
        record(work, Kind.TERM_TURNED, room=row.compartment_id, term=code, state=command.state)
    row.extra = {**row.extra, "used_in": command.used_in}


def give_reading(work: Work, code: str, command: GiveReading) -> RegistersView:
    give(work, code, command)
    return show_registers(work)


def give(work: Work, code: str, command: GiveReading) -> None:
    """A party's own reading, beside the others'; a later one of the same party stands beside its earlier one."""
    row = queries.term(work, code)
    work.require(Action.READING_GIVE, row)
    speaks_for(work, command.party)
    refuse_future(work, "on", command.on)
    given = command.model_dump(mode="json", exclude_defaults=True)
    row.readings = [*row.readings, given | recorded_by(work)]
    record(work, Kind.READING_GIVEN, room=row.compartment_id, term=code, party=command.party, **recorded_by(work))
