"""The one source of time. Tests put another in its place."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime


def _system() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the one place


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _source()


def today() -> date:
    """This day in UTC."""
    return now().date()


@contextmanager
def replaced(source: Callable[[], datetime]) -> Iterator[None]:
    """Another source of time for a while; not for production."""
    global _source  # noqa: PLW0603  # one clock for the whole process is the point
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


def frozen(at: datetime) -> AbstractContextManager[None]:
    """A clock that stands still at an aware moment."""
    return replaced(lambda: at)
