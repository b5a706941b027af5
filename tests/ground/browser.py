"""A person at a browser without JavaScript, and a program with a token: the two ways in."""

import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pyotp
from fastapi import FastAPI

from app.core import clock

FORM_KEY = re.compile(r'name="form_key" value="([^"]+)"')


class Visitor:
    """Follows no redirects, keeps cookies, sends forms with the one-time key of the page it stands on."""

    def __init__(self, app: FastAPI, loop: Any) -> None:
        self.app, self.loop = app, loop
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://127.0.0.1:8000",
            headers={"Origin": "http://127.0.0.1:8000"},
        )

    def _do(self, work: Any) -> httpx.Response:
        return self.loop.run_until_complete(work)  # type: ignore[no-any-return]

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._do(self.client.get(path, **more))

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._do(self.client.request(method, path, **more))

    def key(self, page: str = "/styleguide") -> str:
        found = FORM_KEY.search(self.get(page).text)
        return found.group(1) if found else ""

    def send(self, path: str, *, page: str = "/sign-in", **fields: Any) -> httpx.Response:
        return self.send_with(self.key(page), path, **fields)

    def send_with(self, key: str, path: str, **fields: Any) -> httpx.Response:
        body = urlencode([("form_key", key), *_pairs(fields)])
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self._do(self.client.post(path, content=body, headers=headers))

    def sign_in(self, login: str, passphrase: str, secret: str | None = None) -> "Visitor":
        code = pyotp.TOTP(secret).at(clock.now()) if secret else ""
        answer = self.send("/sign-in", login=login, passphrase=passphrase, code=code)
        assert answer.status_code == 303, answer.text
        return self


def _pairs(fields: dict[str, Any]) -> list[tuple[str, str]]:
    return [(n, str(v)) for n, vs in fields.items() for v in (vs if isinstance(vs, list) else [vs])]
