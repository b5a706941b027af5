"""The body of an entry, as it is encrypted: JSON of its head and its words."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

Words = dict[str, Any]


class Head(NamedTuple):
    """What an entry is, beside its words: encrypted with them, so that nobody counts red lines who cannot read them.

    The code is random, not counted: a gap in a count would tell of entries one may not see.
    """

    id: UUID
    party_id: UUID
    code: str
    kind: str  # red-line, bottom-line, interest
    disclosure: str  # sealed, confided, shared-without-attribution, shared
    version: int
    reconfirm_by: date | None
    is_demonstration: bool

    def written(self, words: Mapping[str, object]) -> str:
        """The body of an entry, as it is encrypted."""
        head = {**self._asdict(), "id": self.id.hex, "party_id": self.party_id.hex}
        head["reconfirm_by"] = self.reconfirm_by.isoformat() if self.reconfirm_by else None
        return json.dumps({"head": head, "words": dict(words)}, ensure_ascii=False)


def read(body: str) -> tuple[Head, Words]:
    """What `Head.written` wrote."""
    found = json.loads(body)
    head = {**found["head"], "id": UUID(found["head"]["id"]), "party_id": UUID(found["head"]["party_id"])}
    head["reconfirm_by"] = date.fromisoformat(head["reconfirm_by"]) if head["reconfirm_by"] else None
    return Head(**head), found["words"]
