"""The gate: a forgotten check is a crash, never a leak."""

import pytest
from sqlalchemy import select, text

from app.access.gate import GateError
from app.access.viewer import NOBODY, Viewer
from app.access.work import GuardedSession, reading, working
from app.baskets.models import Basket, Topic
from app.meetings.models import Meeting
from app.notes.models import Note
from app.registers.models import Entry
from tests.ground.people import viewer as viewer_of


def test_nobody_reads_nothing(ground):
    with reading(ground, NOBODY) as it:
        assert list(it.db.scalars(select(Basket))) == []
    with GuardedSession(ground.engine) as db, pytest.raises(GateError, match="without a viewer"):
        db.scalars(select(Basket))


def test_every_way_of_asking_is_narrowed(ground):
    inside, outside = viewer_of(ground, "namgung"), viewer_of(ground, "organiser")
    asks = [
        select(Note.id),
        select(Note).join(Meeting, Meeting.floor_id == Note.compartment_id),
        select(Meeting.id).join(Note, Meeting.floor_id == Note.compartment_id),
        select(Note.id).where(Note.id.in_(select(Note.id))),
        select(select(Note.id).subquery()),
    ]
    for ask in asks:
        with reading(ground, inside) as it:
            assert it.db.execute(ask).all(), ask
        with reading(ground, outside) as it:
            assert it.db.execute(ask).all() == [], ask
    with reading(ground, inside) as it:
        note = it.db.scalars(select(Note)).first()
    with reading(ground, outside) as it:
        assert it.db.get(Note, note.id) is None


def test_a_statement_made_once_is_narrowed_for_each_viewer_anew(ground):
    made_once = select(Entry.id)
    seen = []
    for login in ("tachibana", "namgung", "observer", "tachibana"):
        with reading(ground, viewer_of(ground, login)) as it:
            seen.append(set(it.db.scalars(made_once)))
    assert seen[0] == seen[3]
    assert seen[0] != seen[1]
    assert seen[2] < seen[0]


def test_sql_text_and_bulk_statements_do_not_pass(ground):
    viewer = viewer_of(ground, "facilitator")
    with working(ground, viewer) as work:
        for ask in (text("SELECT * FROM note"), Basket.__table__.delete(), select(Basket.__table__)):
            with pytest.raises(GateError):
                work.db.execute(ask)


def test_a_row_is_written_only_with_a_permit(ground):
    viewer = viewer_of(ground, "facilitator")
    with pytest.raises(GateError, match="without a permit"), working(ground, viewer) as work:
        work.db.scalars(select(Basket)).first().state = "stalled"
    with pytest.raises(GateError, match="without a permit"), working(ground, viewer) as work:
        work.db.delete(work.db.scalars(select(Topic)).first())


def test_a_row_never_moves_to_another_room_unnoticed(ground):
    viewer = viewer_of(ground, "facilitator")
    with pytest.raises(GateError, match="moves to another room"), working(ground, viewer) as work:  # noqa: PT012
        basket = work.db.scalars(select(Basket)).first()
        work.permit(basket)
        basket.compartment_id = next(room for room in viewer.rooms if room != basket.compartment_id)


def test_a_key_taken_away_opens_nothing_from_the_next_request_on(ground, visit):
    from app.access.bypass import unguarded  # noqa: PLC0415
    from app.access.models import Member  # noqa: PLC0415

    visitor = visit("tachibana")
    assert visitor.get("/dialogues/six-party-talks").status_code == 200
    with unguarded(ground, "a test takes a seat away") as work:
        seat = viewer_of(ground, "tachibana")
        work.db.get_one(Member, seat.member_id).is_active = False
    assert visitor.get("/dialogues/six-party-talks").status_code == 404
    assert isinstance(seat, Viewer)
