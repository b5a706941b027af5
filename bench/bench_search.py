"""Decrypting and searching 10,000 notes, against bare AES-GCM decryption of the same bytes.

The floor is one line, in the same process, interleaved: `AESGCM(key).decrypt(nonce, ciphertext, bound)` for every note, with its record
key, nonce, ciphertext and associated data laid out beforehand. What the floor does not do: derive a key per record (one HMAC-SHA256),
put the associated data together, undo the padding, decode, fold and look for the words. Two more figures say where the time goes: the
same without the search, and the whole verb, with the database and the views, against the same floor.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select

from app.access.bypass import unguarded
from app.access.work import Ground, identify, reading
from app.core.finding import Sought
from app.core.ids import new_id
from app.demo.service import case
from app.interchange.loading import load as load_document
from app.meetings.models import AgendaItem, Meeting
from app.notes import searching
from app.notes.commands import SearchNotes
from app.notes.models import Note
from app.notes.queries import context_of
from app.vault import envelope
from app.vault.keys import derive
from bench.ground import PASSPHRASE, fresh_ground

NOTES, ROUNDS = 10_000, 7
Sealed = list[tuple[UUID, bytes]]
WHY = "a bench writes many notes at once"
SENTENCES = (
    "The energy shipments and the disablement could be counted on one sheet, side by side, tranche by tranche. ",
    "Monitoring of arrival was never disputed; monitoring of use was, for a year, and cost the working group a winter. ",
    "에너지 선적과 불능화 조치는 한 장의 표에 나란히 적을 수 있고, 그 표를 모두가 볼 수 있어야 한다. ",
    "能源运输和去功能化措施可以逐批列在同一张表上，各方都能看到同一张表。",
    "エネルギーの出荷と無能力化の措置は、同じ表に並べて数えることができる。",
    "Поставки топлива и вывод из строя можно считать на одном листе, рядом, партия за партией. ",
)
WORDS = ("verification regime", "신뢰", "渔业")  # in few notes, as most words are


def main() -> None:
    ground = fresh_ground(Path(tempfile.mkdtemp()))
    document = case()
    load_document(ground, document, accounts={seat.login: PASSPHRASE for seat in document.memberships if seat.login})
    for length in (1, 4, 16):
        _measure(ground, length)


def _measure(ground: Ground, length: int) -> None:
    """Notes of so many sentences."""
    key, context, stored = _written(ground, [_text(number, length) for number in range(NOTES)])
    ready = [_laid_out(key, context, *one) for one in stored]

    def floor() -> None:
        for record_key, nonce, ciphertext, bound in ready:
            AESGCM(record_key).decrypt(nonce, ciphertext, bound)

    runs = {"decrypted": partial(_open_all, key, context, stored)}
    runs |= {f"decrypted and searched for {w}": partial(_search, key, context, stored, w) for w in WORDS}
    account = _account(ground, "liang")
    runs |= {f"the whole verb for {w}": partial(_whole_verb, ground, account, w) for w in WORDS[:2]}
    ratios: dict[str, list[float]] = {name: [] for name in runs}
    bare = []
    for _round in range(ROUNDS):
        bare.append(_seconds(floor))
        for name, run in runs.items():
            ratios[name].append(_seconds(run) / bare[-1])
    size = sum(len(body) for _id, body in stored) / NOTES
    print(f"{NOTES:,} notes of {size:.0f} bytes: bare AES-GCM {1e6 * statistics.median(bare) / NOTES:.2f} µs each")
    for name, found in ratios.items():
        print(f"  {name}: {statistics.median(found):.2f} x the floor")


def _open_all(key: bytes, context: envelope.Context, stored: Sealed) -> None:
    opens = envelope.opener(key, context)
    for note_id, body in stored:
        opens(body, note_id)


def _search(key: bytes, context: envelope.Context, stored: Sealed, words: str) -> None:
    opens, sought = envelope.opener(key, context), Sought(words)
    for note_id, body in stored:
        sought.is_in(opens(body, note_id))


def _whole_verb(ground: Ground, account: UUID, words: str) -> None:
    with reading(ground, identify(ground, account, "six-party-talks")) as here:
        searching.search_notes(here, SearchNotes(words=words))


def _text(number: int, length: int) -> str:
    words = "".join(SENTENCES[(number + place // 4) % len(SENTENCES)] for place in range(length))
    return words + (" ".join(WORDS) if number % 500 == 0 else "")


def _written(ground: Ground, texts: list[str]) -> tuple[bytes, envelope.Context, Sealed]:
    """The open meeting's notes are these. Returns the room's key, where they stand, and each as it is stored."""
    with unguarded(ground, WHY) as work:
        meeting = work.db.scalars(select(Meeting).where(Meeting.code == "W-2026")).one()
        item = work.db.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id)).first()
        assert item is not None
        assert meeting.floor_id is not None
        for old in work.db.scalars(select(Note).where(Note.compartment_id == meeting.floor_id)):
            work.db.delete(old)
        work.db.flush()
        key, rows = work.room_key(meeting.floor_id), []
        for text in texts:
            note_id = new_id()
            body = envelope.seal(key, text, context_of(meeting, note_id, 1, rule="chatham-house"))
            rows.append({"id": note_id, "body": body})
        same = {"compartment_id": meeting.floor_id, "agenda_item_id": item.id, "rule": "chatham-house"}
        same |= {"version": 1, "is_released": True}
        work.db.connection().execute(insert(Note), [same | row for row in rows])
        context = context_of(meeting, meeting.id, 1, rule="chatham-house")
    return key, context, [(row["id"], row["body"]) for row in rows]


def _laid_out(key: bytes, like: envelope.Context, note_id: UUID, body: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    record_key = derive(key, b"record" + note_id.bytes + like.version.to_bytes(8, "big"))
    nonce, ciphertext = body[envelope.HEAD : envelope.HEAD + envelope.NONCE], body[envelope.HEAD + envelope.NONCE :]
    bound = body[: envelope.HEAD] + like.before_record() + note_id.hex.encode() + like.after_record(body[0])
    return record_key, nonce, ciphertext, bound


def _account(ground: Ground, login: str) -> UUID:
    with ground.engine.connect() as connection:
        return UUID(connection.exec_driver_sql("SELECT id FROM account WHERE login = ?", (login,)).scalar_one())


def _seconds(run: Callable[[], None]) -> float:
    began = time.process_time()  # other work of the machine is not counted
    run()
    return time.process_time() - began


main()
