"""Seats, and the keys that they are handed: by the table in app/access/keys.py, which is the whole of it.

This module sees everything (`access.bypass`) in one place only: to redeem an invitation, when nobody is signed in yet.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.access.bypass import unguarded
from app.access.keys import level_for
from app.access.levels import SEALED, SECOND_FACTOR_ROLES, Level, Role, Room
from app.access.models import Compartment, DialogueHead, Member
from app.access.viewer import Viewer
from app.access.work import Ground, Work
from app.accounts.service import create_account
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.dialogues import admitting
from app.dialogues.commands import RedeemInvitation
from app.dialogues.models import Invitation, Party, Person
from app.dialogues.views import Welcome
from app.ledger.kinds import Kind
from app.ledger.queries import room_of, wait_for_turn
from app.ledger.service import canonical, record, record_keys
from app.vault.codes import code_hash, hashed
from app.vault.passphrase import words

DELEGATIONS_OWN = (Room.DELEGATION, Room.CONFIDED, Room.COMPARED)
MOST_FAILURES = 10


def _level(kind: Room, roles: frozenset[Role], *, party_id: UUID | None, subject_id: UUID | None) -> Level | None:
    """A facilitator who belongs to a party is no neutral ear: what is confided is not for him, but by his own party."""
    is_own = subject_id == party_id
    if kind == Room.CONFIDED and party_id is not None and not is_own:
        return None
    return level_for(kind, roles, is_own_party=is_own)


def take_delegation_keys(work: Work, member_id: UUID, party_id: UUID) -> None:
    """Whose mandate is over reads no longer what the delegation keeps to itself."""
    for room, kind in _delegation_rooms(work, party_id):
        work.take_key(room, member_id)
        if kind in SEALED:
            admitting.forget_if_abandoned(work, room)
    _log_keys(work)


def give_delegation_keys(work: Work, member_id: UUID, party_id: UUID) -> None:
    """Who is given a mandate holds the delegation's keys, if his roles give any; to what is sealed to people he waits to be let in."""
    member = work.db.get_one(Member, member_id)
    roles = frozenset(Role(name) for name in member.roles.split())
    for room, kind in _delegation_rooms(work, party_id):
        level = level_for(kind, roles, is_own_party=True)
        if level is not None and kind not in SEALED:
            work.hand_key(room, member_id, level)
    _begin_or_wait(work, member_id, party_id)
    _log_keys(work)


def _begin_or_wait(work: Work, member_id: UUID, party_id: UUID) -> None:
    for member in admitting.seated(work, party_id):
        if member.id == member_id:
            admitting.begin_or_wait(work, admitting.sealed_room(work, party_id), member)


def _log_keys(work: Work) -> None:
    if work.viewer.dialogue_id is not None:
        admitting.log_keys(work, work.viewer.dialogue_id)


def _delegation_rooms(work: Work, party_id: UUID) -> list[tuple[UUID, Room]]:
    found = work.db.execute(
        select(Compartment.id, Compartment.kind).where(
            Compartment.subject_id == party_id, Compartment.kind.in_(DELEGATIONS_OWN)
        )
    )
    return [(room, Room(kind)) for room, kind in found]


def seat_member(
    work: Work, *, dialogue_id: UUID, account_id: UUID, roles: frozenset[Role], party_id: UUID | None
) -> Member:
    """A seat, with the keys that its roles give; both into the log."""
    wait_for_turn(work, dialogue_id)  # so that two seats do not get one number
    ours = Member.dialogue_id == dialogue_id
    member = Member(
        id=new_id(),
        account_id=account_id,
        dialogue_id=dialogue_id,
        number=(work.db.scalar(select(func.max(Member.number)).where(ours)) or 0) + 1,
        party_id=party_id,
        roles=" ".join(sorted(roles)),
    )
    work.db.add(member)
    work.db.flush()  # the keys point at it
    rooms = work.db.execute(
        select(Compartment.id, Compartment.kind, Compartment.subject_id).where(Compartment.dialogue_id == dialogue_id)
    ).all()
    for room, kind, subject_id in rooms:
        level = _level(Room(kind), roles, party_id=party_id, subject_id=subject_id)
        if level is not None and kind not in SEALED:
            work.hand_key(room, member.id, level)
    if party_id is not None:
        _begin_or_wait(work, member.id, party_id)
    names, registry = _party_codes(work, dialogue_id), room_of(work, dialogue_id, Room.REGISTRY)
    record(work, Kind.MEMBER_JOINED, room=registry, dialogue_id=dialogue_id, **seat_facts(member, names))
    record_keys(work, room=registry, dialogue_id=dialogue_id, names=names)
    return member


def seat_facts(member: Member, names: Mapping[UUID, str]) -> dict[str, Any]:
    """What the log holds of a seat. `row` binds it to one account, and tells no account."""
    bound = canonical({"member": member.id.hex, "account": member.account_id.hex, "dialogue": member.dialogue_id.hex})
    return {
        "member": member.number,
        "roles": member.roles,
        "party": names.get(member.party_id) if member.party_id else None,
        "row": hashlib.sha256(bound).hexdigest(),
    }


def _party_codes(work: Work, dialogue_id: UUID) -> dict[UUID, str]:
    found = work.db.execute(select(Party.id, Party.code).where(Party.dialogue_id == dialogue_id))
    return {party: code for party, code in found}  # noqa: C416  # rows, not pairs


def hand_keys_of(work: Work, room: UUID, kind: Room, *, party_id: UUID | None, dialogue_id: UUID) -> None:
    """The keys to a room that came later than the members; not to one that is sealed to people, who must be let in."""
    if kind in SEALED:
        return
    members = list(work.db.scalars(select(Member).where(Member.dialogue_id == dialogue_id, Member.is_active)))
    for member in members:
        roles = frozenset(Role(name) for name in member.roles.split())
        level = _level(kind, roles, party_id=member.party_id, subject_id=party_id)
        if level is not None:
            work.hand_key(room, member.id, level)


def open_party_room(work: Work, kind: Room, party_id: UUID, dialogue_id: UUID) -> UUID:
    """A party's room of a kind that came later than the party."""
    room = work.open_room(kind, dialogue_id=dialogue_id, subject_id=party_id)
    hand_keys_of(work, room, kind, party_id=party_id, dialogue_id=dialogue_id)
    _log_keys(work)
    return room


def check_phrase(token: str) -> str:
    """Four words that both sides can compare, so that an intercepted invitation is noticed."""
    listed, digest = words(), hashlib.sha256(b"check" + token.encode()).digest()
    return " ".join(listed[int.from_bytes(digest[i : i + 4], "big") % len(listed)] for i in range(0, 16, 4))


def redeem(ground: Ground, token: str, command: RedeemInvitation) -> Welcome:
    """Make the account and its seat. Raises NotFound for an unknown link, Conflict for a used one, Invalid for a wrong code."""
    with unguarded(ground, "nobody is signed in when an invitation is redeemed") as work:
        invitation = work.db.scalar(select(Invitation).where(Invitation.link_hash == hashed(token)))
        if invitation is None:
            raise NotFound
        wrong = _refusal(work, invitation, command)
        if wrong is None:
            return _join(work, invitation, token, command)
        invitation.failures += 1
    raise wrong


def _refusal(work: Work, invitation: Invitation, command: RedeemInvitation) -> Conflict | Invalid | None:
    """What is wrong, to be raised after the failure has been counted."""
    if invitation.state != "open" or invitation.expires_at < work.now or invitation.failures >= MOST_FAILURES:
        return Conflict(_("This invitation can no longer be used. Please ask the organiser for a new one."))
    if not hmac.compare_digest(code_hash(command.code), invitation.code_hash):
        return Invalid({"code": _("This code does not fit this invitation.")})
    return None


def _join(work: Work, invitation: Invitation, token: str, command: RedeemInvitation) -> Welcome:
    roles = frozenset(Role(name) for name in invitation.roles.split())
    person = work.db.get_one(Person, invitation.person_id)
    account = create_account(
        work, command.login, command.passphrase, needs_second_factor=bool(roles & SECOND_FACTOR_ROLES)
    )
    member = seat_member(
        work,
        dialogue_id=invitation.dialogue_id,
        account_id=account.id,
        roles=roles,
        party_id=person.party_id,
    )
    person.member_id, invitation.state = member.id, "redeemed"
    head = work.db.get_one(DialogueHead, invitation.dialogue_id)
    return Welcome(dialogue=head.code, login=account.login, check_phrase=check_phrase(token))


def operator_of(ground: Ground, dialogue: str) -> Viewer:
    """The operator at the command line: an organiser's keys to lobby, board and registry, and to nothing confidential."""
    open_rooms = (Room.LOBBY, Room.BOARD, Room.REGISTRY)
    with unguarded(ground, "finding a dialogue's rooms for its operator") as work:
        head = work.db.scalar(select(DialogueHead).where(DialogueHead.code == dialogue))
        if head is None:
            raise NotFound
        rooms = work.db.scalars(
            select(Compartment.id).where(Compartment.dialogue_id == head.id, Compartment.kind.in_(open_rooms))
        )
        return Viewer(
            dialogue_id=head.id,
            roles=frozenset({Role.ORGANISER}),
            rooms=dict.fromkeys(rooms, Level.LEAD),
            room_kinds=frozenset(open_rooms),
            dialogue_code=head.code,
            dialogue_titles=head.titles,
        )
