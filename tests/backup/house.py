"""A house with something of every kind in it, and short ways to back it up and to bring it back."""

from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.work import Ground
from app.backup import container, service
from app.backup.dumping import parts_of
from app.backup.recipients import Identity
from app.meetings.models import Meeting
from app.vault.keys import KeyRing
from tests.conftest import MASTER, Databases
from tests.ground.batches import show_all

D = "/dialogues/six-party-talks"
US = Identity(bytes(range(32)))
OTHERS = Identity(bytes(range(32, 64)))
KEYS = KeyRing(MASTER)
WHY = "a test looks at what is stored"


def furnish(ground, program):
    """Notes that wait, notes released, an edit that waits, a summary, a release, a receipt, a poll. Returns the meeting's path."""
    author, rapporteur = program("tachibana"), program("rapporteur")
    meetings = author.get(f"{D}/meetings")["upcoming"]
    here = f"{D}/meetings/{next(m['id'] for m in meetings if m['code'] == 'W-2026')}"
    item = author.get(f"{here}/notes")["items"][0]["id"]
    for number in range(3):
        _post(author, here, item, f"Released {number}")
    show_all(ground)
    mine = next(n for n in author.get(f"{here}/notes/mine")["notes"] if n["body"] == "Released 1")
    edit = {"body": "Edited, and not yet shown", "version": mine["version"]}
    assert author.call("PUT", f"{here}/notes/mine/{mine['id']}", edit).status_code == 204
    _post(author, here, item, "Waiting for its batch 🕊 한국어")
    drafted = rapporteur.call("POST", f"{D}/summaries", {"meeting": here.rsplit("/", 1)[1]}).json()
    path = f"{D}/summaries/{drafted['id']}"
    words = {"title": "Chair's summary", "text": "It was agreed to meet again.", "version": drafted["version"]}
    assert rapporteur.call("PUT", path, words).status_code == 200
    cut = rapporteur.call("POST", f"{path}/releases", {"party": "JP", "tlp": "TLP:AMBER+STRICT"})
    assert cut.status_code == 201, cut.text
    _ask(program("organiser"), here.rsplit("/", 1)[1])
    return here


def _ask(organiser, meeting):
    """A poll to whose answers nobody holds a key."""
    asked = [person["id"] for person in organiser.get(f"{D}/people")["people"][:3]]
    when = {"time_zone": "Asia/Seoul", "slots": ["2027-03-01T14:00"], "deadline": "2027-02-01T12:00"}
    body = {"meeting": meeting, "asked": asked, "answers": "totals"} | when
    assert organiser.call("POST", f"{D}/polls/new", body).status_code == 201


def _post(author, here, item, body):
    assert author.call("POST", f"{here}/agenda/{item}/notes", {"body": body}).status_code == 204


def back_up(ground: Ground, file: Path, *identities: Identity) -> Path:
    service.create(ground, file, [identity.recipient() for identity in identities or (US,)])
    return file


def dump_of(file: Path, identity: Identity = US) -> bytes:
    """The content of the file, decrypted, without what fills it."""
    with file.open("rb") as opened:
        return b"".join(container.read(opened, [identity])).rstrip(b"\0")


def parts(file: Path, identity: Identity = US):
    with file.open("rb") as opened:
        return list(parts_of(container.read(opened, [identity]), KEYS))


@contextmanager
def restored(databases: Databases, file: Path, folder: Path, identity: Identity = US):
    """The backup in an empty database of its own, with a fresh disposable store."""
    url = databases.empty()
    made = databases.ground(url, folder)
    service.restore_into(made.settings, KEYS, file, [identity])
    yield made
    made.engine.dispose()
    made.linkage.close()
    databases.drop(url)


def workshop(ground: Ground):
    with unguarded(ground, WHY) as work:
        return work.db.scalars(select(Meeting).where(Meeting.code == "W-2026")).one()
