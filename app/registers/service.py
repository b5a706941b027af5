"""The registers as one page, and the verbs of an entry."""

import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.access.levels import Room
from app.access.rules import Action, permits_role
from app.access.work import Reading, Work
from app.baskets.queries import basket_codes
from app.core import entropy
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.dialogues.queries import ended_mandates, mandate_of_viewer
from app.registers import comparing, queries, terms
from app.registers.commands import (
    DISCLOSURES,
    DiscloseEntry,
    EntryWords,
    LodgeEntry,
    ReconfirmEntry,
    ReviseEntry,
    WithdrawEntry,
)
from app.registers.document import Head, Words
from app.registers.history import history
from app.registers.models import Entry, EntryVersion
from app.registers.views import DisclosePage, EntryPage, EntryView, RegistersView
from app.roadmap import queries as roadmap
from app.roadmap.checks import known
from app.vault import envelope

PREFIX = {"red-line": "RL", "bottom-line": "BL", "interest": "IN"}
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ROOM_OF = {"sealed": Room.DELEGATION, "confided": Room.CONFIDED}


def show_registers(
    reading: Reading, *, as_of: date | None = None, kind: str | None = None, q: str | None = None
) -> RegistersView:
    """`kind` and `q` choose among the entries that the viewer may see: `q` is a part of a code, a party, a word, what it touches."""
    reading.enter(Room.BOARD)
    found = _chosen(queries.every_entry_view(reading, as_of), kind, q)
    return RegistersView(
        entries=tuple(entry for entry in found if not entry.is_withdrawn),
        withdrawn=tuple(entry for entry in found if entry.is_withdrawn),
        kind=kind or "",
        q=q or "",
        terms=terms.term_views(reading, as_of),
        texts=tuple(
            text
            for text in roadmap.anchor_views(reading)
            if as_of is None or text.adopted_on is None or text.adopted_on <= as_of
        ),
        as_of=as_of or reading.today,
        is_today=as_of is None,
        days=_days(reading),
        may_lodge=permits_role(reading.viewer, Action.ENTRY_LODGE) and reading.viewer.voice is not None,
        waits=queries.waits(reading),
        may_keep_terms=terms.may_keep_terms(reading),
        may_read=reading.may_in(Action.READING_GIVE, Room.BOARD),
        records_for_others=terms.records_for_others(reading),
        may_compare=permits_role(reading.viewer, Action.LINES_COMPARE),
    )


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
    read = [given.on for term in terms.term_views(reading) for given in term.readings if given.on]
    return tuple(sorted(days | {date.fromisoformat(on) for on in read}))


def show_entry(reading: Reading, entry_id: UUID) -> EntryPage:
    """Raises NotFound for an entry that is hidden, withdrawn by another side, or not there."""
    kept = queries.kept_entry(reading, entry_id)
    return EntryPage(queries.entry_view(reading, kept), history(reading, kept))


def show_disclosing(reading: Reading, entry_id: UUID) -> DisclosePage:
    """Before an own entry is disclosed wider: who would read it. Raises NotFound as `show_entry`, Forbidden for another's entry."""
    kept = queries.kept_entry(reading, entry_id)
    entry = queries.entry_view(reading, kept)
    if not entry.is_own:
        raise Forbidden(_("Only its owner may change an entry."))
    return DisclosePage(entry, queries.wider(reading, entry))


# --- entries ----------------------------------------------------------------------------------------------------------


def lodge_entry(work: Work, command: LodgeEntry) -> RegistersView:
    lodge(work, command)
    return show_registers(work)


class Known(NamedTuple):
    """What an entry's words are checked against and stamped with. A file of entries asks for it once."""

    codes: frozenset[str]
    mandate: str | None


def known_here(reading: Reading) -> Known:
    codes = {*roadmap.step_codes(reading), *dict(basket_codes(reading)), *(t.code for t in terms.term_rows(reading))}
    return Known(frozenset(codes), mandate_of_viewer(reading))


def lodge(work: Work, command: LodgeEntry, here: Known | None = None, *, is_demonstration: bool = False) -> Head:
    """Lodge an entry of one's own party, in the room that its disclosure says."""
    here = here or known_here(work)
    party_id = _voice(work, Action.ENTRY_LODGE, _("An entry belongs to a delegation; you belong to none."))
    check_words(command, here.codes)
    _refuse_past(work, command.reconfirm_by)
    words = words_of(work, command, here.mandate)
    head = put_entry(
        work,
        dialogue_id=work.viewer.dialogue_id,
        party_id=party_id,
        kind=command.kind,
        disclosure=command.disclosure,
        words=words,
        reconfirm_by=command.reconfirm_by,
        is_demonstration=is_demonstration,
    )
    work.db.flush()  # what follows shows it
    comparing.offer(work, head, words)
    return head


def _refuse_past(work: Work, day: date | None) -> None:
    if day and day <= work.today:
        raise Invalid({"reconfirm_by": _("Please choose a day to come.")})


def _voice(work: Work, action: Action, belongs_to_none: str) -> UUID:
    """The party in whose name the viewer may speak now. Raises Forbidden for whoever has no mandate, in words."""
    work.require_in(action, Room.BOARD)
    if work.viewer.voice is None:
        raise Forbidden(belongs_to_none)
    return work.viewer.voice


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
) -> Head:
    """A new entry, encrypted for its room. `room` is given only by the loader, who has no seat."""
    head = Head(new_id(), party_id, _new_code(kind), kind, disclosure, 1, reconfirm_by, is_demonstration)
    place = room or _room_of(work, disclosure, party_id)
    row = Entry(id=head.id, dialogue_id=dialogue_id, compartment_id=place)
    _write(work, row, head, words)
    if room is None:
        work.require(Action.ENTRY_LODGE, row)
    work.db.add(row)
    return head


def _write(work: Work, row: Entry, head: Head, words: Mapping[str, object]) -> None:
    row.body = envelope.seal(work.room_key(row.compartment_id), head.written(words), queries.entry_context(row))


def _sealed(work: Work, room: UUID, words: Mapping[str, object], context: envelope.Context) -> bytes:
    return envelope.seal(work.room_key(room), json.dumps(words, ensure_ascii=False), context)


def _room_of(work: Work, disclosure: str, party_id: UUID) -> UUID:
    kind = ROOM_OF.get(disclosure)
    if kind is Room.DELEGATION and queries.waits(work):
        raise Invalid({"disclosure": queries.not_let_in()})
    return work.room(kind, party_id) if kind else work.room(Room.BOARD)


def _new_code(kind: str) -> str:
    """Random, not counted: a gap in a count would tell of entries one may not see. 31^6: two alike are one in a million."""
    return f"{PREFIX[kind]}-" + "".join(ALPHABET[entropy.below(len(ALPHABET))] for _sign in range(6))


def _own(work: Work, entry_id: UUID, action: Action) -> tuple[Entry, Head, Words]:
    """An entry of one's own party with its words, and the permit to change it."""
    row = queries.entry(work, entry_id)
    head, words = queries.opened(work, row, queries.entry_context(row))
    if head.party_id != _voice(work, action, _("Only its owner may change an entry.")):
        raise Forbidden(_("Only its owner may change an entry."))
    work.require(action, row)
    if words.get("withdrawn"):
        raise Conflict(_("This entry was withdrawn."))
    return row, head, words


def _rewrite(work: Work, row: Entry, head: Head, words: Mapping[str, object], *, anew: bool = False) -> Head:
    """New words, the earlier ones kept in the room in which they were written. Returns the head that stands now."""
    _keep_version(work, row)
    now = head._replace(version=head.version + 1)
    _write(work, row, now, words)
    work.db.flush()  # the page that follows shows both
    comparing.offer(work, now, words, anew=anew)
    return now


def _keep_version(work: Work, row: Entry) -> None:
    """What stands so far, under a record of its own."""
    earlier = EntryVersion(id=new_id(), compartment_id=row.compartment_id, dialogue_id=row.dialogue_id)
    key = work.room_key(row.compartment_id)
    said = envelope.unseal(key, row.body, queries.entry_context(row))
    earlier.body = envelope.seal(key, said, queries.version_context(earlier))
    work.add(Action.ENTRY_LODGE, earlier)


def revise_entry(work: Work, entry_id: UUID, command: ReviseEntry) -> EntryPage:
    revise(work, entry_id, command)
    return show_entry(work, entry_id)


def revise(work: Work, entry_id: UUID, command: ReviseEntry, here: Known | None = None) -> None:
    """Raises Conflict where somebody else of the delegation revised it meanwhile; both texts are then shown."""
    row, head, words = _own(work, entry_id, Action.ENTRY_LODGE)
    if head.version != command.version:
        raise Conflict(_("Somebody of your delegation changed it meanwhile."), theirs=str(words["text"]))
    here = here or known_here(work)
    check_words(command, here.codes)
    if command.reconfirm_by != head.reconfirm_by:
        _refuse_past(work, command.reconfirm_by)
    head = head._replace(reconfirm_by=command.reconfirm_by)
    # Where nobody holds a mandate any more, the words stand under the one that ended, and are still to be confirmed.
    _rewrite(work, row, head, words_of(work, command, here.mandate or words.get("mandate")))


def reconfirm_entry(work: Work, entry_id: UUID, command: ReconfirmEntry) -> EntryPage:
    """It still stands: under today's mandate, until another day."""
    row, head, words = _own(work, entry_id, Action.ENTRY_LODGE)
    _refuse_past(work, command.reconfirm_by)
    mandate = mandate_of_viewer(work)
    if mandate is None and (ended := ended_mandates(work, work.today).get(words.get("mandate") or "")):
        raise Conflict(
            _(
                "The mandate behind it ended on %(day)s, and nobody of your party holds one now. Whoever holds the next one confirms it."
            )
            % {"day": ended.on}
        )
    head = head._replace(reconfirm_by=command.reconfirm_by)
    day = work.today.isoformat()
    _rewrite(work, row, head, {**words, "on": day, "confirmed_on": day, "mandate": mandate}, anew=True)
    return show_entry(work, entry_id)


def withdraw_entry(work: Work, entry_id: UUID, command: WithdrawEntry) -> RegistersView:
    """It stands no longer: it leaves the register, and its own side alone reads on what it was."""
    row, head, words = _own(work, entry_id, Action.ENTRY_LODGE)
    _rewrite(
        work, row, head, {**words, "on": work.today.isoformat(), "withdrawn": True, "withdrawn_reason": command.reason}
    )
    return show_registers(work)


def disclose_entry(work: Work, entry_id: UUID, command: DiscloseEntry) -> RegistersView:
    disclose(work, entry_id, command)
    return show_registers(work)


def disclose(work: Work, entry_id: UUID, command: DiscloseEntry) -> None:
    """Carry an entry into a wider room, by its owner's act only. Its earlier words stay where they were."""
    row, head, words = _own(work, entry_id, Action.ENTRY_DISCLOSE)
    if DISCLOSURES.index(command.disclosure) <= DISCLOSURES.index(head.disclosure):
        raise Invalid({"disclosure": _("What has been seen cannot be unseen: an entry is only disclosed wider.")})
    head = _rewrite(work, row, head, words)
    room = _room_of(work, command.disclosure, head.party_id)
    if room != row.compartment_id:
        work.move(Action.ENTRY_DISCLOSE, row, room)
    on = {"on": work.today.isoformat()}
    _write(work, row, head._replace(disclosure=command.disclosure), {**words, **on})
    work.db.flush()  # what follows reads it in its new room
