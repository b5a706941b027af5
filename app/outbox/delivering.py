"""Letters on their way to the mail server (SMTP, RFC 5321): each handed over once.

A letter is set down as being sent, and committed, before the server hears of it. What the server did not take is tried again, later each
time; what it may have taken, because the line or this process ended before its answer was written down, is set down as unknown and never
sent again by itself: somebody looks.
"""

import smtplib
import ssl
from contextlib import suppress
from datetime import timedelta
from enum import Enum
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import select, update

from app.access.bypass import unguarded
from app.access.work import Ground
from app.outbox import queries
from app.outbox.models import Letter
from app.outbox.service import bytes_of
from app.settings import Settings

WHY = "letters that were let go are sent by nobody in particular"
LEASE: Final = timedelta(minutes=5)
PAUSES: Final = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720))
SECONDS: Final = 30
log = structlog.get_logger()


class Outcome(Enum):
    """What became of one try."""

    TAKEN = "taken"
    NOT_NOW = "not now"
    NEVER = "never"
    UNKNOWN = "unknown"


def deliver_due(ground: Ground) -> int:
    """Send what was let go and is due, one letter after the other; returns how many the server took."""
    if not ground.settings.smtp_host:
        return 0
    _set_down_the_lost(ground)
    taken = 0
    while (letter := _claim(ground)) is not None:
        taken += _deliver(ground, letter)
    return taken


def _set_down_the_lost(ground: Ground) -> None:
    """What has been on its way for longer than any try lasts: the process ended meanwhile."""
    with unguarded(ground, WHY) as work:
        lost = (Letter.state == "sending") & (Letter.due_at < work.now - LEASE)
        work.db.execute(update(Letter).where(lost).values(state="unknown"))


def _claim(ground: Ground) -> UUID | None:
    """The next letter, ours alone from here on: of two that claim it at once, one finds it gone."""
    with unguarded(ground, WHY) as work:
        due = (Letter.state == "released") & (Letter.due_at <= work.now)
        found = work.db.scalar(select(Letter.id).where(due).order_by(Letter.due_at, Letter.id).limit(1))
        if found is None:
            return None
        mine = (Letter.id == found) & (Letter.state == "released")
        claimed = update(Letter).where(mine).values(state="sending", due_at=work.now).returning(Letter.id)
        return work.db.scalar(claimed)


def _deliver(ground: Ground, letter: UUID) -> bool:
    with unguarded(ground, WHY) as work:
        each = queries.opened(work, work.db.get_one(Letter, letter))
        message, address = bytes_of(work, each), each.content.address
    outcome = hand_over(ground.settings, address, message)
    with unguarded(ground, WHY) as work:
        row = work.db.get_one(Letter, letter)
        row.attempts += 1
        _set_down(row, outcome)
        if row.state == "released":
            row.due_at = work.now + PAUSES[row.attempts - 1]
    return outcome is Outcome.TAKEN


def _set_down(row: Letter, outcome: Outcome) -> None:
    is_last = row.attempts >= len(PAUSES)
    row.state = {
        Outcome.TAKEN: "sent",
        Outcome.NOT_NOW: "failed" if is_last else "released",
        Outcome.NEVER: "failed",
        Outcome.UNKNOWN: "unknown",
    }[outcome]


def hand_over(settings: Settings, address: str, message: bytes) -> Outcome:
    """One try. Before the server has begun to read the message, a fault is a refusal; from then on, until its answer, nobody knows."""
    try:
        server = _connected(settings)
    except smtplib.SMTPAuthenticationError:
        log.error("the mail server refuses our name or password")  # noqa: TRY400  # words may quote them
        return Outcome.NOT_NOW
    except (OSError, smtplib.SMTPException) as fault:
        log.warning("the mail server was not reached", kind=type(fault).__name__)
        return Outcome.NOT_NOW
    try:
        return _sent(server, settings, address, message)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _connected(settings: Settings) -> smtplib.SMTP:
    """Ready to take a message. Less protection than the settings ask for is an error, never a fallback."""
    tls = ssl.create_default_context()
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=SECONDS, context=tls)
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS)
    if settings.smtp_security == "starttls":
        server.starttls(context=tls)
    server.ehlo_or_helo_if_needed()
    if settings.smtp_user:
        server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    return server


def _sent(server: smtplib.SMTP, settings: Settings, address: str, message: bytes) -> Outcome:
    sender = settings.mail_from or f"dipoli@{settings.hosts[0]}"
    try:
        for code, _said in (server.mail(sender), server.rcpt(address)):
            if code >= 400:
                return _refused(code)
    except (OSError, smtplib.SMTPException):
        return Outcome.NOT_NOW
    try:
        code, _said = server.data(message)
    except smtplib.SMTPDataError as fault:  # it would not even begin to read
        return _refused(fault.smtp_code)
    except (OSError, smtplib.SMTPException):
        return Outcome.UNKNOWN
    return Outcome.TAKEN if code < 400 else _refused(code)


def _refused(code: int) -> Outcome:
    """4yz may be tried again, 5yz not (RFC 5321, 4.2.1)."""
    return Outcome.NOT_NOW if code < 500 else Outcome.NEVER
