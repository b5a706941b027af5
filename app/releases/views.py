"""All that may leave the releases' domain."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.identity.views import Finding
from app.releases.document import ReleaseDocument


@dataclass(frozen=True, slots=True)
class SummaryLine:
    id: UUID
    title: str
    meeting: str
    state: str


@dataclass(frozen=True, slots=True)
class SummariesView:
    summaries: tuple[SummaryLine, ...]
    meetings: tuple[tuple[str, str], ...]
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """`member` is the number that the transparency log knows; the seat, in the reader's language, and the party are those of today."""

    member: int
    seat: str
    party: str | None
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class OverrideView:
    """Whether and by whom the places found in this very text may be let pass.

    `is_possible`: something blocks, and no full name is among it. `is_complete`: two approvals that suffice are there.
    """

    is_possible: bool
    is_complete: bool
    approvals: tuple[ApprovalView, ...]
    may_approve: bool


@dataclass(frozen=True, slots=True)
class ClearanceLine:
    party: str
    name: str
    tlp: str


@dataclass(frozen=True, slots=True)
class ClearancesView:
    parties: tuple[ClearanceLine, ...]
    labels: tuple[str, ...]
    may_set: bool
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class SummaryView:
    """`findings` whose line is 0 stand in the title."""

    id: UUID
    title: str
    text: str
    version: int
    meeting: str
    rule: str
    tlp: str
    readers: str
    why: str
    findings: tuple[Finding, ...]
    is_blocked: bool
    override: OverrideView
    recipients: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcknowledgementView:
    on: date
    remark: str


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    id: UUID
    number: int
    title: str
    recipient: str
    tlp: str
    rule: str
    released_on: date
    is_acknowledged: bool
    readers: str
    why: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    line: ReleaseLine
    document: ReleaseDocument
    digests: tuple[tuple[str, str], ...]
    acknowledgements: tuple[AcknowledgementView, ...]
    may_acknowledge: bool


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    name: str
    media_type: str
    data: bytes
