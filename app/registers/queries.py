"""Reading the registers, now and as of a day: whatever lies in rooms to which the viewer holds a key."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access import reasons
from app.access.levels import Room
from app.access.models import Compartment
from app.access.rules import Action, permits_role
from app.access.work import Reading
from app.baskets.queries import revivals
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.db.base import id_of
from app.dialogues.models import Party
from app.dialogues.queries import ended_mandates, party_rows, short_name
from app.registers.commands import DISCLOSURES, LINES
from app.registers.document import Head, Words, read
from app.registers.models import Entry, EntryVersion, LineOffer, LineVerdict, Position
from app.registers.views import (
    ClaimView,
    EntryView,
    Touch,
    Wider,
)
from app.roadmap.queries import step_codes, step_rows
from app.vault import envelope

# What an owner's disclosure means for those who read: how far it may travel, and whether it may be attributed.
LABEL_OF = {
    "sealed": "TLP:RED",
    "confided": "TLP:RED",
    "shared-without-attribution": "TLP:AMBER",
    "shared": "TLP:AMBER",
}
RULE_OF = {
    "sealed": "off-record",
    "confided": "off-record",
    "shared-without-attribution": "chatham-house",
    "shared": "on-record",
}
OVER = frozenset({"done", "withdrawn"})
OBJECTIONS = frozenset({"with-conditions", "crosses-a-line"})
DISCLOSURE_OF = {
    Room.DELEGATION: "sealed",
    Room.CONFIDED: "confided",
    Room.BOARD: "shared-without-attribution",
}
"""What it says of a position that it lies in a room of that kind."""


class Kept(NamedTuple):
    """An entry with its words, as one version had both, in the room in which it lies now."""

    row: Head
    room: UUID
    kind: Room
    party: Party
    words: dict[str, Any]

    @property
    def disclosure(self) -> str:
        return self.row.disclosure


def entry_context(row: Entry) -> envelope.Context:
    return envelope.Context("entry", row.dialogue_id, row.compartment_id, row.id, 1)


def version_context(row: EntryVersion) -> envelope.Context:
    return envelope.Context("entry version", row.dialogue_id, row.compartment_id, row.id, 1)


def offer_context(row: LineOffer) -> envelope.Context:
    return envelope.Context("line offer", row.dialogue_id, row.compartment_id, row.id, row.version)


def verdict_context(row: LineVerdict) -> envelope.Context:
    return envelope.Context("line verdict", row.dialogue_id, row.compartment_id, row.id, 1)


def position_context(row: Position, kind: Room) -> envelope.Context:
    """`kind` of its room. The words of a row never change, so its version is always the first."""
    return envelope.Context("position", row.dialogue_id, row.compartment_id, row.id, 1, DISCLOSURE_OF[kind])


def waits(reading: Reading) -> bool:
    """Whether the viewer belongs to a delegation and is not let in: the same whatever there is, and whether there is anything."""
    kinds = reading.viewer.room_kinds
    return permits_role(reading.viewer, Action.ENTRY_LODGE) and Room.CONFIDED in kinds and Room.DELEGATION not in kinds


def not_let_in() -> str:
    return _("You are not let in to what your delegation keeps to itself: ask a member who is.")


def entry(reading: Reading, entry_id: UUID) -> Entry:
    """One entry, held until the end of the transaction: a second writer finds what the first one made of it."""
    found = reading.db.get(Entry, entry_id, with_for_update=True)
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


_ENTRIES = (
    select(Entry, Compartment.kind)
    .join(Compartment, Compartment.id == Entry.compartment_id)
    .where(Entry.dialogue_id == id_of("dialogue"))
)
_VERSIONS = select(EntryVersion).where(EntryVersion.dialogue_id == id_of("dialogue"))


def kept_entries(reading: Reading, as_of: date | None = None) -> list[Kept]:
    """Every entry the viewer may see, withdrawn ones too; with `as_of`, in the words that stood on that day.

    By code, which is random: an order by time or party would tell.
    """
    rows = reading.db.execute(_ENTRIES, {"dialogue": reading.viewer.dialogue_id}).all()
    parties = {party.id: party for party in party_rows(reading)} if rows else {}
    found = []
    for row, kind in rows:
        head, words = opened(reading, row, entry_context(row))
        found.append(Kept(head, row.compartment_id, Room(kind), parties[head.party_id], words))
    found.sort(key=lambda kept: kept.row.code)
    if as_of is None or as_of >= reading.today:
        return found
    earlier = versions(reading)
    stood = (_that_stood(kept, earlier.get(kept.row.id, []), as_of) for kept in found)
    return [kept for kept in stood if kept is not None]


def versions(reading: Reading) -> dict[UUID, list[tuple[Head, Words]]]:
    """Entry to its earlier versions, oldest first, as far as the viewer holds a key to the rooms they were written in."""
    found: dict[UUID, list[tuple[Head, Words]]] = {}
    for row in reading.db.scalars(_VERSIONS, {"dialogue": reading.viewer.dialogue_id}):
        head, words = opened(reading, row, version_context(row))
        found.setdefault(head.id, []).append((head, words))
    for each in found.values():
        each.sort(key=lambda version: version[0].version)
    return found


def opened(reading: Reading, row: Entry | EntryVersion, context: envelope.Context) -> tuple[Head, Words]:
    return read(envelope.unseal(reading.room_key(row.compartment_id), row.body, context))


def every_body(reading: Reading) -> Iterator[envelope.Stored]:
    """Every entry, earlier version, position and thing compared that the reader sees, still sealed."""
    for entry in reading.db.scalars(select(Entry)):
        yield envelope.Stored(entry.body, entry_context(entry))
    for version in reading.db.scalars(select(EntryVersion)):
        yield envelope.Stored(version.body, version_context(version))
    placed = select(Position, Compartment.kind).join(Compartment, Compartment.id == Position.compartment_id)
    for position, kind in reading.db.execute(placed):
        yield envelope.Stored(position.body, position_context(position, Room(kind)))
    for offer in reading.db.scalars(select(LineOffer)):
        yield envelope.Stored(offer.body, offer_context(offer))
    for verdict in reading.db.scalars(select(LineVerdict)):
        yield envelope.Stored(verdict.body, verdict_context(verdict))


def unsealed(reading: Reading, row: Position, context: envelope.Context) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(envelope.unseal(reading.room_key(row.compartment_id), row.body, context))
    return words


def _that_stood(kept: Kept, earlier: list[tuple[Head, Words]], day: date) -> Kept | None:
    if _given(kept.words) <= day:
        return kept
    stood = [(row, words) for row, words in earlier if _given(words) <= day]
    if not stood:
        return None
    row, words = stood[-1]
    return kept._replace(row=row, words=words)


def _given(words: Mapping[str, Any]) -> date:
    """The day from which these words stood; the words of the first house had none, and stood always."""
    return date.fromisoformat(words["on"]) if words.get("on") else date.min


def entry_views(reading: Reading, as_of: date | None = None) -> tuple[EntryView, ...]:
    """Those that stand on that day."""
    return tuple(each for each in every_entry_view(reading, as_of) if not each.is_withdrawn)


def every_entry_view(reading: Reading, as_of: date | None = None) -> tuple[EntryView, ...]:
    """Those that stand on that day, and those that the viewer's own side has withdrawn by then."""
    kept = [each for each in kept_entries(reading, as_of) if _is_open(reading, each)]
    stale = _Stale(reading, as_of or reading.today) if kept else None
    earlier = versions(reading) if any(not _is_named(reading, each) for each in kept) else {}
    return tuple(_entry_view(reading, each, stale, earlier.get(each.row.id, ())) for each in kept if stale)


def _is_named(reading: Reading, kept: Kept) -> bool:
    return reading.viewer.voice == kept.row.party_id or kept.disclosure != "shared-without-attribution"


def _is_open(reading: Reading, kept: Kept) -> bool:
    """A withdrawn entry is read by its own side alone: to everybody else it is as if it were not there."""
    return not kept.words.get("withdrawn") or kept.row.party_id == reading.viewer.voice


def kept_entry(reading: Reading, entry_id: UUID) -> Kept:
    """Raises NotFound for an entry that is hidden, withdrawn by somebody else, or not there."""
    found = [each for each in kept_entries(reading) if each.row.id == entry_id and _is_open(reading, each)]
    if not found:
        raise NotFound
    return found[0]


def entry_view(reading: Reading, kept: Kept) -> EntryView:
    earlier = () if _is_named(reading, kept) else versions(reading).get(kept.row.id, ())
    return _entry_view(reading, kept, _Stale(reading, reading.today), earlier)


def given_on(words: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(words["on"]) if words.get("on") else None


def public_face(head: Head, words: Words) -> tuple[object, ...]:
    """All that others read of an entry that is shared without attribution, but for its day."""
    return (head.disclosure, words["text"], words["conditions"], tuple(words.get("touches", ())))


def _public_day(kept: Kept, earlier: Sequence[tuple[Head, Words]]) -> date | None:
    """Since when an entry shows others what it shows. A re-confirmation does not move it: that would tell whose mandate had ended."""
    on = given_on(kept.words)
    for head, words in reversed([each for each in earlier if each[0].version < kept.row.version]):
        if public_face(head, words) != public_face(kept.row, kept.words):
            break
        on = given_on(words)
    return on


def wider(reading: Reading, entry: EntryView) -> tuple[Wider, ...]:
    """Whom each wider disclosure of an own entry would show it to."""
    rooms = {disclosure: room for room, disclosure in DISCLOSURE_OF.items()}
    return tuple(
        Wider(
            disclosure=each,
            readers=reasons.of_kind(reading, rooms.get(each, Room.BOARD)).who,
            party=None if each == "shared-without-attribution" else entry.party,
            rule=RULE_OF[each],
            tlp=LABEL_OF[each],
        )
        for each in entry.wider
    )


class _Stale:
    """Why entries are to be re-confirmed on a day: past their date, after a mandate's end, after a basket's sleep."""

    def __init__(self, reading: Reading, day: date) -> None:
        self.day = day
        self.mandates = ended_mandates(reading, day)
        self.revived = revivals(reading, day)
        self.basket_of = step_codes(reading) if self.revived else {}

    def reasons(self, kept: Kept) -> tuple[str, ...]:
        words, found = kept.words, []
        confirmed = date.fromisoformat(words["confirmed_on"]) if words.get("confirmed_on") else _given(words)
        if kept.row.reconfirm_by and kept.row.reconfirm_by < self.day:
            found.append(_("Its date, %(day)s, is past.") % {"day": kept.row.reconfirm_by})
        ended = self.mandates.get(words.get("mandate") or "")
        if ended:
            by = _(" The seat is now held by %(who)s.") % {"who": ended.successor} if ended.successor else ""
            found.append(_("The mandate that gave it ended on %(day)s.") % {"day": ended.on} + by)
        touched = {self.basket_of.get(code, code) for code in words.get("touches", ())}
        for basket, on in self.revived.items():
            if confirmed < on and (basket in touched or not touched):
                found.append(_("The basket %(code)s was taken up again on %(day)s.") % {"code": basket, "day": on})
        return tuple(found)


def _entry_view(reading: Reading, kept: Kept, stale: _Stale, earlier: Sequence[tuple[Head, Words]]) -> EntryView:
    row, words = kept.row, kept.words
    is_own, named = reading.viewer.voice == row.party_id, _is_named(reading, kept)
    readers = reasons.of_kind(reading, kept.kind)
    is_withdrawn = bool(words.get("withdrawn"))
    stands_as_own = is_own and not is_withdrawn
    # Without its party an entry must not be told by its authority, capacity or source either, nor by the day of a re-confirmation.
    return EntryView(
        id=row.id,
        code=row.code,
        kind=row.kind,
        party=short_name(kept.party) if named else None,
        party_code=kept.party.code if named else None,
        is_own=is_own,
        text=words["text"],
        authority=words["authority"] if named else "",
        capacity=words["capacity"] if named else "",
        conditions=words["conditions"],
        source=words.get("source", "") if named else "",
        touches=tuple(words.get("touches", ())),
        claim=_claim(words) if is_own else None,
        on=given_on(words) if named else _public_day(kept, earlier),
        disclosure=kept.disclosure,
        rule=RULE_OF[kept.disclosure],
        tlp=LABEL_OF[kept.disclosure],
        reconfirm_by=row.reconfirm_by if named else None,
        reconfirm=stale.reasons(kept) if named and not is_withdrawn else (),
        readers=_("Your own side alone.") if is_withdrawn else readers.who,
        why=readers.why,
        is_demonstration=row.is_demonstration,
        is_withdrawn=is_withdrawn,
        version=row.version if is_own else None,
        wider=DISCLOSURES[DISCLOSURES.index(row.disclosure) + 1 :]
        if stands_as_own and reading.may(Action.ENTRY_DISCLOSE, None, room=kept.room)
        else (),
        may_revise=stands_as_own and reading.may(Action.ENTRY_LODGE, None, room=kept.room),
    )


def _claim(words: Mapping[str, Any]) -> ClaimView | None:
    claim = words.get("claim")
    return ClaimView(**claim) if claim and claim.get("subject") else None


# --- red lines that a step touches --------------------------------------------------------------------------------------


def touches(words: Mapping[str, Any], step: str, basket: str) -> bool:
    """Whether an entry is about a step: it names the step itself, or the whole basket."""
    return not {step, basket}.isdisjoint(words.get("touches", ()))


def warnings_of(reading: Reading, entries: Iterable[Kept], step: str, day: date) -> tuple[Touch, ...]:
    """Red lines and bottom lines that this step touches: one's own by name, others' once for each disclosure and no more.

    A line on a whole basket is about what is still to be done in it on that day.
    """
    own, others = [], set()
    state = next((row.state for row in step_rows(reading, day) if row.code == step), "")
    basket = "" if state in OVER else step_codes(reading).get(step, "")
    for kept in entries:
        if kept.row.kind not in LINES or kept.words.get("withdrawn") or not touches(kept.words, step, basket):
            continue
        if kept.row.party_id == reading.viewer.voice:
            own.append(Touch(kept.disclosure, kept.row.code, kept.row.kind, kept.words["text"]))
        else:
            others.add(kept.disclosure)
    return (*own, *(Touch(disclosure, None, None, None) for disclosure in sorted(others)))
