"""The line of each basket: when it was last used, when it will be next, and whether it has fallen silent."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`interval`: the longest silence agreed, in days; none where nothing was agreed.

    `silent_since`: the day from which on the line has been silent for longer than agreed; none while it is not.
    """

    last: date | None
    next: date | None
    interval: int | None
    silent_since: date | None

    @property
    def is_silent(self) -> bool:
        return self.silent_since is not None


def heartbeat(contacts: list[tuple[date, date]], interval: int | None, since: date | None, day: date) -> Heartbeat:
    """`contacts`: (first day, last day) of every meeting; `since`: the day from which the line was agreed to be kept open."""
    last = max((min(end, day) for begin, end in contacts if begin <= day), default=None)
    following = min((begin for begin, _end in contacts if begin > day), default=None)
    counted = max(filter(None, (last, since)), default=None)
    if interval is None or counted is None:
        return Heartbeat(last, following, interval, None)
    due = counted + timedelta(days=interval)
    return Heartbeat(last, following, interval, due + timedelta(days=1) if day > due else None)
