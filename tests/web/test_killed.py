"""What was confirmed as saved is saved: the server is killed in the middle of writing, again and again, and started anew.

People write through both doors all the while. Whatever was answered with 2xx or 303 is there afterwards; a form that got no answer is
sent once more after the start, as a browser does; and nothing is there twice.
"""

import http.client
import json
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from app.core import clock
from app.soundness import refuse_unsound_database
from app.start import issue_token
from tests.cast import PASSPHRASE
from tests.figures import figure
from tests.ground.browser import FORM_KEY
from tests.ground.serving import Server

D = "/dialogues/six-party-talks"
LONG = bool(os.environ.get("DIPOLI_TEST_LONG"))
KILLS = {"sqlite": 200 if LONG else 50, "postgresql": 200 if LONG else 20}


@dataclass
class Writer:
    """One person, who writes as fast as answers come. `confirmed`: what was said to be saved; `unanswered`: what nothing was said of."""

    port: int
    confirmed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    count: int = 0

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, path, body, {"origin": f"http://127.0.0.1:{self.port}"} | headers)
            answer = line.getresponse()
            self.headers = answer.headers
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def write(self, stopped: Event) -> None:
        """Until there is no answer any more."""
        while not stopped.is_set():
            words = f"{type(self).__name__}-{self.count}"
            self.count += 1
            try:
                status, told = self.send(words)
            except (OSError, http.client.HTTPException):
                self.unanswered.append(words)
                return
            if status in (200, 201, 204, 303):
                self.confirmed.append(words)
            else:
                self.wrong.append(f"{words}: {status} {told[:300]}")

    def send(self, words: str) -> tuple[int, str]:
        raise NotImplementedError


@dataclass
class Program(Writer):
    token: str = ""
    path: str = ""

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        return self.ask(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)

    def get(self, path: str) -> Any:
        status, told = self.call("GET", path)
        assert status == 200, told
        return json.loads(told)


class Notes(Program):
    def send(self, words: str) -> tuple[int, str]:
        return self.call("POST", self.path, {"body": words})


class Steps(Program):
    def send(self, words: str) -> tuple[int, str]:
        return self.call(
            "POST", f"{D}/roadmap/new", {"code": words, "basket": "ENERGY", "actors": ["KR"], "title": words}
        )


@dataclass
class Forms(Writer):
    """At a browser. A form whose answer did not come is sent again as it was, with the key that it has."""

    path: str = ""
    page: str = ""
    cookie: str = ""
    waiting: dict[str, str] = field(default_factory=dict)
    asked_to_look: int = 0

    def sign_in(self, login: str) -> None:
        key = FORM_KEY.search(self.ask("GET", "/sign-in", None, {})[1])
        assert key
        status, told = self._post(
            "/sign-in", {"form_key": key[1], "login": login, "passphrase": PASSPHRASE, "code": ""}
        )
        assert status == 303, told
        self.cookie = self.headers["set-cookie"].partition(";")[0]

    def _post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields), kind | {"cookie": self.cookie})

    def send(self, words: str) -> tuple[int, str]:
        key = FORM_KEY.search(self.ask("GET", self.page, None, {"cookie": self.cookie})[1])
        if key is None:
            raise http.client.HTTPException
        self.waiting = {"form_key": key[1], "body": words}
        answer = self._post(self.path, self.waiting)
        self.waiting = {}
        return answer

    def send_again(self) -> None:
        """The same form. Where the server cannot know whether it had kept it, the person is told to look, looks, and writes it once more."""
        if not self.waiting:
            return
        words = self.waiting["body"]
        status, told = self._post(self.path, self.waiting)
        if status == 409:
            assert "Was it saved?" in told
            self.asked_to_look += 1
            if words not in self.mine():
                status, told = self.send(words)
        assert status in (303, 409), told
        self.confirmed.append(words)
        self.waiting = {}

    def mine(self) -> list[str]:
        page = self.ask("GET", f"{self.page}/mine", None, {"cookie": self.cookie})[1]
        return [f"Forms-{part.split('<')[0].strip()}" for part in page.split("Forms-")[1:]]


@pytest.fixture
def house(ground):
    """A server that is started and can be killed, and those who write to it. Its clock is the machine's."""
    with clock.replaced(lambda: datetime.fromtimestamp(time.time(), UTC)):
        tokens = {
            n: issue_token(ground, n, name="t", days=1, passphrase=PASSPHRASE) for n in ("tachibana", "organiser")
        }
    ground.engine.dispose()
    server = Server(ground)
    server.start()
    reader = Program(server.port, token=tokens["tachibana"])
    meeting = next(m["id"] for m in reader.get(f"{D}/meetings")["upcoming"] if m["code"] == "W-2026")
    here = f"{D}/meetings/{meeting}"
    item = reader.get(f"{here}/notes")["items"][0]["id"]
    forms = Forms(server.port, path=f"{here}/agenda/{item}/notes", page=f"{here}/notes")
    forms.sign_in("liang")
    notes = Notes(server.port, token=tokens["tachibana"], path=f"{here}/agenda/{item}/notes")
    steps = Steps(server.port, token=tokens["organiser"])
    yield server, notes, steps, forms, here
    server.end()


def test_what_was_confirmed_is_there_after_the_server_is_killed_in_the_middle(house, ground, engine_name):
    server, notes, steps, forms, here = house
    chance, kills = random.Random(5), KILLS[engine_name]
    for kill in range(kills):
        stopped = Event()
        there = (
            (notes, steps, forms) if kill % 4 == 0 else (notes, steps)
        )  # a form that was kept unanswered waits five seconds
        writing = [Thread(target=each.write, args=(stopped,)) for each in there]
        for each in writing:
            each.start()
        _let_write(there, chance)
        server.kill()
        stopped.set()
        for each in writing:
            each.join()
        server.start()
        forms.send_again()
    assert [*notes.wrong, *steps.wrong, *forms.wrong] == []
    kept = [
        (notes, [note["body"] for note in notes.get(f"{here}/notes/mine")["notes"]]),
        (steps, [step["code"] for step in steps.get(f"{D}/roadmap")["steps"]]),
        (forms, forms.mine()),
    ]
    confirmed = 0
    for who, found in kept:
        assert set(who.confirmed) <= set(found), type(who).__name__
        assert [words for words, times in Counter(found).items() if times > 1] == []
        confirmed += len(who.confirmed)
    assert confirmed > kills
    assert sum(len(who.unanswered) for who, _found in kept) >= kills // 2  # they were killed in the middle
    refuse_unsound_database(ground)
    figure("P7", kills=kills, confirmed=confirmed, lost=0)


def _let_write(writers: tuple[Writer, ...], chance: random.Random) -> None:
    """Until some more is confirmed, and then a moment that has nothing to do with any of them."""
    until = sum(len(each.confirmed) for each in writers) + chance.randint(1, 5)
    patience = time.monotonic() + 30
    while sum(len(each.confirmed) for each in writers) < until and time.monotonic() < patience:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.04))


@pytest.mark.sqlite_only("what PostgreSQL writes through is its operator's setting, by default")
def test_an_answer_waits_for_the_disk(ground):
    """A power cut: SQLite's own promise (pragma synchronous, FULL) of a transaction that was committed, on every connection that writes."""
    reading = ground.engine.execution_options(writes=False)
    with reading.connect() as one, reading.connect() as other:
        for connection in (one, other):
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
