"""All that may leave the releases' domain."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.releases.document import ReleaseDocument


@dataclass(frozen=True, slots=True)
class Finding:
    """One hit of the identity check: the line it stands on, and the words before, at and after it."""

    line: int
    before: str
    words: str
    after: str
    kind: str
    blocks: bool


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


@dataclass(frozen=True, slots=True)
class SummaryView:
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


@dataclass(frozen=True, slots=True)
class ReleaseView:
    line: ReleaseLine
    document: ReleaseDocument
    digests: tuple[tuple[str, str], ...]
    acknowledgements: tuple[AcknowledgementView, ...]
    readers: str
    why: str
    may_acknowledge: bool


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    name: str
    media_type: str
    data: bytes
