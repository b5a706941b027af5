"""What became of an entry: each act on it and what it changed, as far as the rooms it lay in were open to the reader.

Its own side reads every field. Others read what the entry itself showed them at the time: of one that was shared without attribution
neither authority, capacity nor source, and of none what it says to a machine. Nor do they read when it was re-confirmed: on the days after
a mandate of one delegation ended, that would be its name. How often it was changed before is told to its own side alone.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

from app.access.work import Reading
from app.registers.document import Head, Words
from app.registers.queries import Kept, given_on, public_face, versions
from app.registers.views import EntryChange, FieldChange

Act = Literal["lodged", "revised", "re-confirmed", "disclosed", "withdrawn"]


class _Version(NamedTuple):
    head: Head
    words: Words

    @property
    def is_named(self) -> bool:
        return self.head.disclosure != "shared-without-attribution"


def _plain(name: str) -> Callable[[_Version], str]:
    return lambda version: str(version.words.get(name) or "")


def _touches(version: _Version) -> str:
    return ", ".join(version.words.get("touches") or ())


def _claim(version: _Version) -> str:
    claim: Mapping[str, Any] = version.words.get("claim") or {}
    said = (claim.get(part) for part in ("subject", "stance", "amount", "unit"))
    return " ".join(str(part) for part in said if part is not None and part != "")


def _offered(version: _Version) -> str:
    claim: Mapping[str, Any] = version.words.get("claim") or {}
    return "yes" if claim.get("may_be_compared") else ""


FIELDS: Final[dict[str, Callable[[_Version], str]]] = {
    "text": _plain("text"),
    "authority": _plain("authority"),
    "capacity": _plain("capacity"),
    "conditions": _plain("conditions"),
    "source": _plain("source"),
    "touches": _touches,
    "claim": _claim,
    "may_be_compared": _offered,
    "reconfirm_by": lambda version: version.head.reconfirm_by.isoformat() if version.head.reconfirm_by else "",
    "withdrawn_reason": _plain("withdrawn_reason"),
}
"""What can change in an entry, each as one line."""

NAMED = frozenset(FIELDS) - {"claim", "may_be_compared", "withdrawn_reason"}
UNNAMED = NAMED - {"authority", "capacity", "source", "reconfirm_by"}


def history(reading: Reading, kept: Kept) -> tuple[EntryChange, ...]:
    """The latest act first, the one that led to what stands now included."""
    is_own = reading.viewer.voice == kept.row.party_id
    known = [_Version(*each) for each in versions(reading).get(kept.row.id, [])]
    known.append(_Version(kept.row, kept.words))
    first = EntryChange(
        "lodged", given_on(known[0].words), known[0].head.disclosure, _number(known[0], is_own=is_own), ()
    )
    told = [_change(*pair, is_own=is_own) for pair in pairwise(known) if is_own or _is_told(*pair)]
    return (*reversed(told), first)


def _is_told(before: _Version, now: _Version) -> bool:
    """Of an unattributed entry, to others: what changed before their eyes."""
    return (before.is_named and now.is_named) or public_face(*before) != public_face(*now)


def _change(before: _Version, now: _Version, *, is_own: bool) -> EntryChange:
    readable = frozenset(FIELDS) if is_own else NAMED if before.is_named and now.is_named else UNNAMED
    changes = tuple(
        FieldChange(name, read(before), read(now))
        for name, read in FIELDS.items()
        if name in readable and read(before) != read(now)
    )
    return EntryChange(
        _act(before, now, changes),
        given_on(now.words),
        now.head.disclosure,
        _number(now, is_own=is_own),
        changes,
    )


def _act(before: _Version, now: _Version, changes: tuple[FieldChange, ...]) -> Act:
    """What was done, told by what the reader may see of it: who revises an entry confirms it too."""
    if now.words.get("withdrawn"):
        return "withdrawn"
    if before.head.disclosure != now.head.disclosure:
        return "disclosed"
    return "revised" if any(change.name != "reconfirm_by" for change in changes) else "re-confirmed"


def _number(version: _Version, *, is_own: bool) -> int | None:
    return version.head.version if is_own else None
