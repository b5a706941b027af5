"""The verbs of dialogues: opening one, its parties, its people and their invitations."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.access.levels import Role, Room
from app.access.models import DialogueHead
from app.access.rules import Action
from app.access.work import Ground, Reading, Work
from app.core import entropy
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.dialogues import admitting, joining, queries
from app.dialogues.commands import AddParty, GiveMandate, HandMandate, InvitePerson, LetIn, RedeemInvitation, SetAddress
from app.dialogues.models import Dialogue, Invitation, Mandate, Party, Person
from app.dialogues.views import DelegationView, IssuedInvitation, PartiesView, PeopleView, Welcome
from app.ledger.kinds import Kind
from app.ledger.queries import room_of
from app.ledger.service import record, record_keys
from app.vault import codes

INVITATION_LIFE = timedelta(hours=72)
PARTY_ROOMS = (Room.DELEGATION, Room.CONFIDED, Room.COMPARED, Room.RELEASE)


def open_dialogue(work: Work, *, code: str, titles: dict[str, str], **fields: Any) -> Dialogue:
    """A new dialogue with its four rooms. `fields` are the remaining columns of `Dialogue`."""
    head = DialogueHead(id=new_id(), code=code, titles=titles)
    work.db.add(head)
    work.db.flush()  # its rooms point at it
    lobby = work.open_room(Room.LOBBY, dialogue_id=head.id)
    for kind in (Room.BOARD, Room.REGISTRY, Room.DESK):
        work.open_room(kind, dialogue_id=head.id)
    dialogue = Dialogue(id=head.id, compartment_id=lobby, **fields)
    work.permit(dialogue)
    work.db.add(dialogue)
    work.db.flush()  # parties and people point at it
    return dialogue


def put_party(work: Work, party: Party) -> None:
    """A party and its four rooms, with the keys for those who already have a seat."""
    work.permit(party)
    work.db.add(party)
    work.db.flush()  # its rooms name it
    for kind in PARTY_ROOMS:
        room = work.open_room(kind, dialogue_id=party.dialogue_id, subject_id=party.id)
        joining.hand_keys_of(work, room, kind, party_id=party.id, dialogue_id=party.dialogue_id)
    registry = room_of(work, party.dialogue_id, Room.REGISTRY)
    record_keys(work, room=registry, dialogue_id=party.dialogue_id, names={party.id: party.code})


def list_parties(reading: Reading) -> PartiesView:
    return queries.parties_view(reading)


def add_party(work: Work, command: AddParty) -> PartiesView:
    dialogue = queries.dialogue(work)
    work.require(Action.PARTY_ADD, dialogue)
    ours = Party.dialogue_id == dialogue.id
    if work.db.scalar(select(Party.id).where(ours, Party.code == command.code)):
        raise Invalid({"code": _("This code is already used.")})
    last = work.db.scalar(select(func.max(Party.position)).where(ours)) or 0
    names = {"short": command.short, "long": command.long or None, "demonym": command.demonym or None}
    party = Party(
        id=new_id(),
        compartment_id=dialogue.compartment_id,
        dialogue_id=dialogue.id,
        code=command.code,
        neutral=command.neutral,
        names={dialogue.working_language: {k: v for k, v in names.items() if v}},
        kind=command.kind,
        time_zone=command.time_zone,
        position=last + 1,
        extra={},
    )
    put_party(work, party)
    record(work, Kind.PARTY_ADDED, room=party.compartment_id, party=party.code)
    return queries.parties_view(work)


def list_people(reading: Reading) -> PeopleView:
    reading.enter(Room.REGISTRY)
    return queries.people_view(reading)


def invite_person(work: Work, command: InvitePerson) -> IssuedInvitation:
    """A person in the registry and an invitation to hand over. Both link and code are kept only as hashes."""
    party = _party_of(work, command)
    person = Person(
        id=new_id(),
        compartment_id=work.room(Room.REGISTRY),
        dialogue_id=work.viewer.dialogue_id,
        ref=f"p-{new_id().hex[:12]}",
        family=command.family,
        given=command.given,
        patronymic=command.patronymic or None,
        name_order=command.name_order,
        natives={"und": command.native} if command.native else {},
        honorific=command.honorific or None,
        function=command.function or None,
        party_id=party.id if party else None,
        extra=_more_of(command),
    )
    work.add(Action.INVITATION_ISSUE, person)
    work.db.flush()  # the invitation points at it
    token, code = entropy.token_urlsafe(24), codes.new_code()
    invitation = Invitation(
        id=new_id(),
        compartment_id=person.compartment_id,
        dialogue_id=person.dialogue_id,
        person_id=person.id,
        roles=command.role,
        link_hash=codes.hashed(token),
        code_hash=codes.code_hash(code),
        expires_at=work.now + INVITATION_LIFE,
    )
    work.add(Action.INVITATION_ISSUE, invitation)
    facts: dict[str, Any] = {"roles": invitation.roles, "party": party.code if party else None}
    record(work, Kind.INVITATION_ISSUED, room=invitation.compartment_id, **facts)
    return IssuedInvitation(token=token, code=code, person=queries.shown_name(person))


def _more_of(command: InvitePerson) -> dict[str, Any]:
    institutions = [command.institution] if command.institution else []
    more = {"institutions": institutions, "address": command.address}
    return {name: value for name, value in more.items() if value}


def set_address(work: Work, command: SetAddress) -> PeopleView:
    """Where letters to a person go. Raises Invalid for a person who is not of this dialogue."""
    person = work.db.get(Person, command.person)
    if person is None or person.dialogue_id != work.viewer.dialogue_id:
        raise Invalid({"person": _("Please choose one of the values offered.")})
    work.require(Action.INVITATION_ISSUE, person)
    kept = {name: value for name, value in person.extra.items() if name != "address"}
    person.extra = kept | ({"address": command.address} if command.address else {})
    return list_people(work)


def _party_of(work: Work, command: InvitePerson) -> Party | None:
    needs_party = command.role in (Role.PARTICIPANT, Role.LIAISON)
    if not command.party:
        if needs_party:
            raise Invalid({"party": _("A participant or a liaison belongs to a party.")})
        return None
    try:
        return queries.party(work, command.party)
    except NotFound as fault:
        raise Invalid({"party": _("Please choose one of the values offered.")}) from fault


def show_mandate(reading: Reading, mandate_id: UUID) -> PeopleView:
    """The registry, for the form of one mandate. Raises NotFound for one that is not there."""
    queries.mandate(reading, mandate_id)
    return list_people(reading)


def give_mandate(work: Work, command: GiveMandate) -> PeopleView:
    work.require_in(Action.MANDATE_HAND, Room.REGISTRY)
    person = work.db.get(Person, command.person)
    if person is None or person.dialogue_id != work.viewer.dialogue_id or person.party_id is None:
        raise Invalid({"person": _("A mandate is given to somebody who belongs to a party.")})
    if command.begins_on > work.today:
        raise Invalid({"begins_on": _("This day has not come yet.")})
    _seat(work, person, command.position, command.begins_on)
    facts: dict[str, Any] = {"party": _party_code(work, person.party_id), "position": command.position}
    record(work, Kind.MANDATE_GIVEN, room=person.compartment_id, begins_on=command.begins_on.isoformat(), **facts)
    return queries.people_view(work)


def _party_code(work: Work, party_id: UUID) -> str:
    return work.db.get_one(Party, party_id).code


def _seat(work: Work, person: Person, position: str, begins_on: date) -> None:
    seat = Mandate(
        id=new_id(),
        compartment_id=person.compartment_id,
        dialogue_id=person.dialogue_id,
        person_id=person.id,
        party_id=person.party_id,
        position=position,
        begins_on=begins_on,
        extra={},
    )
    work.add(Action.MANDATE_HAND, seat)
    if person.member_id is not None and person.party_id is not None:
        joining.give_delegation_keys(work, person.member_id, person.party_id)
    work.db.flush()  # the page that follows shows it


def hand_mandate(work: Work, mandate_id: UUID, command: HandMandate) -> PeopleView:
    """End a mandate and give its seat to a successor. What was lodged under it is then to be re-confirmed."""
    row = queries.mandate(work, mandate_id)
    work.require(Action.MANDATE_HAND, row)
    if row.ends_on is not None:
        raise Conflict(_("It ended before, on %(day)s.") % {"day": row.ends_on})
    if command.happened_on > work.today:
        raise Invalid({"happened_on": _("This day has not come yet.")})
    if row.begins_on and command.happened_on < row.begins_on:
        raise Invalid({"happened_on": _("It began after this day, on %(day)s.") % {"day": row.begins_on}})
    if queries.loses_sealed(work, row.id) and not command.accepts_loss:
        raise Invalid(
            {"accepts_loss": _("Nobody else of this delegation can open its sealed entries: they would be lost.")}
        )
    row.ends_on = command.happened_on
    _take_keys(work, row)
    if command.successor:
        successor = _successor(work, row, command.successor)
        row.extra = {**row.extra, "successor": successor.ref}
        _seat(work, successor, row.position, command.happened_on)
    facts: dict[str, Any] = {"party": _party_code(work, row.party_id), "position": row.position}
    record(work, Kind.MANDATE_ENDED, room=row.compartment_id, happened_on=command.happened_on.isoformat(), **facts)
    if command.successor:
        begins_on = command.happened_on.isoformat()
        record(work, Kind.MANDATE_GIVEN, room=row.compartment_id, begins_on=begins_on, **facts)
    return queries.people_view(work)


def _take_keys(work: Work, ended: Mandate) -> None:
    """Of the person whose last mandate this was. The seat in the dialogue stays; the delegation's own words do not."""
    person = work.db.get_one(Person, ended.person_id)
    running = select(Mandate.id).where(
        Mandate.person_id == person.id, Mandate.party_id == ended.party_id, Mandate.ends_on.is_(None)
    )
    if person.member_id is not None and work.db.scalar(running.limit(1)) is None:
        joining.take_delegation_keys(work, person.member_id, ended.party_id)


def _successor(work: Work, row: Mandate, person_id: UUID) -> Person:
    person = work.db.get(Person, person_id)
    if person is None or person.dialogue_id != row.dialogue_id or person.party_id != row.party_id:
        raise Invalid({"successor": _("A successor belongs to the same party.")})
    if person.id == row.person_id:
        raise Invalid({"successor": _("A successor is somebody else.")})
    return person


def show_delegation(reading: Reading) -> DelegationView:
    return admitting.show_delegation(reading)


def let_in(work: Work, member_id: UUID, command: LetIn) -> DelegationView:
    return admitting.let_in(work, member_id, command)


def revoke_invitation(work: Work, invitation_id: UUID) -> None:
    invitation = work.db.get(Invitation, invitation_id)
    if invitation is None or invitation.dialogue_id != work.viewer.dialogue_id:
        raise NotFound
    work.require(Action.INVITATION_ISSUE, invitation)
    if invitation.state == "open":
        invitation.state = "revoked"
        party_id = work.db.get_one(Person, invitation.person_id).party_id
        facts: dict[str, Any] = {"roles": invitation.roles, "party": _party_code(work, party_id) if party_id else None}
        record(work, Kind.INVITATION_REVOKED, room=invitation.compartment_id, **facts)


def redeem_invitation(ground: Ground, token: str, command: RedeemInvitation) -> Welcome:
    return joining.redeem(ground, token, command)
