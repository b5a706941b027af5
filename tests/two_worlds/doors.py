"""The two doors of the real application: people at browsers, programs with tokens. Requests are handed to it as the server does."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pyotp
from fastapi import FastAPI

from app.access.work import Ground
from app.core import clock
from app.main import create_app
from tests.cast import PASSPHRASE
from tests.conftest import _secret
from tests.two_worlds.house import House

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
class Doors:
    """Of one house. `cookies`: who sits at a browser, signed in."""

    house: House
    ground: Ground
    loop: asyncio.AbstractEventLoop
    app: Any
    cookies: dict[str, bytes] = field(default_factory=dict, kw_only=True)

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        return ask(self.app, self.loop, method, path, headers, body)

    def program(self, who: str, method: str, path: str, body: Any = None) -> Answer:
        headers = {"content-type": "application/json"}
        if who != "stranger":
            headers["authorization"] = f"Bearer {self.house.tokens[who]}"
        return self.ask(method, f"/api/v1{path}", headers, json.dumps(body).encode() if body is not None else b"")

    def page(self, who: str, path: str) -> Answer:
        if who not in self.cookies and who != "stranger":
            self.enter(who)
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

    def enter(self, who: str) -> Answer:
        secret = _secret(self.ground, who)
        code = pyotp.TOTP(secret).at(clock.now()) if secret else ""
        self.cookies.pop(who, None)
        found = FORM_KEY.search(self.ask("GET", "/sign-in", {}).body)
        fields = {
            "form_key": found.group(1).decode() if found else "",
            "login": who,
            "passphrase": PASSPHRASE,
            "code": code,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self.ask("POST", "/sign-in", headers, urlencode(fields).encode())
        for name, value in answer.headers:
            if name == b"set-cookie" and value.startswith(b"dipoli="):
                self.cookies[who] = value.partition(b";")[0]
        return answer


def ask(app: Any, loop: Any, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """One HTTP request, as the server hands it to the application."""
    where, _mark, query = path.partition("?")
    lines = {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000", "content-length": str(len(body))} | headers
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
    return loop.run_until_complete(_exchange(app, scope, body))  # type: ignore[no-any-return]


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
