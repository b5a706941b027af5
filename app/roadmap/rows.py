"""What stands on a day, and what it does to every open step: as the board weighs it, for the roadmap."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.access.work import Reading
from app.baskets.queries import BasketRow
from app.engine.isolation import Effects
from app.engine.network import Roadmap
from app.roadmap import policy, queries, standing
from app.roadmap.graph import roadmap_of

STALLED = frozenset({"stalled", "suspended"})
SINGLE = "single-undertaking"


@dataclass(frozen=True, eq=False)
class Weighed:
    """Code of every open step to its effect. Equal to itself alone, so that what is made of it can be kept beside it."""

    of: Mapping[str, str]


def effects_on(
    reading: Reading, day: date, steps: tuple[queries.StepRow, ...], baskets: tuple[BasketRow, ...]
) -> Weighed:
    """What the stalemates and obstacles that stand that day do to these steps, which are all there were."""
    rows = standing.rows(reading, day, tuple((row.code, row.party_codes) for row in baskets), steps)
    concluded = all(row.state == "concluded" for row in baskets)
    roadmap = roadmap_of(rows, is_provisional=policy.held_on(policy.policies(reading), day) == SINGLE and not concluded)
    stalled = tuple(row.code for row in baskets if row.state in STALLED)
    return _effects(roadmap, stalled, tuple(row.code for row in rows.obstacles if row.lifted_on is None))


# By identity of the roadmap, which is itself remembered by its rows.
@lru_cache(maxsize=64)
def _effects(roadmap: Roadmap, stalled: tuple[str, ...], obstacles: tuple[str, ...]) -> Weighed:
    return Weighed({step.code: str(step.effect) for step in Effects(roadmap.network, stalled, obstacles)})
