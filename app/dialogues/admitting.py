"""Who opens what a delegation keeps to itself, and how somebody is let in.

The first member of a delegation makes the secret of its room. Whoever comes later waits until one who has it lets him in. An organiser
gives seats; this key he cannot give, for he does not have it.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access import reasons
from app.access.levels import Level, Room
from app.access.models import Compartment, Grant, Member
from app.access.rules import Action
from app.access.work import Reading, Work, enforce
from app.accounts.queries import public_keys
from app.core.errors import Conflict, NotFound
from app.core.i18n import gettext as _
from app.dialogues import queries
from app.dialogues.commands import LetIn
from app.dialogues.models import Party
from app.dialogues.views import DelegationView, HolderView, WaitingView
from app.ledger.queries import room_of, wait_for_turn
from app.ledger.service import record_keys
from app.vault import personal

OFFERS = "line_offer"  # app.registers.models.LineOffer, which is above this


class Seated(NamedTuple):
    """A member of a delegation; `public_key` is none until a first sign-in with one."""

    id: UUID
    number: int
    public_key: bytes | None


def seated(reading: Reading, party_id: UUID) -> list[Seated]:
    """Who belongs to the delegation: those who may write what it confides. By number."""
    rows = reading.db.execute(
        select(Member.id, Member.number, Member.account_id)
        .join(Grant, Grant.member_id == Member.id)
        .join(Compartment, Compartment.id == Grant.compartment_id)
        .where(Compartment.kind == Room.CONFIDED, Compartment.subject_id == party_id)
        .where(Grant.level >= Level.WRITE, Member.is_active)
        .order_by(Member.number)
    ).all()
    keys = public_keys(reading, [account for _id, _number, account in rows])
    return [Seated(member, number, keys.get(account)) for member, number, account in rows]


def holders(reading: Reading, room: UUID) -> frozenset[UUID]:
    """The members who hold a key to the room."""
    return frozenset(reading.db.scalars(select(Grant.member_id).where(Grant.compartment_id == room)))


def sealed_room(reading: Reading, party_id: UUID) -> UUID:
    """A delegation's room for what it keeps to itself, for whoever decides about its keys; it opens nothing."""
    found = reading.db.scalar(
        select(Compartment.id).where(Compartment.kind == Room.DELEGATION, Compartment.subject_id == party_id)
    )
    if found is None:
        raise NotFound
    return found


# --- making the key, handing it on, losing it -------------------------------------------------------------------------


def begin_or_wait(work: Work, room: UUID, member: Seated) -> None:
    """The first one makes the secret: nobody has had it, so nobody need let him in. Who comes later waits."""
    if holders(work, room) or member.public_key is None:
        return
    work.keys.new_secret(room)
    hand_on(work, room, member)


def hand_on(work: Work, room: UUID, member: Seated) -> None:
    """The secret, as this work knows it, for one more member. Raises NotFound where it does not; Conflict without a key to wrap for."""
    if member.public_key is None:
        raise Conflict(_("This member has not signed in since such keys exist, and so has none yet."))
    sealed_key = personal.wrap(work.keys.secret(room), member.public_key, room=room, member=member.id)
    work.hand_key(room, member.id, Level.WRITE, sealed_key=sealed_key)


def forget_if_abandoned(work: Work, room: UUID) -> None:
    """Without a holder nothing in the room can be read ever again; so that nothing is left that seems to be there, it goes.

    What it offered for comparing goes too: nobody is left who could withdraw it. The verdicts stay, since they keep anybody from asking twice.
    """
    if holders(work, room):
        return
    work.empty_room(room)
    party = select(Compartment.subject_id).where(Compartment.id == room).scalar_subquery()
    offered = select(Compartment.id).where(Compartment.kind == Room.COMPARED, Compartment.subject_id == party)
    for compared in work.db.scalars(offered).all():
        work.empty_room(compared, of=OFFERS)


def log_keys(work: Work, dialogue_id: UUID, *, by: int | None = None) -> None:
    """Into the transparency log; `by` is the number of the member whose act it was."""
    names = work.db.execute(select(Party.id, Party.code).where(Party.dialogue_id == dialogue_id))
    codes = {party: code for party, code in names}  # noqa: C416  # rows, not pairs
    registry = room_of(work, dialogue_id, Room.REGISTRY)
    record_keys(work, room=registry, dialogue_id=dialogue_id, names=codes, by=by)


# --- the delegation's own page ----------------------------------------------------------------------------------------


def show_delegation(reading: Reading) -> DelegationView:
    """Who opens the own delegation's sealed entries, and who waits. Raises NotFound for whoever belongs to none."""
    party = _own_party(reading)
    room = sealed_room(reading, party.id)
    held, members = holders(reading, room), seated(reading, party.id)
    names, me = _names(reading), reading.viewer.member_id
    is_holder = reading.level_in(room) is not None
    waiting = [_as_it_is(reading, member) for member in members if member.id not in held]
    readers = reasons.of_kind(reading, Room.DELEGATION)
    return DelegationView(
        party=queries.short_name(party),
        is_holder=is_holder,
        is_waiting=any(member.id == me for member in waiting),
        holders=tuple(HolderView(m.number, names.get(m.id, ""), m.id == me) for m in members if m.id in held),
        waiting=tuple(
            WaitingView(
                m.id, m.number, names.get(m.id, ""), m.id == me, _words(m, room) if is_holder or m.id == me else None
            )
            for m in waiting
        ),
        readers=readers.who,
        why=readers.why,
    )


def let_in(work: Work, member_id: UUID, command: LetIn) -> DelegationView:
    """Hand the key on to one who waits. Raises NotFound for whoever holds none himself, and for one who is not of this delegation."""
    party = _own_party(work)
    room = sealed_room(work, party.id)
    enforce(work.decide(Action.DELEGATION_LET_IN, None, room=room))
    wait_for_turn(work, party.dialogue_id)  # so that two do not let in the same one
    held, members = holders(work, room), seated(work, party.id)
    waits = next((m for m in members if m.id == member_id), None)
    if waits is None:
        raise NotFound
    if waits.id in held:
        raise Conflict(_("This member is let in already."))
    if command.words != _words(waits, room):
        raise Conflict(_("These are not the words of this member's key. Let nobody in before you have compared them."))
    hand_on(work, room, waits)
    log_keys(work, party.dialogue_id, by=next(m.number for m in members if m.id == work.viewer.member_id))
    return show_delegation(work)


def _own_party(reading: Reading) -> Party:
    party = reading.db.get(Party, reading.viewer.party_id) if reading.viewer.party_id else None
    if party is None:
        raise NotFound
    confided = reading.room(Room.CONFIDED, party.id)
    enforce(reading.decide(Action.DELEGATION_READ, None, room=confided))
    return party


def _as_it_is(reading: Reading, member: Seated) -> Seated:
    """Oneself with the key that one's own passphrase makes, whatever the database says: another one there shows in the words."""
    if member.id != reading.viewer.member_id or reading.viewer.vault_key is None:
        return member
    return member._replace(public_key=personal.public_key(reading.viewer.vault_key))


def _words(member: Seated, room: UUID) -> str | None:
    key = member.public_key
    return None if key is None else personal.words_to_compare(key, room=room, member=member.id)


def _names(reading: Reading) -> dict[UUID, str]:
    return {row.member_id: queries.shown_name(row) for row in queries.people(reading) if row.member_id}
