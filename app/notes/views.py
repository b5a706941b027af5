"""All that may leave the notes' domain. There is no author in any of it, and no time."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NoteView:
    """`rule` holds for it: its item's, or a stricter one under which it was written. `readers` and `why`: who sees it, why this viewer."""

    body: str
    rule: str
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class ItemNotes:
    """One agenda item with the notes released under it, in an order that is the viewer's own and means nothing."""

    id: UUID
    ref: str
    title: str
    rule: str
    notes: tuple[NoteView, ...]


@dataclass(frozen=True, slots=True)
class Anonymity:
    """How many people, of how many delegations, could have written a note; `protects` is false for small numbers.

    `batch`: how many people must have written before anything is shown; none where nothing is shown before the meeting closes.
    """

    people: int
    delegations: int
    protects: bool
    batch: int | None


@dataclass(frozen=True, slots=True)
class NotesView:
    meeting_id: UUID
    code: str
    title: str
    state: str
    rule: str
    tlp: str
    readers: str
    why: str
    items: tuple[ItemNotes, ...]
    anonymity: Anonymity
    batch_minutes: int
    is_batch_asked: bool
    may_post: bool
    may_release: bool
    may_close: bool
    late_see_earlier: bool
    guests: tuple[tuple[str, str], ...]
    may_approve_seal: bool
    approvals: int
    approvals_needed: int


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A note of one's own: shown to its author alone, as long as it can be edited."""

    id: UUID
    item: str
    body: str
    version: int
    is_released: bool


@dataclass(frozen=True, slots=True)
class OwnNotesView:
    """`can_unlock`: whether this sign-in holds the vault key that finds one's notes."""

    meeting_id: UUID
    title: str
    rule: str
    tlp: str
    notes: tuple[OwnNote, ...]
    can_unlock: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class SearchForm:
    """Where one may search: (id or code, what is shown) of the meetings whose notes one may read, and of their baskets."""

    meetings: tuple[tuple[str, str], ...]
    baskets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note as the list of its meeting shows it, in pieces: what was sought, and what stands between."""

    item: str
    pieces: tuple[Piece, ...]
    rule: str
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class FoundMeeting:
    id: UUID
    code: str
    title: str
    tlp: str
    notes: tuple[FoundNote, ...]


@dataclass(frozen=True, slots=True)
class FoundNotes:
    """Meetings in the order of their list, notes in the order of theirs. `is_cut`: there are more, which are not in it."""

    meetings: tuple[FoundMeeting, ...]
    is_cut: bool
