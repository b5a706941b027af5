"""What each role sees of a world, and where two worlds differ."""

import json
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.core import clock, entropy
from app.interchange.dumping import dump as document_of
from app.interchange.reading import write_yaml
from tests.backup.house import back_up, dump_of
from tests.ground import dump
from tests.ground.crawl import KIND, LINK
from tests.two_worlds.house import CODE, seeded
from tests.two_worlds.scenario import Scenario
from tests.two_worlds.world import Answer, D, World

Seen = Mapping[str, bytes]
FILES = ("md", "docx", "pdf", "json")
HOLDERS = ("database", "files", "backup", "logs", "export")
"""Who has got hold of something, rather than signed in."""


def observe(world: World, role: str, told: Scenario, *, door: str = "program") -> Seen:
    """Everything this role can get at, name to bytes. Roles are logins, "stranger", and the holders."""
    with clock.frozen(world.now), entropy.replaced(seeded((told.seed, role))):
        if role in HOLDERS:
            return {f"{role}: {name}": value for name, value in HELD[role](world).items()}
        heard = {what: answer.whole() for (who, what), answer in world.heard.items() if who == role}
        found = _crawled(world, role) if told.everything else _looked_at(world, role, told, door)
        return {f"{role}: {name}": value for name, value in {**heard, **found}.items()}


def _looked_at(world: World, role: str, told: Scenario, door: str) -> dict[str, bytes]:
    """The notes, one's own, two other pages and the files of the release."""
    here = f"{D}/meetings/{world.meetings[-1]}"
    paths = [f"{here}/notes", f"{here}/notes/mine"]
    if role not in told.pair:
        paths += [here, *(D + look for look in told.looks)]
    if world.release:
        paths += [f"{D}/releases/{world.release}", *(f"{D}/releases/{world.release}/files/{form}" for form in FILES)]
    return {path: world.get(role, path, door).whole() for path in paths}


def _crawled(world: World, role: str) -> dict[str, bytes]:
    """Every page that can be reached by links, of pages that differ only in an id the first; for a delegate the JSON twin of each."""
    found: dict[str, bytes] = {}
    seen, waiting = set(), ["/"]
    while waiting:
        path = waiting.pop(0).replace("&amp;", "&")
        kind = KIND.sub("*", path)
        if kind in seen or path.startswith("/language"):
            continue
        seen.add(kind)
        answer = world.page(role, path)
        found[path] = answer.whole()
        if role in world.house.plan.delegates_:
            found[f"twin of {path}"] = world.program(role, "GET", path).whole()
        waiting += _links(answer)
    return found


def _links(answer: Answer) -> list[str]:
    headers = dict(answer.headers)
    if answer.status == 303:
        return [urlsplit(headers[b"location"].decode()).path]
    is_page = headers.get(b"content-type", b"").startswith(b"text/html")
    return LINK.findall(answer.body.decode()) if is_page else []


# --- the holders ------------------------------------------------------------------------------------------------------


def _database(world: World) -> dict[str, bytes]:
    """Every row as a logical dump shows it; and what PostgreSQL shows beside: in which order rows lie, which transaction wrote them."""
    found = {name: repr(rows).encode() for name, rows in dump.rows(world.ground).items()}
    if world.ground.engine.dialect.name == "postgresql":
        with world.ground.engine.connect() as connection:
            heap = connection.execute(
                text("SELECT id, dense_rank() OVER (ORDER BY xmin::text::bigint) FROM note ORDER BY ctid")
            )
            found["note, as it lies"] = repr(heap.all()).encode()
    return found


def _files(world: World) -> dict[str, bytes]:
    """Every file in the world's folder with its mode and time; SQLite's own as they lie and after a checkpoint.

    SQLite's files have the time of the last write, which is the machine's; their bytes are the world's. Linkage is the other store.
    """
    folder = world.ground.settings.data_dir
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_relative_to(world.ground.linkage.folder):
            facts = path.stat()
            found[str(path.relative_to(folder))] = (
                f"{stat.filemode(facts.st_mode)} {facts.st_mtime_ns} ".encode() + path.read_bytes()
            )
    if world.ground.engine.dialect.name == "sqlite":
        main = Path(make_url(world.ground.settings.database_url).database or "")
        found["the database file"] = main.read_bytes()
        found["its write-ahead log"] = _frames(main.with_name(f"{main.name}-wal").read_bytes())
        engine = create_engine(world.ground.settings.database_url)
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        engine.dispose()
        found["the database file after a checkpoint"] = main.read_bytes()
    return found


def _frames(log: bytes) -> bytes:
    """SQLite's log without its random salts and the sums over them (SQLite file format, section 4.1)."""
    if not log:
        return b""
    size = int.from_bytes(log[8:12], "big")
    parts = [log[:16]]
    for start in range(32, len(log), 24 + size):
        parts += [log[start : start + 8], log[start + 24 : start + 24 + size]]
    return b"".join(parts)


def _backup(world: World) -> dict[str, bytes]:
    """What its recipient reads in it, and its size, which is all that anybody else sees."""
    file = back_up(
        world.ground, world.ground.settings.data_dir.with_name(f"{world.ground.settings.data_dir.name}.backup")
    )
    return {"content": dump_of(file), "size": str(file.stat().st_size).encode()}


TOOK = re.compile(r'"took": "[^"]*"')


def _logs(world: World) -> dict[str, bytes]:
    """How long a request took is the machine's affair, in five steps; it is left out."""
    return {"log": TOOK.sub("", world.log.getvalue()).encode()}


def _export(world: World) -> dict[str, bytes]:
    return {"interchange document": write_yaml(document_of(world.ground, CODE)).encode()}


HELD = {"database": _database, "files": _files, "backup": _backup, "logs": _logs, "export": _export}


# --- comparing --------------------------------------------------------------------------------------------------------


def masked(seen: Seen, tag: bytes) -> Seen:
    """The one difference that is allowed before the seal, taken out: the edit tag of the one note, wherever it lies."""
    if not tag:
        return seen
    shown = repr(tag).encode()
    return {name: value.replace(tag, bytes(len(tag))).replace(shown, b"the tag") for name, value in seen.items()}


def differences(one: Seen, other: Seen) -> list[str]:
    """The names under which the two worlds do not show the same bytes."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def tag_of(world: World) -> bytes:
    """The edit tag that the one note has now; empty after the seal, when there is no such note."""
    with world.ground.engine.connect() as connection:
        note = world.note_id.replace("-", "") if connection.dialect.name == "sqlite" else world.note_id
        found = connection.execute(text("SELECT tag FROM note WHERE id = :id"), {"id": note}).scalar()
    return bytes(found or b"")


def everything(world: World, told: Scenario, *, holders: Iterable[str] = HOLDERS) -> dict[str, bytes]:
    """All that anybody observes but the pair, and of the pair all but their own notes."""
    found: dict[str, bytes] = {}
    watchers = [(who, "browser") for who in (*told.plan.everybody, "stranger")] if told.everything else told.watchers
    for role, door in [*watchers, *((name, "program") for name in told.pair)]:
        seen = observe(world, role, told, door=door)
        if role in told.pair and not is_sealed(world):
            seen = {name: value for name, value in seen.items() if "/notes/mine" not in name}
        found.update(seen)
    for holder in holders:
        found.update(observe(world, holder, told))
    heard = {f"{who}: {what}": answer.whole() for (who, what), answer in world.heard.items()}
    return {**found, **heard}


def is_sealed(world: World) -> bool:
    with world.ground.engine.connect() as connection:
        states = connection.execute(text("SELECT state FROM meeting")).scalars().all()
    return all(state == "sealed" for state in states)


def tell(seen: Seen, name: str) -> str:
    """The start of what is seen under a name, for a failure's message."""
    return json.dumps(seen.get(name, b"").decode("utf-8", "replace")[:400])
