"""Reading dialogues, parties, people and invitations."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from app.access import reasons
from app.access.levels import SEALED, Role, Room
from app.access.models import Compartment, Grant
from app.access.rules import Action
from app.access.work import Reading
from app.core.errors import NotFound
from app.core.i18n import wording
from app.db.base import id_of
from app.dialogues.models import Dialogue, Invitation, Mandate, Party, Person
from app.dialogues.views import InvitationView, MandateView, PartiesView, PartyView, PeopleView, PersonView
from app.ledger.queries import member_numbers


def dialogue(reading: Reading) -> Dialogue:
    found = reading.db.get(Dialogue, reading.viewer.dialogue_id)
    if found is None:
        raise NotFound
    return found


_PARTIES = select(Party).where(Party.dialogue_id == id_of("dialogue")).order_by(Party.position)


def party_rows(reading: Reading) -> list[Party]:
    return list(reading.db.scalars(_PARTIES, {"dialogue": reading.viewer.dialogue_id}))


def party(reading: Reading, code: str) -> Party:
    found = reading.db.scalar(select(Party).where(Party.dialogue_id == reading.viewer.dialogue_id, Party.code == code))
    if found is None:
        raise NotFound
    return found


def party_names(reading: Reading) -> dict[str, str]:
    """Party code to its short name, in the language of the moment."""
    return {row.code: short_name(row) for row in party_rows(reading)}


RUNNING = frozenset({Role.ORGANISER, Role.FACILITATOR})


def party_codes_of(reading: Reading) -> frozenset[str] | None:
    """The parties for which the viewer can speak: the own one; none at all means any, for those who keep the record."""
    if reading.viewer.roles & RUNNING:
        return None
    return voices_of(reading)


def voices_of(reading: Reading) -> frozenset[str]:
    """The viewer's own party, while there is a mandate to speak for it; else none."""
    return frozenset(row.code for row in party_rows(reading) if row.id == reading.viewer.voice)


class EndedMandate(NamedTuple):
    """A mandate that is over: since when, and who holds the seat now, as far as it was recorded."""

    on: date
    successor: str | None


def ended_mandates(reading: Reading, day: date) -> dict[str, EndedMandate]:
    """Id of every mandate that had ended by that day. Empty for whoever holds no key to the registry."""
    ours = Mandate.dialogue_id == reading.viewer.dialogue_id
    rows = reading.db.scalars(select(Mandate).where(ours, Mandate.ends_on <= day)).all()
    names = {row.ref: shown_name(row) for row in people(reading)} if rows else {}
    return {str(row.id): EndedMandate(row.ends_on or day, names.get(row.extra.get("successor", ""))) for row in rows}


def mandate_of_viewer(reading: Reading) -> str | None:
    """The mandate under which the viewer speaks: the own one, else that of the delegation's head.

    None where none is recorded, and for somebody whose own has ended: the successor's is not his.
    """
    mine = Person.member_id == reading.viewer.member_id
    heads = (Mandate.party_id == reading.viewer.party_id) & (Mandate.position == "head")
    rows = reading.db.execute(
        select(Mandate.id, Person.member_id)
        .join(Person, Person.id == Mandate.person_id)
        .where(Mandate.ends_on.is_(None) | (Mandate.ends_on > reading.today), mine | heads)
        .order_by(Mandate.begins_on.desc(), Mandate.id)
    ).all()
    own = [mandate for mandate, member in rows if member == reading.viewer.member_id]
    if not own and _has_had_one(reading):
        return None
    return str((own or [mandate for mandate, _member in rows])[0]) if rows else None


def _has_had_one(reading: Reading) -> bool:
    mine = (
        select(Mandate.id)
        .join(Person, Person.id == Mandate.person_id)
        .where(Person.member_id == reading.viewer.member_id)
    )
    return reading.db.scalar(mine.limit(1)) is not None


def names_of(row: Party) -> tuple[str, ...]:
    """Everything that a party is called: its codes, its short and long names in every language."""
    said = (name for names in row.names.values() for name in (names.get("short"), names.get("long")))
    return (row.code, row.neutral, *(str(name) for name in said if name))


def short_name(row: Party) -> str:
    return str(wording(row.names)["short"]) if row.names else row.code


def party_view(row: Party) -> PartyView:
    names: dict[str, Any] = wording(row.names) or {"short": row.code}
    return PartyView(
        code=row.code,
        neutral=row.neutral,
        short=names["short"],
        long=names.get("long") or names["short"],
        kind=row.kind,
        time_zone=row.time_zone,
        left_on=row.left_on,
    )


def parties_view(reading: Reading) -> PartiesView:
    here = dialogue(reading)
    return PartiesView(
        parties=tuple(party_view(row) for row in party_rows(reading)),
        order=here.extra.get("order_of_delegations"),
        may_add=reading.may(Action.PARTY_ADD, here),
    )


def people(reading: Reading) -> list[Person]:
    ours = Person.dialogue_id == reading.viewer.dialogue_id
    return list(reading.db.scalars(select(Person).where(ours).order_by(Person.family, Person.given, Person.ref)))


def people_view(reading: Reading) -> PeopleView:
    parties = party_rows(reading)
    codes = {row.id: short_name(row) for row in parties}
    rows = people(reading)
    positions = _positions(reading)
    shown = {row.id: shown_name(row) for row in rows}
    numbers = member_numbers(reading, {row.member_id for row in rows if row.member_id})
    may_invite = reading.may(Action.INVITATION_ISSUE, rows[0]) if rows else False
    found = (_person_view(row, codes, positions, numbers) for row in rows)
    readers = reasons.of_kind(reading, Room.REGISTRY)
    return PeopleView(
        people=tuple(found if may_invite else (replace(person, address="") for person in found)),
        invitations=_invitations(reading, shown),
        parties=tuple(party_view(row) for row in parties),
        mandates=_mandates(reading, codes, rows),
        may_invite=may_invite,
        readers=readers.who,
        why=readers.why,
    )


def _mandates(reading: Reading, parties: dict[UUID, str], people: list[Person]) -> tuple[MandateView, ...]:
    ours = Mandate.dialogue_id == reading.viewer.dialogue_id
    shown, by_ref = {row.id: shown_name(row) for row in people}, {row.ref: shown_name(row) for row in people}
    rows = reading.db.scalars(select(Mandate).where(ours)).all()
    last = _last_holders(reading)
    alone = {row.id for row in people if row.member_id in last}
    running = Counter((row.person_id, row.party_id) for row in rows if row.ends_on is None)
    views = [
        MandateView(
            id=row.id,
            person=shown.get(row.person_id, ""),
            party=parties.get(row.party_id, ""),
            position=row.position,
            begins_on=row.begins_on,
            ends_on=row.ends_on,
            successor=by_ref.get(row.extra.get("successor", "")),
            may_hand=row.ends_on is None and reading.may(Action.MANDATE_HAND, row),
            ends_sealed=row.person_id in alone and running[row.person_id, row.party_id] == 1 and row.ends_on is None,
        )
        for row in rows
    ]
    return tuple(sorted(views, key=lambda view: (view.party, view.position, str(view.begins_on), view.person)))


def _last_holders(reading: Reading) -> frozenset[UUID]:
    """Members of this dialogue who alone can open what their delegation keeps to itself."""
    rooms = (
        select(Grant.compartment_id)
        .join(Compartment, Compartment.id == Grant.compartment_id)
        .where(Compartment.dialogue_id == reading.viewer.dialogue_id, Compartment.kind.in_(SEALED))
        .group_by(Grant.compartment_id)
        .having(func.count() == 1)
    )
    return frozenset(reading.db.scalars(select(Grant.member_id).where(Grant.compartment_id.in_(rooms))))


def loses_sealed(reading: Reading, mandate_id: UUID) -> bool:
    """Whether the end of this mandate leaves nobody who opens what the delegation keeps to itself."""
    return any(each.id == mandate_id and each.ends_sealed for each in people_view(reading).mandates)


def mandate(reading: Reading, mandate_id: UUID) -> Mandate:
    found = reading.db.get(Mandate, mandate_id)
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


def _positions(reading: Reading) -> dict[UUID, str]:
    ours = Mandate.dialogue_id == reading.viewer.dialogue_id
    rows = reading.db.execute(select(Mandate.person_id, Mandate.position).where(ours))
    return {person_id: position for person_id, position in rows}  # noqa: C416  # rows, not pairs


def _person_view(
    row: Person, parties: dict[UUID, str], positions: dict[UUID, str], numbers: dict[UUID, int]
) -> PersonView:
    return PersonView(
        id=row.id,
        shown=shown_name(row),
        family=row.family,
        given=row.given,
        patronymic=row.patronymic,
        native=wording(row.natives) if row.natives else "",
        honorific=row.honorific,
        function=row.function,
        institutions=tuple(row.extra.get("institutions", ())),
        address=row.extra.get("address", ""),
        party=parties.get(row.party_id) if row.party_id else None,
        position=positions.get(row.id),
        is_member=row.member_id is not None,
        number=numbers.get(row.member_id) if row.member_id else None,
        is_demonstration=row.is_demonstration,
    )


def shown_name(row: Person) -> str:
    """The name in the person's own order, the family name in capitals where it comes first."""
    if row.name_order == "family-first":
        return f"{row.family.upper()} {row.given}".strip()
    return " ".join(part for part in (row.given, row.patronymic, row.family) if part)


def _invitations(reading: Reading, shown: dict[UUID, str]) -> tuple[InvitationView, ...]:
    found = reading.db.scalars(
        reading.visible(Action.INVITATION_ISSUE, Invitation)
        .where(Invitation.dialogue_id == reading.viewer.dialogue_id)
        .order_by(Invitation.id)
    )
    return tuple(InvitationView(i.id, shown.get(i.person_id, ""), i.roles, i.state, i.failures) for i in found)
