"""Who writes a note writes nothing else that is keyed to a person: watched over every request of the whole suite.

A row of an account, a member or a person, written in the same request as a note, names the note's author to whoever reads both
(CONFIDENTIALITY: on PostgreSQL even transactions that only lie side by side do).
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine, event

MAY_BE_WRITTEN_WITH_A_NOTE = frozenset({"note", "meeting", "room_key", "seal", "seal_approval", "ledger_leaf"})
"""A batch rewrites notes; closing and sealing also turn the meeting, its key and the log. None of these has a person in its columns."""
WRITE = re.compile(
    r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO|MERGE\s+INTO)\s+"?(\w+)', re.IGNORECASE
)

_written: ContextVar[set[str] | None] = ContextVar("written", default=None)


class Recorder:
    """`broken`: (method and path, tables) of every request that broke the rule. `notes`: how many requests wrote a note."""

    def __init__(self) -> None:
        self.broken: list[tuple[str, list[str]]] = []
        self.notes = 0

    def judge(self, request: str, written: set[str]) -> None:
        if "note" in written:
            self.notes += 1
            if others := sorted(written - MAY_BE_WRITTEN_WITH_A_NOTE):
                self.broken.append((request, others))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Over every engine and every application of this process."""
        handle = FastAPI.__call__
        event.listen(Engine, "before_cursor_execute", _note_down)
        FastAPI.__call__ = self._watched(handle)  # type: ignore[method-assign]
        try:
            yield
        finally:
            FastAPI.__call__ = handle  # type: ignore[method-assign]
            event.remove(Engine, "before_cursor_execute", _note_down)

    def _watched(self, handle: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def call(app: FastAPI, scope: Any, receive: Any, send: Any) -> None:
            written: set[str] = set()
            token = _written.set(written)
            try:
                await handle(app, scope, receive, send)
            finally:
                _written.reset(token)
                self.judge(f"{scope.get('method')} {scope.get('path')}", written)

        return call


def _note_down(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    written = _written.get()  # what runs in a handler thread has a copy of the context, and so this very set
    if written is not None and (found := WRITE.match(statement)):
        written.add(found.group(1).lower())
