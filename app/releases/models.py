"""Chair's summaries, what was let pass in them, the releases cut from them, who may get which, and what the liaisons said."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Summary(Guarded, Base):
    """A chair's summary: the chair's alone. On the desk, encrypted."""

    __tablename__ = "summary"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)  # JSON {title, text}
    state: Mapped[str] = mapped_column(default="draft")  # draft, released
    version: Mapped[int] = mapped_column(default=1)


class Release(Guarded, Base):
    """One record cut for one recipient; in the recipient party's release room. Never changed once written."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("dialogue_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    summary_id: Mapped[UUID]  # the desk's; no key into a room the liaison may not enter
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    number: Mapped[int]
    rule: Mapped[str]
    tlp: Mapped[str]
    released_on: Mapped[date]
    document: Mapped[bytes] = mapped_column(LargeBinary)  # JSON of app.releases.document, encrypted
    digests: Mapped[dict[str, str]]  # format -> sha256 of the file
    state: Mapped[str] = mapped_column(default="released")


class Acknowledgement(Guarded, Base):
    """A liaison's receipt; in the same room as the release."""

    __tablename__ = "acknowledgement"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"), index=True)
    member_id: Mapped[UUID]
    acknowledged_on: Mapped[date]
    remark: Mapped[str | None]
    extra: Mapped[dict[str, Any]]


class OverrideApproval(Guarded, Base):
    """One member's word that a text may be released although it attributes. On the desk; bound to the text by its digest."""

    __tablename__ = "override_approval"
    __table_args__ = (UniqueConstraint("summary_id", "member_id", "digest"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    summary_id: Mapped[UUID] = mapped_column(ForeignKey("summary.id"), index=True)
    member_id: Mapped[UUID]
    digest: Mapped[str]  # app.releases.queries.text_digest, hexadecimal
    reason: Mapped[bytes] = mapped_column(LargeBinary)  # app.vault.envelope
    given_on: Mapped[date]


class Clearance(Guarded, Base):
    """The narrowest label that may be released to a party's liaisons; in their release room. Without a row: `DEFAULT`."""

    __tablename__ = "clearance"
    DEFAULT = "TLP:AMBER+STRICT"
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), primary_key=True)
    tlp: Mapped[str]
