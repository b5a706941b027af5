"""Guessing is slowed down, in memory only: a table of attempts would be a diary of sign-ins."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

FREE_TRIES, LONGEST_WAIT, HARD_STOP = 5, 60, 100
PER_SOURCE, WINDOW = 30, timedelta(minutes=1)


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    not_before: datetime | None = None


@dataclass(slots=True)
class Throttle:
    """Per account: from the fifth failure a delay that doubles from 1 s to 60 s, and a stop at 100. Per source: 30 a minute.

    Only guessing is slowed: whoever is signed in stays so.
    """

    _accounts: dict[str, _Tries] = field(default_factory=dict)
    _sources: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, account: str, source: str, now: datetime) -> int:
        """Seconds until the next try is looked at; 0 to go ahead. Counts a try of the source."""
        with self._lock:
            recent = self._sources.setdefault(source, deque())
            while recent and not timedelta() <= now - recent[0] < WINDOW:
                recent.popleft()
            if len(recent) >= PER_SOURCE:
                return int(WINDOW.total_seconds())
            recent.append(now)
            tries = self._accounts.get(account)
            if tries is None or tries.not_before is None:
                return 0
            return min(LONGEST_WAIT, max(0, -int(-(tries.not_before - now).total_seconds() // 1)))

    def failed(self, account: str, now: datetime) -> None:
        with self._lock:
            tries = self._accounts.setdefault(account, _Tries())
            tries.failures += 1
            if tries.failures >= FREE_TRIES:
                tries.not_before = now + timedelta(seconds=min(LONGEST_WAIT, 2 ** (tries.failures - FREE_TRIES)))

    def is_stopped(self, account: str) -> bool:
        """Whether the account needs a new invitation: a hundred failures in a row."""
        tries = self._accounts.get(account)
        return tries is not None and tries.failures >= HARD_STOP

    def succeeded(self, account: str) -> None:
        with self._lock:
            self._accounts.pop(account, None)
