"""When a step is due, and how it stands to that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

Due = Mapping[str, Any]
"""As in the interchange document: `on`; `anchor` with `days`; `earliest_of`; `standing`; or only `words`."""


def due_on(due: Due | None, adopted: Mapping[str, date | None]) -> date | None:
    """The day a due date comes to, where it comes to one. "Whichever is earlier" is the earliest of those that do."""
    if not due:
        return None
    if due.get("earliest_of"):
        return min((day for part in due["earliest_of"] if (day := due_on(part, adopted))), default=None)
    if due.get("anchor"):
        day = adopted.get(due["anchor"])
        return day + timedelta(days=due.get("days") or 0) if day else None
    on = due.get("on")
    return date.fromisoformat(on) if isinstance(on, str) else on


@dataclass(frozen=True, slots=True)
class Punctuality:
    """`days`: how late it was done, or how late it is by the day that is looked at; 0 where it is not late."""

    kind: Literal["no day", "in time", "late", "met late", "met"]
    days: int = 0


def punctuality(due: date | None, changes: Sequence[tuple[date, str]], day: date) -> Punctuality:
    """How a step stands to its day. `changes`: (day, state), in order. Missed and then met is met late, never merely met."""
    known = [(on, state) for on, state in changes if on <= day]
    done = known[-1][0] if known and known[-1][1] == "done" else None
    if due is None:
        return Punctuality("no day")
    if done is not None:
        return Punctuality("met late", (done - due).days) if done > due else Punctuality("met")
    if known and known[-1][1] == "withdrawn":
        return Punctuality("no day")
    return Punctuality("late", (day - due).days) if day > due else Punctuality("in time")
