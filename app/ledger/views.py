"""All that may leave the transparency log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryView:
    """`words` are empty and `day` none for an entry about a room that the viewer may not enter. `hash`: the leaf hash, hexadecimal."""

    position: int
    day: str | None
    words: str
    details: tuple[str, ...]
    is_hidden: bool
    hash: str


@dataclass(frozen=True, slots=True)
class LogView:
    """`checkpoint` is the whole note, `key` the public key in the form of signed notes; `older`, `newer`: where the next pages begin."""

    size: int
    root: str
    checkpoint: str
    key: str
    entries: tuple[EntryView, ...]
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class InclusionView:
    """One entry and the way from it to the root. `text`: the bytes that are hashed, as far as the viewer may read them."""

    entry: EntryView
    text: str
    size: int
    root: str
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContinuationView:
    """What became of an old checkpoint: whether today's log begins with it, and the proof that it does."""

    is_honest: bool
    is_signed: bool
    old_size: int
    old_root: str
    size: int
    root: str
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckpointFile:
    name: str
    text: str
