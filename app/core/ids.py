"""Random ids (RFC 9562, version 4). Never ordered by time: an ordered id on a note names its author."""

import hashlib
import hmac
from uuid import UUID

from app.core import entropy


def new_id() -> UUID:
    return UUID(bytes=entropy.token_bytes(16), version=4)


def derived_id(key: bytes, purpose: str) -> UUID:
    """The id that this random key stands for: the same key again makes the same row, so a retry cannot make two."""
    return UUID(bytes=hmac.new(key, purpose.encode(), hashlib.sha256).digest()[:16], version=4)
