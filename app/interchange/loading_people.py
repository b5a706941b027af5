"""Parties, people and seats of a document into the database."""

from app.access.levels import SECOND_FACTOR_ROLES, Role, Room
from app.access.work import Work
from app.accounts.models import Account
from app.accounts.service import create_account, give_second_factor
from app.core.ids import new_id
from app.dialogues.admitting import hand_on, holders, log_keys, sealed_room, seated
from app.dialogues.joining import seat_member
from app.dialogues.models import Mandate, Party, Person
from app.dialogues.service import put_party
from app.interchange.document import Document
from app.interchange.loading_rows import Names, rest
from app.vault.passphrase import open_vault


def load_parties(work: Work, document: Document, names: Names) -> None:
    for position, p in enumerate(document.parties, 1):
        names.parties[p.code] = new_id()
        party = Party(
            id=names.parties[p.code],
            compartment_id=names.rooms[Room.LOBBY],
            dialogue_id=names.dialogue,
            code=p.code,
            neutral=p.neutral,
            names={language: name.model_dump(exclude_defaults=True) for language, name in p.names.items()},
            kind=p.kind,
            time_zone=p.time_zone,
            position=position,
            joined_on=p.joined,
            left_on=p.left,
            extra=rest(p),
        )
        put_party(work, party)


def load_people(work: Work, document: Document, names: Names) -> None:
    registry = names.rooms[Room.REGISTRY]
    for p in document.people:
        names.people[p.ref] = new_id()
        person = Person(
            id=names.people[p.ref],
            compartment_id=registry,
            dialogue_id=names.dialogue,
            ref=p.ref,
            family=p.family,
            given=p.given,
            patronymic=p.patronymic,
            name_order=p.order,
            natives=p.native,
            honorific=p.honorific,
            function=p.function,
            party_id=names.parties[p.party] if p.party else None,
            is_demonstration=p.demonstration,
            extra=rest(
                p, "spellings", "readings", "institutions", "nicknames", "titles", "rank", "former", "gender", "address"
            ),
        )
        work.db.add(person)
    work.db.flush()  # mandates point at people
    for m in document.mandates:
        mandate_id = new_id()
        if m.position == "head" and m.begins and not m.ends:
            names.heads[m.party] = str(mandate_id)
        work.db.add(
            Mandate(
                id=mandate_id,
                compartment_id=registry,
                dialogue_id=names.dialogue,
                person_id=names.people[m.person],
                party_id=names.parties[m.party],
                position=m.position,
                begins_on=m.begins,
                ends_on=m.ends,
                extra=rest(m, "basket", "successor"),
            )
        )


def load_memberships(work: Work, document: Document, names: Names, passphrases: dict[str, str]) -> dict[str, str]:
    """Seats of the demonstration accounts. Everybody else is invited by the organiser."""
    party_of = {p.ref: p.party for p in document.people}
    made: dict[str, str] = {}
    for seat in document.memberships:
        if seat.login is None or seat.login not in passphrases:
            continue
        roles = frozenset(Role(role) for role in seat.roles)
        account = _account(work, seat.login, passphrases[seat.login], roles)
        party = seat.party or party_of[seat.person]
        member = seat_member(
            work,
            dialogue_id=names.dialogue,
            account_id=account.id,
            roles=roles,
            party_id=names.parties[party] if party else None,
        )
        work.db.get_one(Person, names.people[seat.person]).member_id = member.id
        vault = open_vault(passphrases[seat.login], account.credential)
        if vault is not None:
            names.vaults[seat.person] = vault
        made[seat.login] = passphrases[seat.login]
    return made


def let_in(work: Work, names: Names) -> None:
    """Those of a demonstration's delegation have let each other in; its passphrases are everybody's."""
    for party_id in names.parties.values():
        room = sealed_room(work, party_id)
        held = holders(work, room)
        for member in seated(work, party_id):
            if held and member.id not in held:
                hand_on(work, room, member)
    log_keys(work, names.dialogue)


def _account(work: Work, login: str, passphrase: str, roles: frozenset[Role]) -> Account:
    needs = bool(roles & SECOND_FACTOR_ROLES)
    account = create_account(work, login, passphrase, needs_second_factor=needs, is_demonstration=True)
    if needs:
        give_second_factor(work, account, confirmed=True)
    return account
