"""What a letter holds, and the message that it becomes (RFC 5322, RFC 2045)."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from app.outbox.calendars import METHODS, Times


@dataclass(frozen=True, slots=True)
class Content:
    """All of a letter. `address` is empty where the person has none: it is handed over by other means.

    `told`: when and where the meeting is, as the letter says it; none for a cancellation. `entry` is the calendar file.
    """

    person: UUID
    address: str
    subject: str
    words: str
    entry: str
    sequence: int
    written_at: datetime
    told: Times | None
    place: str

    def written(self) -> str:
        return json.dumps(asdict(self), default=str, ensure_ascii=False)


def read(text: str) -> Content:
    said: dict[str, Any] = json.loads(text)
    told = said["told"]
    return Content(
        **said
        | {
            "person": UUID(said["person"]),
            "written_at": datetime.fromisoformat(said["written_at"]),
            "told": _times(told) if told else None,
        }
    )


def _times(said: dict[str, Any]) -> Times:
    starts_at, ends_at = (
        datetime.fromisoformat(each) if each else None for each in (said["starts_at"], said["ends_at"])
    )
    return Times(
        date.fromisoformat(said["starts_on"]), date.fromisoformat(said["ends_on"]), starts_at, ends_at, said["zone"]
    )


def message_of(content: Content, *, kind: str, letter: UUID, sender: str, host: str) -> bytes:
    """The message as it is sent: words, with the entry beside them for calendars and attached as a file.

    Its Message-ID is the letter's own: sent a second time by somebody's decision, it is the same message.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    if content.address:
        message["To"] = _address(content.address)
    message["Subject"] = content.subject
    message["Date"] = format_datetime(content.written_at)
    message["Message-ID"] = f"<{letter.hex}@{host}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers by machine
    message.set_content(content.words)
    method = METHODS[kind]
    message.add_alternative(content.entry.encode(), "text", "calendar", params={"method": method, "charset": "utf-8"})
    message.add_attachment(content.entry.encode(), "application", "ics", filename="invite.ics")
    for number, part in enumerate(each for each in message.walk() if each.is_multipart()):
        part.set_boundary(f"{letter.hex}-{number}")  # the same letter is the same bytes, whenever it is made
    return message.as_bytes()


def _address(said: str) -> Address:
    return Address(addr_spec=said)
