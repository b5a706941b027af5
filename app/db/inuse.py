"""Who uses a database: every process shares it, and whoever changes its master key has it alone.

On SQLite a lock (flock) on a file beside the database, held as long as the engine. On PostgreSQL an advisory lock that each
connection holds for as long as it lives, so that no process loses it without losing its connections too.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, text

LOCK = 0x4469706F6C69  # "Dipoli": a number of our own among the database's advisory locks


class InUse(OSError):
    """Somebody else holds the database in the other way. An OSError, as for any resource that is busy: a page answers 503 to it."""


BEING_CHANGED = "The master key is just being changed; wait until `dipoli keys` has ended, and start again."
RUNNING = "Dipoli is running on this database, the server or another command; stop it first: its master key cannot be changed under it."


def share(engine: Engine) -> None:
    """From here on each new connection takes part in the use of the database. Connecting raises InUse while somebody has it alone."""
    if engine.dialect.name == "sqlite":
        _share_file(engine)
    else:
        _share_advisory(engine)


def _share_file(engine: Engine) -> None:
    held: list[int] = []

    @event.listens_for(engine, "connect")
    def _on_connect(_raw: Any, _record: Any) -> None:
        if not held:
            held.append(_locked(engine, fcntl.LOCK_SH, BEING_CHANGED))

    @event.listens_for(engine, "engine_disposed")
    def _on_end(_engine: Engine) -> None:
        while held:
            os.close(held.pop())


def _share_advisory(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        is_ours = raw.execute("SELECT pg_try_advisory_lock_shared(%s)", (LOCK,)).fetchone()[0]
        raw.commit()  # the lock is the session's, not the transaction's
        if not is_ours:
            raw.close()
            raise InUse(BEING_CHANGED)


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Nobody else uses the database in this block. Raises InUse at once where somebody does."""
    if engine.dialect.name == "sqlite":
        handle = _locked(engine, fcntl.LOCK_EX, RUNNING)
        try:
            yield
        finally:
            os.close(handle)
        return
    with engine.connect() as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar_one():
            raise InUse(RUNNING)
        connection.commit()  # nothing may look as if it were under way for as long as this lasts
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})


def _locked(engine: Engine, how: int, otherwise: str) -> int:
    """The handle that holds the lock."""
    handle = os.open(f"{engine.url.database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise InUse(otherwise) from None
    return handle
