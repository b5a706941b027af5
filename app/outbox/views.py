"""All that may leave the outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LetterView:
    """One letter as it will be, or was, read. `address` is empty where it is handed over by other means."""

    id: UUID
    meeting: str
    meeting_id: UUID
    person: str
    address: str
    kind: str
    state: str
    subject: str
    words: str
    attempts: int
    written_at: datetime


@dataclass(frozen=True, slots=True)
class CallView:
    """A meeting to come, and what its letters wait for. `answers`: answer to how many gave it."""

    id: UUID
    code: str
    title: str
    called: int
    told: int
    answers: dict[str, int]


@dataclass(frozen=True, slots=True)
class OutboxView:
    """`waiting` are to be read before they leave; `doubtful` may or may not have arrived."""

    calls: tuple[CallView, ...]
    waiting: tuple[LetterView, ...]
    doubtful: tuple[LetterView, ...]
    under_way: tuple[LetterView, ...]
    done: tuple[LetterView, ...]
    has_server: bool
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class FileView:
    """Something to take along. `name` tells nothing."""

    name: str
    text: str
