"""“Why can I see this?”: asked of every confidential view, through both doors, and held against who holds which key."""

import json
from dataclasses import fields, is_dataclass
from html import unescape
from typing import Any, get_args, get_type_hints
from uuid import uuid4

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from app.access import reasons
from app.access.bypass import unguarded
from app.access.levels import Role, Room
from app.access.models import Compartment, Grant, Member
from app.access.viewer import Viewer
from app.access.work import reading
from app.accounts.models import Account
from app.dialogues.models import Party, Person
from app.main import create_app
from app.meetings.models import Attendance, Meeting
from tests.access.test_matrix import ASKED, CALLERS, CHAIRING, DELEGATES, READS, RUNNING, D, World
from tests.cast import CAST
from tests.figures import figure

# Every route of a dialogue that shows something, and needs no reason, with the reason for that.
OPEN = {
    "": "the board: every member but liaisons",
    "/impact": "the board",
    "/baskets/{code}": "the board",
    "/roadmap": "the board",
    "/registers/files": "names of columns",
    "/matrix": "the board",
    "/matrix.{form}": "the board",
    "/registers/files/{name}.{form}": "as many lines as its reader sees; the registers give their reasons",
    "/exchanges": "the board",
    "/inclusion": "the board",
    "/roadmap/new": "a form",
    "/linkage": "a form; the board shows its policy",
    "/requirements/{key}/waive": "a form",
    "/terms/{code}/readings": "a form; the board",
    "/parties": "the lobby",
    "/notes/search": "a form; what is found gives its reasons",
    "/meetings": "names of meetings; each one's own page gives the reason",
    "/meetings/new": "a form; the registry gives the reason",
    "/meetings/{meeting_id}/notes/mine": "one's own, found with one's own key; the page says so",
    "/polls": "names of meetings; each poll's own page gives the reason",
    "/polls/new": "a form; the registry gives the reason",
    "/outbox/letters/{letter_id}/files/{form}": "answered as a file; the outbox gives the reason",
    "/log": "the lobby",
    "/log/entries/{position}": "the lobby",
    "/log/check": "the lobby",
}
FILES = "answered as a file, whose page gives the reason"
# Who somebody must be for the sentence to be true of him.
TRUE_OF = {
    "You see it because you are an organiser.": {"organiser"},
    "You see it because you are a facilitator.": {"facilitator"},
    "You see it because you are a rapporteur.": {"rapporteur"},
    "You see it because you take part.": DELEGATES,
    "You see it because you are a liaison of the recipient.": {"liaison-japan", "liaison-rok"},
    "You see it because you observe.": {"observer"},
    "You see it because you belong to this delegation.": DELEGATES,
    "You see it because you are invited to this meeting or chair it.": CHAIRING | DELEGATES | {"observer"},
    "You see it because you are invited to this meeting or run it.": RUNNING | CHAIRING | DELEGATES | {"observer"},
    "You see it because you run this poll.": RUNNING,
    "You see it because you are asked.": ASKED,
}
READ_BY = {
    "Organisers and facilitators, where the poll says so. Each of those asked sees his own answer.": RUNNING | ASKED,
    "Every member of this dialogue except liaisons.": set(CAST) - {"liaison-japan", "liaison-rok"},
    "Organisers, facilitators, rapporteurs and participants.": RUNNING | CHAIRING | DELEGATES,
    "The facilitator and the rapporteur.": CHAIRING,
    "Those invited to the meeting, organisers, facilitators and rapporteurs.": RUNNING
    | CHAIRING
    | DELEGATES
    | {"observer"},
    "Those invited to the meeting, with the facilitator and the rapporteur. Organisers only if invited.": CHAIRING
    | DELEGATES
    | {"observer"},
    "The members of your delegation, and nobody else.": DELEGATES,
    "The members of the delegation, and the facilitators who belong to no other.": DELEGATES | {"facilitator"},
    "The liaisons of the recipient, organisers, facilitators and rapporteurs.": RUNNING
    | CHAIRING
    | {"liaison-japan", "liaison-rok"},
    "Facilitators and rapporteurs; organisers, of the meetings to which they are invited.": RUNNING | CHAIRING,
    "The facilitators who belong to no party; neither line is shown to them.": {"facilitator"},
    "You alone, as it stands here: it is worked out from what you may know, so others may be shown another.": set(CAST),
}


@pytest.fixture
def world(ground, program):
    made = World(ground, program)
    give = [("tachibana", "sealed"), ("tachibana", "confided"), ("liang", "confided"), ("namgung", "sealed")]
    for who, disclosure in give:
        body = {"view": "with-conditions", "text": f"On dates, {disclosure}.", "disclosure": disclosure}
        made._made(made.programs[who], f"{D}/roadmap/VP/position", body)
    return made


@pytest.mark.sqlite_only("routes do not depend on the database")
def test_every_view_of_a_dialogue_gives_its_reason_or_is_known_to_need_none(ground):
    without = {}
    for context in iter_route_contexts(create_app(ground).routes):
        path = (context.path or "").removeprefix("/api/v1/dialogues/{dialogue}")
        if path == context.path or "GET" not in (context.methods or ()):
            continue
        told = get_type_hints(context.endpoint)["return"]
        if not _gives_reason(told):
            without[path] = FILES if getattr(told, "__name__", "").endswith("Response") else "none"
    assert {path for path, why in without.items() if why != FILES} == set(OPEN)
    assert all(
        "." in path or path.endswith(("/{form}", "/checkpoint")) for path, why in without.items() if why == FILES
    )


def _gives_reason(kind: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether somewhere in what a view holds stands who reads it and why."""
    if kind in seen:
        return False
    if not is_dataclass(kind):
        return any(_gives_reason(part, seen) for part in get_args(kind))
    hints = get_type_hints(kind)
    if {"readers", "why"} <= {field.name for field in fields(kind)}:
        return True
    return any(_gives_reason(part, seen | {kind}) for part in hints.values())


def _reasons(told: Any) -> set[tuple[str, str]]:
    """Every (readers, why) in an answer."""
    if isinstance(told, list):
        return set().union(*map(_reasons, told))
    if not isinstance(told, dict):
        return set()
    own = {(told["readers"], told["why"])} if "why" in told and "readers" in told else set()
    return own | _reasons(list(told.values()))


@pytest.mark.sqlite_only("sentences do not depend on the database")
def test_reason_is_given_by_both_doors_and_is_true_of_whoever_reads_it(world, visit):
    """Of the caller, both sentences: who reads it, he among them; why he does. No confidential view is without one for somebody."""
    told: dict[str, set[str]] = {}
    count = 0
    for caller in CAST:
        person = visit(caller)
        for row in READS:
            answer = world.call(caller, row)
            if not answer.is_success or "json" not in answer.headers["content-type"]:
                continue
            found = _reasons(json.loads(answer.content))
            page = unescape(_page(person, row, row.path.format(**world.things)))
            for readers, why in found:
                assert caller in READ_BY[readers], (row.name, caller, readers)
                assert caller in TRUE_OF[why], (row.name, caller, why)
                assert readers in page, (row.name, caller, readers)
                assert why in page, (row.name, caller, why)
                count += 1
            told.setdefault(row.name, set()).update(readers for readers, _why in found)
    silent = {row.name for row in READS if not told.get(row.name) and not _is_open(row)}
    assert silent == {"notes of the record"}  # there are none
    assert set(READ_BY) == set().union(*told.values())
    figure("P22", reasons=count)


def _page(person: Any, row: Any, path: str) -> str:
    answer = person.get(path) if row.method == "GET" else person.send(path, page=path, **row.body)
    return str(answer.text)


def _is_open(row: Any) -> bool:
    path = row.path.removeprefix(D).split("?")[0]
    known = {"/baskets/ENERGY", "/roadmap/SP1", "/requirements/{link}/waive", "/terms/verification/readings"}
    known |= {"/meetings/{open}/notes/mine", "/log/entries/0"}
    return path in OPEN or path in known or "." in path or path.endswith(("/md", "/eml", "/checkpoint"))


def _sentences(answer: Any) -> set[str]:
    return {readers for readers, _why in _reasons(answer.json())}


@pytest.mark.sqlite_only("sentences do not depend on the database")
def test_position_is_said_to_be_read_by_whom_it_was_told(world):
    """A sealed one and what was held before: the own side; a confided one: the facilitators too, who are told so as facilitators."""
    own, facilitator = (_positions(world, who) for who in ("tachibana", "facilitator"))
    assert own == {
        "On dates, confided.": ("confided", reasons.READERS[Room.CONFIDED], reasons.BECAUSE[Room.DELEGATION]),
        "On dates, sealed.": ("sealed", reasons.READERS[Room.DELEGATION], reasons.BECAUSE[Room.DELEGATION]),
    }
    assert {readers for _d, readers, _w in facilitator.values()} == {reasons.READERS[Room.CONFIDED]}
    assert {why for *_rest, why in facilitator.values()} == {"You see it because you are a facilitator."}
    wider = {"view": "with-conditions", "text": "On dates, to all.", "disclosure": "shared-without-attribution"}
    world._made(world.programs["tachibana"], f"{D}/roadmap/VP/position", wider)
    own = _positions(world, "tachibana")
    assert {readers for _d, readers, _w in own.values()} == {
        reasons.READERS[Room.DELEGATION]
    }  # whose it is: they alone
    assert "On dates, to all." not in _positions(world, "namgung")


def _positions(world: World, who: str) -> dict[str, tuple[str, str, str]]:
    told = world.programs[who].get(f"{D}/roadmap/VP/position")
    return {p["text"]: (p["disclosure"], p["readers"], p["why"]) for p in (*told["positions"], *told["history"])}


def test_who_is_said_to_read_a_room_is_who_holds_its_key(world, ground):
    """Each room of each kind: its keys against the sentence, worked out a second time from seats and invitations."""
    with unguarded(ground, "a test counts keys") as work:
        logins = dict(
            work.db.execute(select(Member.id, Account.login).join(Account, Account.id == Member.account_id)).all()
        )
        roles = {
            login: set(names.split())
            for member, names in work.db.execute(select(Member.id, Member.roles))
            for login in [logins[member]]
        }
        party = {logins[m]: p for m, p in work.db.execute(select(Member.id, Member.party_id)) if p}
        there: dict[Any, set[str]] = {}
        for meeting, member in work.db.execute(
            select(Attendance.meeting_id, Person.member_id).join(Person, Person.id == Attendance.person_id)
        ):
            if member:
                there.setdefault(meeting, set()).add(logins[member])
        rooms = work.db.scalars(select(Compartment)).all()
        dialogue = work.db.execute(select(Meeting.dialogue_id)).scalars().first()
        held = {
            room.id: {
                logins[m] for m in work.db.scalars(select(Grant.member_id).where(Grant.compartment_id == room.id))
            }
            for room in rooms
        }
        assert set(work.db.scalars(select(Party.id))) >= set(party.values())
    members = set(roles) - {"outsider"}

    def are(*names: str) -> set[str]:
        return {login for login in members if roles[login] & set(names)}

    staff, seen = are("organiser", "facilitator", "rapporteur"), set()
    for room in rooms:
        if room.dialogue_id != dialogue:
            continue
        seen.add(room.kind)
        own = {login for login in members if party.get(login) == room.subject_id}
        expected = {
            Room.LOBBY: members,
            Room.BOARD: members - are("liaison"),
            Room.REGISTRY: staff | are("participant"),
            Room.DESK: are("facilitator", "rapporteur"),
            Room.MEETING: staff | there.get(room.subject_id, set()),
            Room.FLOOR: there.get(room.subject_id, set()) | are("facilitator", "rapporteur"),
            Room.DELEGATION: (own & are("participant")) - {"newcomer"},  # who is not let in yet
            Room.CONFIDED: (own & are("participant")) | are("facilitator"),
            Room.COMPARED: own & are("participant"),
            Room.RELEASE: staff | (own & are("liaison")),
            Room.POLL: are("organiser", "facilitator"),
            Room.ANSWERS: are("organiser", "facilitator"),  # of a poll that shows who answered what
        }[Room(room.kind)]
        assert held[room.id] == expected, (room.kind, held[room.id] ^ expected)
    assert seen == set(reasons.READERS)
    assert set(CALLERS) - {"outsider"} <= members


@pytest.mark.sqlite_only("nothing is asked of the database")
def test_of_several_roles_the_one_that_opens_the_room_is_named(ground):
    """Who takes part and is a liaison too reads a release as a liaison; a party's own facilitator reads what it confides as its own."""
    both = Viewer(roles=frozenset({Role.PARTICIPANT, Role.LIAISON}), party_id=uuid4())
    facilitator = Viewer(roles=frozenset({Role.PARTICIPANT, Role.FACILITATOR}), party_id=uuid4())
    with reading(ground, both) as asked:
        assert reasons.of_kind(asked, Room.RELEASE).why == "You see it because you are a liaison of the recipient."
        assert reasons.of_kind(asked, Room.BOARD).why == "You see it because you take part."
    with reading(ground, facilitator) as asked:
        assert reasons.of_kind(asked, Room.CONFIDED).why == "You see it because you belong to this delegation."
        assert reasons.of_kind(asked, Room.DESK).why == "You see it because you are a facilitator."
