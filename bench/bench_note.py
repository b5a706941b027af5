"""Posting a note (durable, encrypted, without a trace of who) against a bare route that takes the same form and inserts one row.

Same bytes over the wire, same engine with the same SQLite settings (WAL, synchronous=FULL), one Core insert.
"""

import hashlib
import hmac
import os
import re
import tempfile
import urllib.request
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import FastAPI, Form, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Column, LargeBinary, MetaData, Table, insert

from app.demo.service import case
from app.interchange.loading import load as load_document
from app.main import create_app
from app.vault.keys import new_content_key
from bench.ground import PASSPHRASE, compare, fresh_ground, opened, serve

PORT = 8472
D = "/dialogues/six-party-talks"
BARE = Table(
    "bare",
    MetaData(),
    Column("id", LargeBinary, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
BODY = "The energy shipments and the disablement could be counted on one sheet, side by side. " * 4


def main() -> None:
    ground = fresh_ground(Path(tempfile.mkdtemp()))
    document = case()
    load_document(ground, document, accounts={seat.login: PASSPHRASE for seat in document.memberships if seat.login})
    with ground.engine.begin() as connection:
        account = UUID(connection.exec_driver_sql("SELECT id FROM account WHERE login = 'tachibana'").scalar_one())
        BARE.create(connection)
    cookie = ground.linkage.open_login(account, new_content_key(), label="tachibana")
    settings, secret = ground.settings, ground.keys.derive(b"form keys")
    ground.engine.dispose()

    def make_app() -> FastAPI:
        here = opened(settings)
        app = create_app(here)

        @app.post("/bare", include_in_schema=False)
        def bare(form_key: Annotated[str, Form()], body: Annotated[str, Form()]) -> Response:
            with here.engine.begin() as connection:
                connection.execute(insert(BARE).values(id=os.urandom(16), body=body.encode()))
            return RedirectResponse("/", 303)

        return app

    process = serve(make_app, PORT)
    head = f"Host: 127.0.0.1\r\nOrigin: {settings.base_url}\r\nCookie: dipoli={cookie}\r\n"
    place = _post_place(cookie)

    def note(path: str = place) -> bytes:
        nonce = os.urandom(18).hex()
        signature = hmac.new(secret, f"{nonce}\n{cookie}".encode(), hashlib.sha256).hexdigest()[:32]
        body = urlencode({"form_key": f"{nonce}.{signature}", "body": BODY})
        return _post(path, head, body)

    compare("post a note", PORT, note, lambda: note("/bare"), expected=303)
    process.terminate()


def _post(path: str, head: str, body: str) -> bytes:
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    return f"POST {path} HTTP/1.1\r\n{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def _post_place(cookie: str) -> str:
    meeting = _find(cookie, f"{D}/meetings", rf'href="({D}/meetings/[0-9a-f-]+)">Workshop')
    return _find(cookie, f"{meeting}/notes", rf'action="({meeting}/agenda/[0-9a-f-]+/notes)"')


def _find(cookie: str, path: str, pattern: str) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers={"Cookie": f"dipoli={cookie}"})
    found = re.search(pattern, urllib.request.urlopen(request).read().decode())
    if found is None:
        raise SystemExit(f"{pattern} is not on {path}")
    return found[1]


main()
