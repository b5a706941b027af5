"""A world: the real application on a database of its own, where time and chance are the scenario's. People act through its two doors."""

import asyncio
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pyotp
import structlog
from fastapi import FastAPI
from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.work import Ground
from app.core import clock, entropy
from app.main import create_app
from app.meetings.models import Meeting
from app.notes.batches import publish
from app.notes.models import Note
from app.start import set_up_logs
from tests.cast import PASSPHRASE
from tests.conftest import _secret
from tests.two_worlds.house import CODE, MOMENT, WHY, House, seeded
from tests.two_worlds.scenario import AUTHOR, Act, Scenario

D = f"/dialogues/{CODE}"
FORM_KEY = re.compile(rb'name="form_key" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def whole(self) -> bytes:
        """As it goes over the line."""
        return b"\r\n".join([str(self.status).encode(), *(n + b": " + v for n, v in self.headers), b"", self.body])


_apps: dict[bytes, FastAPI] = {}


def application(ground: Ground) -> FastAPI:
    """Made once: two hundred scenarios need two thousand milliseconds less for each tenth of a second. The ground is the world's own."""
    key = ground.keys.key_id
    if key not in _apps:
        _apps[key] = create_app(ground)
    _apps[key].state.ground = ground
    return _apps[key]


@dataclass
class World:
    """One telling. `heard`: (who, what) to the answer, for every act but those of the unknown author."""

    house: House
    ground: Ground
    author: str
    loop: asyncio.AbstractEventLoop
    log: io.StringIO
    app: Any = None
    heard: dict[tuple[str, str], Answer] = field(default_factory=dict)
    cookies: dict[str, bytes] = field(default_factory=dict)
    meetings: list[str] = field(default_factory=list)
    items: list[list[str]] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)
    note_id: str = ""
    summary: tuple[str, int] | None = None
    release: str = ""
    said: set[str] = field(default_factory=set)
    """(verb, status) of all acts, to see that a run met what it should."""

    # --- the two doors -----------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """One HTTP request, as the server hands it to the application."""
        where, _mark, query = path.partition("?")
        lines = {
            "host": "127.0.0.1:8000",
            "origin": "http://127.0.0.1:8000",
            "content-length": str(len(body)),
        } | headers
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": where,
            "raw_path": where.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in lines.items()],
            "client": ("127.0.0.1", 5000),
            "server": ("127.0.0.1", 8000),
        }
        return self.loop.run_until_complete(_exchange(self.app, scope, body))

    def program(self, who: str, method: str, path: str, body: Any = None) -> Answer:
        headers = {"content-type": "application/json"}
        if who != "stranger":
            headers["authorization"] = f"Bearer {self.house.tokens[who]}"
        return self.ask(method, f"/api/v1{path}", headers, json.dumps(body).encode() if body is not None else b"")

    def page(self, who: str, path: str) -> Answer:
        if who not in self.cookies and who != "stranger":
            self.sign_in(Act(who, "sign_in"))
        cookie = {"cookie": self.cookies[who].decode()} if who in self.cookies else {}
        return self.ask("GET", path, cookie)

    def form(self, who: str, page: str, path: str, **fields: str) -> Answer:
        found = FORM_KEY.search(self.page(who, page).body)
        typed = urlencode({"form_key": found.group(1).decode() if found else "", **fields}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if who in self.cookies:
            headers["cookie"] = self.cookies[who].decode()
        return self.ask("POST", path, headers, typed)

    def get(self, who: str, path: str, door: str) -> Answer:
        return self.page(who, path) if door == "browser" else self.program(who, "GET", path)

    # --- the acts ----------------------------------------------------------------------------------------------------

    def play(self, told: Scenario) -> None:
        """Where one of the pair comes by browser, both have signed in before: the worlds have the same sign-ins."""
        by_browser = any(act.door == "browser" and act.who in (AUTHOR, *told.pair) for act in told.acts)
        with clock.frozen(MOMENT), entropy.replaced(seeded(told.seed)):
            for who in told.pair if by_browser else ():
                self.sign_in(Act(who, "sign_in"))
        for number, act in enumerate(told.acts):
            who = self.author if act.who == AUTHOR else act.who
            at = MOMENT + timedelta(minutes=number)
            known = self.note_ids() if act.who == AUTHOR else set()
            with clock.frozen(at), entropy.replaced(seeded((told.seed, number))):
                answer = getattr(self, act.verb)(replace(act, who=who))
            if act.who == AUTHOR and act.verb == "post":
                self.note_id = "".join(str(found) for found in self.note_ids() - known)
            if answer is not None:
                self.said.add(f"{act.verb} {answer.status}")
                if act.who != AUTHOR:
                    self.heard[who, f"act {number}: {act.verb}"] = answer

    def note_ids(self) -> set[UUID]:
        with unguarded(self.ground, WHY) as work:
            return set(work.db.scalars(select(Note.id)))

    def sign_in(self, act: Act) -> Answer:
        secret = _secret(self.ground, act.who)
        code = pyotp.TOTP(secret).at(clock.now()) if secret else ""
        self.cookies.pop(act.who, None)
        found = FORM_KEY.search(self.ask("GET", "/sign-in", {}).body)
        fields = {
            "form_key": found.group(1).decode() if found else "",
            "login": act.who,
            "passphrase": PASSPHRASE,
            "code": code,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self.ask("POST", "/sign-in", headers, urlencode(fields).encode())
        for name, value in answer.headers:
            if name == b"set-cookie" and value.startswith(b"dipoli="):
                self.cookies[act.who] = value.partition(b";")[0]
        return answer

    def meet(self, act: Act) -> Answer:
        body = {
            "title": f"Meeting number {act.meeting}",
            "starts_on": "2026-11-24",
            "ends_on": "2026-11-25",
            "rule": act.words,
            "agenda": "\n".join(f"Item {n}" for n in range(act.item)),
            "invited": [self.house.people[name] for name in act.more],
        }
        answer = self.program(act.who, "POST", f"{D}/meetings/new", body)
        view = answer.json()
        self.meetings.append(view["line"]["id"])
        self.items.append([item["id"] for item in view["agenda"]])
        return answer

    def here(self, act: Act) -> str:
        return f"{D}/meetings/{self.meetings[act.meeting]}"

    def add_item(self, act: Act) -> Answer:
        return self.program(
            act.who, "POST", f"{self.here(act)}/agenda", {"title": "Another item", "rule": act.words or None}
        )

    def tighten(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{self.here(act)}/rule", {"rule": "off-record"})

    def post(self, act: Act) -> Answer:
        self.words[act.note] = act.words
        items = self.items[act.meeting]
        path = f"{self.here(act)}/agenda/{items[act.item % len(items)]}/notes"
        if act.door == "browser":
            return self.form(act.who, f"{self.here(act)}/notes", path, body=act.words)
        return self.program(act.who, "POST", path, {"body": act.words})

    def empty(self, act: Act) -> Answer:
        return self.post(Act(act.who, "post", act.meeting, item=act.item, door=act.door))

    def edit(self, act: Act) -> Answer | None:
        mine = self.program(act.who, "GET", f"{self.here(act)}/notes/mine")
        found = [note for note in mine.json().get("notes", ()) if note["body"] == self.words[act.note]]
        if not found:
            return mine
        self.words[act.note] = act.words
        path = f"{self.here(act)}/notes/mine"
        if act.door == "browser":
            return self.form(
                act.who, path, f"{path}/{found[0]['id']}", body=act.words, version=str(found[0]["version"])
            )
        return self.program(
            act.who, "PUT", f"{path}/{found[0]['id']}", {"body": act.words, "version": found[0]["version"]}
        )

    def steal(self, act: Act) -> Answer | None:
        """Try the one note's id, as if somebody had guessed it."""
        if not self.note_id:
            return None
        return self.program(
            act.who, "PUT", f"{self.here(act)}/notes/mine/{self.note_id}", {"body": "Mine?", "version": 1}
        )

    def batch(self, act: Act) -> Answer:
        """Asked for; and as if enough people had written and the coin had fallen well, the clock makes it appear."""
        answer = self.program(act.who, "POST", f"{self.here(act)}/release-batch")
        if answer.status == 200:
            with unguarded(self.ground, WHY) as work:
                publish(work, work.db.get_one(Meeting, UUID(self.meetings[act.meeting])))
        return answer

    def close(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{self.here(act)}/close")

    def approve(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{self.here(act)}/seal")

    def draft(self, act: Act) -> Answer:
        answer = self.program(act.who, "POST", f"{D}/summaries", {"meeting": self.meetings[act.meeting]})
        self.summary = (answer.json()["id"], answer.json()["version"])
        return answer

    def cut(self, act: Act) -> Answer | None:
        if self.summary is None:
            return None
        body = {"party": act.words, "tlp": "TLP:AMBER"}
        answer = self.program(act.who, "POST", f"{D}/summaries/{self.summary[0]}/releases", body)
        self.release = answer.json()["line"]["id"] if answer.status == 201 else ""
        return answer

    def acknowledge(self, act: Act) -> Answer | None:
        if not self.release:
            return None
        return self.program(act.who, "POST", f"{D}/releases/{self.release}/acknowledge", {})

    def lodge(self, act: Act) -> Answer:
        body = {"kind": "interest", "text": act.more[0] if act.more else "Predictable dates.", "disclosure": act.words}
        return self.program(act.who, "POST", f"{D}/registers", body)

    def invite(self, act: Act) -> Answer:
        return self.program(act.who, "POST", f"{D}/people", {"family": act.words, "role": "observer"})

    def rest(self, _act: Act) -> None:
        """Nobody is there."""

    def look(self, act: Act) -> Answer:
        return self.get(act.who, D + act.words, act.door)


async def _exchange(app: Any, scope: dict[str, Any], body: bytes) -> Answer:
    status, headers, parts = 500, (), []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], tuple((bytes(n), bytes(v)) for n, v in message["headers"])
        else:
            parts.append(bytes(message.get("body", b"")))

    await app(scope, receive, send)
    return Answer(status, headers, b"".join(parts))


@contextmanager
def telling(house: House, folder: Path, author: str, loop: asyncio.AbstractEventLoop) -> Iterator[World]:
    """A world before anything happened. Its log is written at the level at which the product runs."""
    log = io.StringIO()
    with house.copy(folder) as ground:
        set_up_logs("info")
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(log))
        try:
            yield World(house, ground, author, loop, log, application(ground))
        finally:
            set_up_logs("error")
