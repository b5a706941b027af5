"""To a real mail server on this machine: each letter once, whatever the server does and whenever this process ends."""

import random
import socket
import threading
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from app.access.bypass import unguarded
from app.core import clock
from app.outbox import delivering
from app.outbox.models import Letter
from tests.conftest import loaded
from tests.outbox.test_letters import PEOPLE, D, _let_all_go, _write, workshop  # noqa: F401  # a fixture

MOODS = ("take", "take", "later", "hang up before", "hang up after")


class Server:
    """What a mail server does, and what it has taken: Message-ID to how often."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}
        self.messages: list[bytes] = []
        self.mood = lambda: "take"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # the library's name
        mood = self.mood()
        if mood == "later":
            return "451 Try again later"
        if mood == "never":
            return "550 No such person"
        if mood == "hang up before":
            server.transport.abort()
            return "451 gone"
        self.messages.append(envelope.content)
        name = message_from_bytes(envelope.content, policy=default)["Message-ID"]
        self.taken[name] = self.taken.get(name, 0) + 1
        if mood == "hang up after":
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def server():
    handler = Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        handler.port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def ground(databases, tmp_path, server):
    mail = {
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_security": "none",
        "mail_from": "dipoli@example.org",
    }
    with loaded(databases, tmp_path) as made:
        yield replace(made, settings=made.settings.model_copy(update=mail))


def _states(ground):
    with unguarded(ground, "a test looks") as work:
        return {row.id.hex: row.state for row in work.db.scalars(select(Letter))}


def test_letters_that_were_let_go_arrive_and_no_others(ground, program, workshop, server):  # noqa: F811
    facilitator = program("facilitator")
    _write(facilitator, workshop)
    assert delivering.deliver_due(ground) == 0
    _let_all_go(facilitator, workshop)
    assert delivering.deliver_due(ground) == len(PEOPLE)
    got = [message_from_bytes(each, policy=default) for each in server.messages]
    assert {message["To"] for message in got} == set(PEOPLE.values())
    assert delivering.deliver_due(ground) == 0
    assert set(server.taken.values()) == {1}


def test_a_server_that_is_not_there_is_asked_again_later_and_at_last_given_up(ground, program, workshop, server):  # noqa: F811
    server.mood = lambda: pytest.fail("nothing may reach the server")
    away = replace(ground, settings=ground.settings.model_copy(update={"smtp_port": 9}))
    facilitator = program("facilitator")
    _write(facilitator, workshop)
    _let_all_go(facilitator, workshop)
    moment = clock.now()
    for pause in (*delivering.PAUSES, delivering.PAUSES[-1]):
        with clock.frozen(moment):
            assert delivering.deliver_due(away) == 0
        moment += pause
    states = [state for state in _states(ground).values() if state != "by-hand"]
    assert states == ["failed"] * len(PEOPLE)


def test_who_is_refused_for_good_is_not_tried_again(ground, program, workshop, server):  # noqa: F811
    server.mood = lambda: "never"
    facilitator = program("facilitator")
    _write(facilitator, workshop)
    _let_all_go(facilitator, workshop)
    delivering.deliver_due(ground)
    assert sorted(set(_states(ground).values())) == ["by-hand", "failed"]


def test_two_that_send_at_once_send_nothing_twice(ground, program, workshop, server):  # noqa: F811
    facilitator = program("facilitator")
    _write(facilitator, workshop)
    _let_all_go(facilitator, workshop)
    both = [threading.Thread(target=delivering.deliver_due, args=(ground,)) for _each in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert set(server.taken.values()) == {1}
    assert len(server.taken) == len(PEOPLE)


class Killed(BaseException):
    """The process ends here."""


def test_killed_a_hundred_times_before_a_moody_server_nothing_is_sent_twice(
    ground,
    program,
    workshop,  # noqa: F811
    server,
    monkeypatch,
):
    """Every letter is set down as sent and was taken once, or as unknown; whatever was taken is not sent again by itself."""
    dice = random.Random(7)
    server.mood = lambda: dice.choice(MOODS)
    real = delivering._set_down

    def set_down(row, outcome):
        if dice.random() < 0.5:
            raise Killed
        real(row, outcome)

    monkeypatch.setattr(delivering, "_set_down", set_down)
    facilitator = program("facilitator")
    kills, moment = 0, clock.now()
    while kills < 100:
        _write(facilitator, workshop, reminds=True)
        _let_all_go(facilitator, workshop)
        for _round in range(12):
            moment += delivering.PAUSES[-1]
            with clock.frozen(moment):
                try:
                    delivering.deliver_due(ground)
                except Killed:
                    kills += 1
        assert set(server.taken.values()) == {1}
    states = _states(ground)
    assert set(states.values()) <= {"sent", "unknown", "failed", "by-hand"}
    taken = {name.strip("<>").split("@")[0] for name in server.taken}
    assert {name for name, state in states.items() if state == "sent"} <= taken
    assert taken <= {name for name, state in states.items() if state in ("sent", "unknown")}
