"""Board, roadmap and impact page of 10 baskets x 20 topics x 400 steps against a bare route that replays the very same queries and sends a ready-made page."""

import tempfile
import urllib.request
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI, Request, Response
from sqlalchemy import event

from app.interchange.document import Document
from app.interchange.loading import load as load_document
from app.main import create_app
from bench.ground import PASSPHRASE, compare, fresh_ground, opened, serve

PORT = 8471


def document(steps: int = 400) -> Document:
    baskets = [
        {
            "code": f"B{b}",
            "title": {"en": f"Basket number {b}"},
            "members": ["A"],
            "changes": [{"state": "active", "on": "2020-01-01"}],
        }
        for b in range(10)
    ]
    topics = [
        {
            "code": f"T{b}-{t}",
            "basket": f"B{b}",
            "title": {"en": f"Topic {t} of basket {b}, soft or hard"},
            "grade": 1 + t % 5,
            "changes": [{"state": "open", "on": "2020-01-01"}],
        }
        for b in range(10)
        for t in range(20)
    ]
    made = [
        {
            "code": f"S{s}",
            "basket": f"B{s % 10}",
            "actors": ["A"],
            "title": {"en": f"Step {s}"},
            "changes": [{"state": "agreed", "on": "2020-01-01"}],
        }
        for s in range(steps)
    ]
    links = [{"from": f"S{s}", "kind": "requires" if s % 3 else "linked", "to": f"S{s - 7}"} for s in range(7, steps)]
    return Document.model_validate(
        {
            "format": "dipoli/1",
            "dialogue": {"code": "bench", "title": {"en": "Bench"}, "demonstration": True},
            "parties": [{"code": "A", "neutral": "Party A", "names": {"en": {"short": "A"}}}],
            "people": [{"ref": "p", "family": "Bench", "demonstration": True}],
            "memberships": [{"person": "p", "roles": ["observer"], "login": "bench"}],
            "baskets": baskets,
            "topics": topics,
            "steps": made,
            "links": links,
        }
    )


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    ground = fresh_ground(folder)
    load_document(ground, document(), accounts={"bench": PASSPHRASE})
    with ground.engine.connect() as connection:
        account = UUID(connection.exec_driver_sql("SELECT id FROM account").scalar_one())
    cookie = ground.linkage.open_login(account, None, label="bench")
    settings = ground.settings
    ground.engine.dispose()

    def make_app() -> FastAPI:
        here = opened(settings)
        app = create_app(here)
        seen: dict[str, list[tuple[str, object]]] = {}
        pages: dict[str, bytes] = {}
        recording: list[str] = []  # the caretaker looks too, when the server starts

        @event.listens_for(here.engine, "before_cursor_execute")
        def _record(_c: object, _cur: object, statement: str, parameters: object, _ctx: object, _many: bool) -> None:
            if recording and statement.startswith("SELECT"):
                seen.setdefault(recording[-1], []).append((statement, parameters))

        @app.get("/ready-made/{name}", include_in_schema=False)
        def ready_made(request: Request, name: str) -> Response:
            with here.engine.execution_options(writes=False).connect() as connection:
                for statement, parameters in seen[name]:
                    connection.exec_driver_sql(statement, parameters).fetchall()
            return Response(pages[name], media_type="text/html")

        @app.get("/record/{name}", include_in_schema=False)
        def record(name: str) -> Response:
            recording.append(name)
            return Response()

        @app.get("/keep/{name}/{size}", include_in_schema=False)
        def keep(name: str, size: int) -> Response:
            recording.clear()
            pages[name] = b"x" * size
            return Response(f"{len(seen[name])}")

        return app

    process = serve(make_app, PORT)
    head = f"HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: dipoli={cookie}\r\n\r\n"
    pages = {"board": "", "roadmap": "/roadmap", "impact": "/impact?stall=B0"}
    for name, path in ((name, f"/dialogues/bench{path}") for name, path in pages.items()):
        _get(f"/record/{name}", cookie)
        size = len(_get(path, cookie))
        queries = _get(f"/keep/{name}/{size}", cookie).decode()
        print(f"{name}: {size / 1024:.0f} KB, {queries} queries")
        ours, bare = f"GET {path} {head}".encode(), f"GET /ready-made/{name} {head}".encode()
        compare(name, PORT, lambda ours=ours: ours, lambda bare=bare: bare, expected=200)  # type: ignore[misc]
    process.terminate()


def _get(path: str, cookie: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers={"Cookie": f"dipoli={cookie}"})
    return urllib.request.urlopen(request).read()


main()
