"""All that may leave the registers' domain, made by the disclosure rules for the person who looks."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from app.roadmap.views import AnchorView


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What an entry says to a machine. Only its own side sees it."""

    subject: str
    stance: str
    amount: float | None
    unit: str
    may_be_compared: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """`party` is None for everybody outside the party that shared without attribution; `version` is for its own side alone.

    `reconfirm`: why it is to be re-confirmed, in words; empty while it stands.
    """

    id: UUID
    code: str
    kind: str
    party: str | None
    party_code: str | None
    is_own: bool
    text: str
    authority: str
    capacity: str
    conditions: str
    source: str
    touches: tuple[str, ...]
    claim: ClaimView | None
    on: date | None
    disclosure: str
    rule: str
    tlp: str
    reconfirm_by: date | None
    reconfirm: tuple[str, ...]
    readers: str
    why: str
    is_demonstration: bool
    is_withdrawn: bool
    version: int | None
    wider: tuple[str, ...]
    may_revise: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an entry, before an act and after it; empty where there was nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One act on an entry, and what of it the reader may see. `version` is for its own side alone.

    The first one is how the entry came to the reader's knowledge, without a change.
    """

    act: Literal["lodged", "revised", "re-confirmed", "disclosed", "withdrawn"]
    on: date | None
    disclosure: str
    version: int | None
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    entry: EntryView
    history: tuple[EntryChange, ...]


@dataclass(frozen=True, slots=True)
class Wider:
    """One disclosure that an entry could have: who would read it, and by whose name. `party`: under whose; none without attribution."""

    disclosure: str
    readers: str
    party: str | None
    rule: str
    tlp: str


@dataclass(frozen=True, slots=True)
class DisclosePage:
    entry: EntryView
    wider: tuple[Wider, ...]


@dataclass(frozen=True, slots=True)
class TermReading:
    party: str
    text: str
    on: str | None
    source: str | None
    language: str
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class TermView:
    """`since`: the day of its last turn, where it was turned. `agreed_in`: where the parties agreed on it. `apart`: (party, day) of each party's latest reading, where they differ."""

    code: str
    expression: str
    state: str
    readings: tuple[TermReading, ...]
    used_in: tuple[str, ...]
    since: date | None
    agreed_in: str
    apart: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RegistersView:
    entries: tuple[EntryView, ...]
    withdrawn: tuple[EntryView, ...]
    """Those that the viewer's own side withdrew; nobody else reads them any more."""
    kind: str
    q: str
    terms: tuple[TermView, ...]
    texts: tuple[AnchorView, ...]
    as_of: date
    is_today: bool
    days: tuple[date, ...]
    may_lodge: bool
    waits: bool
    """Of the delegation, and not let in to what it keeps to itself."""
    may_keep_terms: bool
    may_read: bool
    records_for_others: bool
    """Readings, of a party that is not the viewer's own: from a source only."""
    may_compare: bool


@dataclass(frozen=True, slots=True)
class PositionView:
    """A position that the viewer may know by party: an own one, or one that is confided to the facilitator.

    It stands, or stood, from `on` until the day before `until`.
    """

    party: str
    is_own: bool
    view: str
    text: str
    on: date | None
    until: date | None
    disclosure: str
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class Touch:
    """That a step touches a red line: to its own side with code and words, to others with its disclosure only."""

    disclosure: str
    code: str | None
    kind: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Feelings:
    """What is known, to the viewer, of what the parties think of a step.

    `title`: the step's. `others`: "no objection known" or "not yet acceptable to all"; never who. `history`: what the own party
    held before, the latest first; nobody else's. `disclosures`: what a new position of the viewer's may be disclosed as.
    """

    title: str
    positions: tuple[PositionView, ...]
    others: Literal["no objection known", "not yet acceptable to all"]
    warnings: tuple[Touch, ...]
    history: tuple[PositionView, ...]
    may_give: bool
    disclosures: tuple[str, ...]
    as_of: date
    is_today: bool

    @property
    def touches_others(self) -> bool:
        """Whether the step touches a line of somebody else's that is known: nobody has objected to it, and yet it is not without objection."""
        return any(touch.code is None for touch in self.warnings)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two parties' lines on one subject."""

    one: str
    other: str
    verdict: Literal["conflict", "no conflict", "unknown"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What lines may be about. `kind`: basket, step, term."""

    kind: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class ComparisonView:
    subject: str
    pairs: tuple[Comparison, ...]
    subjects: tuple[Subject, ...]
    readers: str
    why: str
