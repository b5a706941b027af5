"""The seal in a process that is killed (SIGKILL) at a line of ours, or in the middle of a statement of SQLite's."""

import os
import signal
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from uuid import UUID

from sqlalchemy import event

import app
from app.access.work import Ground
from app.notes import sealing

OURS = str(Path(app.__file__).parent)
STEPS = ("begin", "unlink", "mark unlinked", "rewrite", "compact", "mark compacted", "certify")
"""The seal's steps, each with the transaction that writes it down."""
_NAMES: dict[CodeType, str] = {
    sealing.begin_seal.__code__: "begin",
    sealing._unlink.__code__: "unlink",
    sealing._rewrite.__code__: "rewrite",
    sealing._compact.__code__: "compact",
    sealing._certify.__code__: "certify",
}
PROGRESS = 40  # instructions of SQLite's virtual machine


class Places:
    """Counts the places at which a process could be killed, by step; at the given one it kills."""

    def __init__(self, step: str = "", number: int = -1) -> None:
        self.step, self.number = step, number
        self.now = ""
        self.count: Counter[str] = Counter()

    def pass_by(self) -> None:
        if self.now == self.step and self.count[self.now] == self.number:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count[self.now] += 1

    def trace(self, frame: FrameType, _what: str, _given: Any) -> Callable[..., Any] | None:
        """For `sys.settrace`: follow our own functions only."""
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if frame.f_code is sealing._mark.__code__:
            self.now = f"mark {frame.f_locals['step']}"
        self.now = _NAMES.get(frame.f_code, self.now)
        return self._line

    def _line(self, _frame: FrameType, what: str, _given: Any) -> Callable[..., Any]:
        if what == "line":
            self.pass_by()
        return self._line

    def run(self, ground: Ground, meeting_id: UUID) -> None:
        if ground.engine.dialect.name == "sqlite":
            event.listen(ground.engine, "connect", self._watch)
        sys.settrace(self.trace)
        try:
            sealing.begin_seal(ground, meeting_id)
        finally:
            sys.settrace(None)

    def _watch(self, raw: Any, _record: Any) -> None:
        raw.set_progress_handler(self.pass_by, PROGRESS)  # returns None: go on


def seal_and_die(make: Callable[[], Ground], meeting_id: UUID, step: str, number: int) -> None:
    """In a process of its own, with a ground of its own. Raises AssertionError if it was not killed there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside handler threads: this one starts none
        child = os.fork()
    if child == 0:
        try:
            Places(step, number).run(make(), meeting_id)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), (step, number, status)
    assert os.WTERMSIG(status) == signal.SIGKILL
