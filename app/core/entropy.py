"""The one source of randomness: the system's generator, or a seeded one in tests."""

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
_source: Callable[[int], bytes] = os.urandom


def token_bytes(size: int) -> bytes:
    return _source(size)


def token_urlsafe(size: int) -> str:
    """`size` random bytes as URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(token_bytes(size)).rstrip(b"=").decode()


def below(limit: int) -> int:
    """A uniform integer in [0, limit): rejection sampling, so no bias."""
    size = max(1, (limit.bit_length() + 7) // 8)
    bound = (256**size // limit) * limit
    while (drawn := int.from_bytes(token_bytes(size), "big")) >= bound:
        pass
    return drawn % limit


def shuffled(items: Sequence[T]) -> list[T]:
    """A new list in random order (Fisher–Yates)."""
    mixed = list(items)
    for last in range(len(mixed) - 1, 0, -1):
        other = below(last + 1)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return mixed


@contextmanager
def replaced(source: Callable[[int], bytes]) -> Iterator[None]:
    """Another source for a while; not for production."""
    global _source  # noqa: PLW0603  # one source for the whole process is the point
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
