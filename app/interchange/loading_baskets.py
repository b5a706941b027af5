"""Baskets, topics and meetings of a document into the database."""

from sqlalchemy import select

from app.access.levels import Room
from app.access.work import Work
from app.baskets.models import Basket, BasketChange, SilenceAgreed, Topic, TopicChange
from app.core.ids import new_id
from app.dialogues.models import Person
from app.interchange.document import Document
from app.interchange.document_people import MeetingDoc
from app.interchange.loading_rows import Names, put, put_changes, rest
from app.meetings.models import AgendaItem, Attendance, Meeting
from app.meetings.service import put_open_meeting
from app.notes.service import put_demonstration_note


def load_baskets(work: Work, document: Document, names: Names) -> None:
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
            extra=rest(b),
        )
        put(work, basket)
        put_changes(work, BasketChange, "basket_id", basket.id, board, b.changes)
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
            extra=rest(t),
        )
        put(work, topic)
        put_changes(work, TopicChange, "topic_id", topic.id, board, t.changes)


def load_meeting(work: Work, m: MeetingDoc, names: Names) -> None:
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
        extra=rest(m, "series", "phase", "outcome", "host", "chair", "demonstration"),
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


def _put_of_record(work: Work, m: MeetingDoc, meeting: Meeting, names: Names) -> None:
    """A meeting of the public record: on the board; who attended, in the registry."""
    meeting.compartment_id = names.rooms[Room.BOARD]
    put(work, meeting)
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
                extra=rest(item),
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
                extra=rest(a),
            )
        )


def _load_notes(work: Work, m: MeetingDoc, meeting: Meeting, names: Names) -> None:
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
