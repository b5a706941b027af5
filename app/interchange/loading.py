"""A judged document into the database: in one transaction, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.levels import SECOND_FACTOR_ROLES, Role, Room
from app.access.models import Compartment, DialogueHead
from app.access.work import Ground, Work
from app.accounts.models import Account
from app.accounts.service import create_account, give_second_factor
from app.baskets.models import Basket, BasketChange, SilenceAgreed, Topic, TopicChange
from app.core.errors import Conflict
from app.core.ids import new_id
from app.dialogues.admitting import hand_on, holders, log_keys, sealed_room, seated
from app.dialogues.joining import seat_member
from app.dialogues.models import Mandate, Party, Person
from app.dialogues.service import open_dialogue, put_party
from app.engine.schedule import due_on
from app.interchange.document import ChangeDoc, Document, MeetingDoc, Part, PositionDoc, StepDoc
from app.interchange.judging import waived_link
from app.interchange.reading import day_of
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.meetings.models import AgendaItem, Attendance, Meeting
from app.meetings.service import put_open_meeting
from app.notes.service import put_demonstration_note
from app.registers.models import Term
from app.registers.positions import put_position
from app.registers.service import ROOM_OF, put_entry
from app.roadmap.models import Anchor, Exchange, Handover, Instalment, Link, Obstacle, Step, StepChange, Waiver
from app.vault.passphrase import open_vault

WHY = "a document is loaded before anybody has a seat"


@dataclass(slots=True)
class Loaded:
    """What came of a document. `accounts`: login to passphrase of the demonstration accounts that were made."""

    dialogue: str
    accounts: dict[str, str] = field(default_factory=dict)
    left_out: int = 0
    """Sealed entries and positions of parties of whom nobody has a seat: there is no key to seal them with."""


@dataclass(slots=True)
class _Names:
    """Codes of the document to ids of the rows."""

    dialogue: UUID
    rooms: dict[Room, UUID]
    parties: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    baskets: dict[str, UUID] = field(default_factory=dict)
    nodes: dict[str, UUID] = field(default_factory=dict)
    vaults: dict[str, bytes] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    """Party to the mandate of its head that has not ended."""
    left_out: int = 0


def load(ground: Ground, document: Document, *, accounts: dict[str, str] | None = None) -> Loaded:
    """Load a dialogue. `accounts` gives passphrases for the demonstration logins; without it none are made.

    Raises Conflict where a dialogue of this code is already there.
    """
    with unguarded(ground, WHY) as work:
        if work.db.scalar(select(DialogueHead.id).where(DialogueHead.code == document.dialogue.code)):
            raise Conflict(f"There is already a dialogue {document.dialogue.code}.")
        names = _open(work, document)
        _load_parties(work, document, names)
        _load_people(work, document, names)
        made = _load_memberships(work, document, names, accounts or {})
        _let_in(work, names)
        _load_baskets(work, document, names)
        _load_registers(work, document, names)
        for meeting in document.meetings:
            _load_meeting(work, meeting, names)
        record(work, Kind.DIALOGUE_LOADED, room=names.rooms[Room.LOBBY], dialogue_id=names.dialogue)
    return Loaded(document.dialogue.code, made, names.left_out)


def _rest(part: Part, *fields: str) -> dict[str, Any]:
    """What the row has no column for: kept as it stood, and written out again."""
    return part.model_dump(mode="json", exclude_defaults=True, include={"source", "certainty", "remark", *fields})


def _put(work: Work, *rows: Any) -> None:
    work.db.add_all(rows)
    work.db.flush()  # what follows points at them


def _open(work: Work, document: Document) -> _Names:
    d = document.dialogue
    dialogue = open_dialogue(
        work,
        code=d.code,
        titles=d.title,
        descriptions=d.description,
        languages=d.languages,
        working_language=d.working_language,
        time_zone=d.time_zone,
        linkage_policy=d.linkage_policy,
        is_demonstration=d.demonstration,
        extra=_rest(d, "linkage_since", "order_of_delegations"),
    )
    rooms = {kind: _room(work, dialogue.id, kind) for kind in (Room.LOBBY, Room.BOARD, Room.REGISTRY)}
    return _Names(dialogue.id, rooms)


def _room(work: Work, dialogue_id: UUID, kind: Room, subject_id: UUID | None = None) -> UUID:
    found = work.db.scalar(
        select(Compartment.id).where(
            Compartment.dialogue_id == dialogue_id, Compartment.kind == kind, Compartment.subject_id == subject_id
        )
    )
    if found is None:
        raise LookupError(kind)
    return found


def _load_parties(work: Work, document: Document, names: _Names) -> None:
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
            extra=_rest(p),
        )
        put_party(work, party)


def _load_people(work: Work, document: Document, names: _Names) -> None:
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
            extra=_rest(
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
                extra=_rest(m, "basket", "successor"),
            )
        )


def _load_memberships(work: Work, document: Document, names: _Names, passphrases: dict[str, str]) -> dict[str, str]:
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


def _let_in(work: Work, names: _Names) -> None:
    """Those of a demonstration's delegation have let each other in; its passphrases are everybody's."""
    for party_id in names.parties.values():
        room = sealed_room(work, party_id)
        held = holders(work, room)
        for member in seated(work, party_id):
            if held and member.id not in held:
                hand_on(work, room, member)
    log_keys(work, names.dialogue)


def _can_be_kept(work: Work, disclosure: str, room: UUID, names: _Names) -> bool:
    """What is sealed needs somebody to seal it to."""
    can_be_kept = disclosure != "sealed" or bool(holders(work, room))
    names.left_out += not can_be_kept
    return can_be_kept


def _account(work: Work, login: str, passphrase: str, roles: frozenset[Role]) -> Account:
    needs = bool(roles & SECOND_FACTOR_ROLES)
    account = create_account(work, login, passphrase, needs_second_factor=needs, is_demonstration=True)
    if needs:
        give_second_factor(work, account, confirmed=True)
    return account


def _load_baskets(work: Work, document: Document, names: _Names) -> None:
    board = names.rooms[Room.BOARD]
    for position, b in enumerate(document.baskets, 1):
        names.baskets[b.code] = new_id()
        basket = Basket(
            id=names.baskets[b.code],
            compartment_id=board,
            dialogue_id=names.dialogue,
            code=b.code,
            titles=b.title,
            descriptions=b.description,
            position=position,
            state=b.changes[-1].state,
            party_codes=b.members,
            chair=" ".join(b.chair) or None,
            extra=_rest(b),
        )
        _put(work, basket)
        _put_changes(work, BasketChange, "basket_id", basket.id, board, b.changes)
        work.db.add_all(
            SilenceAgreed(
                compartment_id=board,
                basket_id=basket.id,
                days=silence.days,
                happened_on=silence.on,
                recorded_at=work.now,
                position=place,
            )
            for place, silence in enumerate(b.silences, 1)
        )
    for position, t in enumerate(document.topics, 1):
        topic = Topic(
            id=new_id(),
            compartment_id=board,
            dialogue_id=names.dialogue,
            basket_id=names.baskets[t.basket],
            code=t.code,
            titles=t.title,
            grade=t.grade,
            position=position,
            state=t.changes[-1].state,
            extra=_rest(t),
        )
        _put(work, topic)
        _put_changes(work, TopicChange, "topic_id", topic.id, board, t.changes)


def _put_changes(work: Work, table: Any, owner: str, owner_id: UUID, board: UUID, changes: Any) -> None:
    change: ChangeDoc
    for position, change in enumerate(changes, 1):
        work.db.add(
            table(
                compartment_id=board,
                state=change.state,
                happened_on=change.on,
                recorded_at=_moment(change.recorded) or work.now,
                position=position,
                reason=change.reason,
                extra=_rest(change, "recorded", "verified_by", "before"),
                **{owner: owner_id},
            )
        )


def _moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _load_registers(work: Work, document: Document, names: _Names) -> None:
    shared = {"compartment_id": names.rooms[Room.BOARD], "dialogue_id": names.dialogue}
    for t in document.texts:
        work.db.add(
            Anchor(**shared, code=t.code, kind=t.kind, titles=t.title, adopted_on=t.adopted, extra=_rest(t, "summary"))
        )
    for o in document.obstacles:
        names.nodes[o.code] = new_id()
        work.db.add(
            Obstacle(
                **shared,
                id=names.nodes[o.code],
                code=o.code,
                titles=o.title,
                basket_codes=o.baskets,
                raised_on=o.raised,
                lifted_on=o.lifted,
                recorded_at=_moment(o.recorded) or work.now,
                reason=o.reason,
                extra=_rest(o, "recorded"),
            )
        )
    _load_steps(work, document, names, shared)
    _load_ties(work, document, names, shared)
    for position, term in enumerate(document.terms, 1):
        work.db.add(
            Term(
                **shared,
                code=term.code,
                expressions=term.expression,
                state=term.state,
                turns=[turn.model_dump(mode="json", include={"state", "on"}) for turn in term.turns],
                readings=[r.model_dump(mode="json", exclude_none=True) for r in term.readings],
                position=position,
                extra=_rest(term, "used_in"),
            )
        )
    _load_entries(work, document, names)


def _load_steps(work: Work, document: Document, names: _Names, shared: dict[str, Any]) -> None:
    adopted = {t.code: t.adopted for t in document.texts}
    for position, s in enumerate(document.steps, 1):
        names.nodes[s.code] = new_id()
        step = Step(
            **shared,
            id=names.nodes[s.code],
            basket_id=names.baskets[s.basket],
            code=s.code,
            titles=s.title,
            actor_codes=s.actors,
            due=_due(s),
            due_on=due_on(_due(s), adopted),
            total=s.quantity.total if s.quantity else None,
            unit=s.quantity.unit if s.quantity else None,
            state=s.changes[-1].state,
            position=position,
            earlier=[words.model_dump(mode="json") for words in s.earlier],
            extra=_rest(s, "text", "verification", "outcome", "grades", "precedents", "graded_before"),
        )
        _put(work, step)
        _put_changes(work, StepChange, "step_id", step.id, shared["compartment_id"], s.changes)
        _load_quantity(work, s, step)
        _load_positions(work, s, names)


def _due(s: StepDoc) -> dict[str, Any]:
    return s.due.model_dump(mode="json", exclude_none=True) if s.due else {}


def _load_quantity(work: Work, s: StepDoc, step: Step) -> None:
    ours = {"compartment_id": step.compartment_id, "step_id": step.id, "recorded_at": work.now}
    for position, part in enumerate(s.quantity.delivered if s.quantity else [], 1):
        work.db.add(
            Instalment(
                **ours,
                party_code=part.party,
                quantity=part.quantity,
                happened_on=part.on,
                position=position,
                withdrawn_on=part.withdrawn,
                withdrawn_reason=part.withdrawn_reason,
                extra=_rest(part),
            )
        )
    for given in s.quantity.handed_over if s.quantity else []:
        work.db.add(
            Handover(
                **ours,
                party_code=given.party,
                quantity=given.quantity,
                happened_on=given.on,
                reason=given.reason,
                agreements=[each.model_dump(mode="json") for each in given.agreements],
                agreed_on=given.agreed_on,
                revoked_on=given.revoked,
                revoked_reason=given.revoked_reason,
            )
        )


def _load_positions(work: Work, s: StepDoc, names: _Names) -> None:
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


def _disclosed(work: Work, names: _Names, disclosure: str, party_id: UUID) -> UUID:
    """The room that a disclosure means."""
    kind = ROOM_OF.get(disclosure)
    return _room(work, names.dialogue, kind, party_id) if kind else names.rooms[Room.BOARD]


def _load_ties(work: Work, document: Document, names: _Names, shared: dict[str, Any]) -> None:
    obstacles = {o.code for o in document.obstacles}
    made: list[Link] = []
    for position, link in enumerate(document.links, 1):
        target = names.nodes[link.to]
        is_basket = link.step in names.baskets and link.to in obstacles
        made.append(
            Link(
                **shared,
                id=new_id(),
                step_id=None if is_basket else names.nodes[link.step],
                basket_id=names.baskets[link.step] if is_basket else None,
                to_obstacle_id=target if link.to in obstacles else None,
                to_step_id=None if link.to in obstacles else target,
                kind=link.kind,
                party_code=link.by,
                since=link.since,
                until=link.until,
                reason=link.reason,
                position=position,
                extra=_rest(link),
            )
        )
    work.db.add_all(made)
    exchanges: dict[str, Exchange] = {}
    for position, x in enumerate(document.exchanges, 1):
        exchanges[x.code] = Exchange(
            **shared,
            id=new_id(),
            code=x.code,
            a_codes=x.a,
            b_codes=x.b,
            order=x.order,
            readings=[r.model_dump(mode="json", exclude_none=True) for r in x.readings],
            position=position,
            extra=_rest(x, "since", "ends"),
        )
    work.db.add_all(exchanges.values())
    work.db.flush()  # waivers point at both
    for w in document.waivers:
        place = waived_link(document, w) if w.step else None
        work.db.add(
            Waiver(
                **shared,
                link_id=None if place is None else made[place].id,
                exchange_id=exchanges[w.exchange].id if w.exchange else None,
                side=w.side,
                party_code=w.by,
                happened_on=w.on,
                recorded_at=work.now,
                reason=w.reason,
                recorded_by=w.recorded_by,
                revoked_on=w.revoked,
                revoked_reason=w.revoked_reason,
                revoked_by=w.revoked_by,
            )
        )


def _load_entries(work: Work, document: Document, names: _Names) -> None:
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
            "extra": _rest(e),
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


def _load_meeting(work: Work, m: MeetingDoc, names: _Names) -> None:
    meeting = Meeting(
        id=new_id(),
        dialogue_id=names.dialogue,
        code=m.code,
        kind=m.kind,
        titles=m.title,
        basket_codes=m.baskets,
        starts_on=m.starts,
        ends_on=m.ends,
        starts_at=m.starts_at,
        ends_at=m.ends_at,
        time_zone=m.time_zone,
        venue=m.venue,
        city=m.city,
        rule=m.rule,
        tlp=m.tlp,
        state=m.state,
        extra=_rest(m, "series", "phase", "outcome", "host", "chair", "demonstration"),
    )
    if m.state == "open":
        agenda = [(i.ref, i.title, i.rule, i.topics) for i in m.agenda]
        put_open_meeting(
            work,
            meeting,
            agenda,
            {names.people[a.person]: a.capacity for a in m.attendance},
            dialogue_id=names.dialogue,
        )
        _load_notes(work, m, meeting, names)
    else:
        _put_of_record(work, m, meeting, names)


def _put_of_record(work: Work, m: MeetingDoc, meeting: Meeting, names: _Names) -> None:
    """A meeting of the public record: on the board; who attended, in the registry."""
    meeting.compartment_id = names.rooms[Room.BOARD]
    _put(work, meeting)
    for position, item in enumerate(m.agenda, 1):
        work.db.add(
            AgendaItem(
                compartment_id=meeting.compartment_id,
                meeting_id=meeting.id,
                position=position,
                ref=item.ref,
                title=item.title,
                rule=item.rule,
                topic_codes=item.topics,
                extra=_rest(item),
            )
        )
    party_of = {person_id: party_id for person_id, party_id in work.db.execute(select(Person.id, Person.party_id))}  # noqa: C416
    for a in m.attendance:
        person_id = names.people[a.person]
        work.db.add(
            Attendance(
                compartment_id=names.rooms[Room.REGISTRY],
                meeting_id=meeting.id,
                person_id=person_id,
                party_id=party_of[person_id],
                capacity=a.capacity,
                is_present=a.present,
                extra=_rest(a),
            )
        )


def _load_notes(work: Work, m: MeetingDoc, meeting: Meeting, names: _Names) -> None:
    found = work.db.execute(select(AgendaItem.ref, AgendaItem.id).where(AgendaItem.meeting_id == meeting.id))
    items = {ref: item_id for ref, item_id in found}  # noqa: C416  # rows, not pairs
    for note in m.notes:
        put_demonstration_note(
            work,
            meeting,
            items[note.agenda],
            note.body,
            vault_key=names.vaults.get(note.by or ""),
            is_released=note.released,
        )
