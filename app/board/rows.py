"""Everything a board is made of, as of a day, and the engine's question put to it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from app.access.levels import Room
from app.access.work import Reading
from app.baskets import queries as baskets
from app.baskets.queries import BasketRow, TopicRow
from app.dialogues.queries import party_names
from app.engine.isolation import Effect, Effects, StepEffect
from app.engine.network import Roadmap
from app.meetings.queries import MeetingDay, meeting_days
from app.roadmap import graph, policy, standing

STALLED = frozenset({"stalled", "suspended"})
SINGLE = "single-undertaking"


class Rows(NamedTuple):
    """How many queries stand behind it does not depend on how many rows. Hashable: equal rows make equal boards."""

    day: date
    is_today: bool
    baskets: tuple[BasketRow, ...]
    topics: tuple[TopicRow, ...]
    roadmap: graph.Rows
    meetings: tuple[MeetingDay, ...]
    parties: tuple[tuple[str, str], ...]
    policy: str
    policies: tuple[tuple[str, date], ...]
    """Every policy that was agreed on a day, whether or not that day has come."""

    @property
    def stalled(self) -> tuple[str, ...]:
        return tuple(row.code for row in self.baskets if row.state in STALLED)

    @property
    def roadmap_left(self) -> dict[str, float]:
        """Step to the quantity that is neither delivered nor handed over."""
        return graph.outstanding(self.roadmap)

    @property
    def weighing(self) -> tuple[str, ...]:
        """The obstacles that are not lifted."""
        return tuple(row.code for row in self.roadmap.obstacles if row.lifted_on is None)


def rows_of(reading: Reading, day: date) -> Rows:
    reading.enter(Room.BOARD)
    found = baskets.basket_rows(reading, day)
    policies = policy.policies(reading)
    return Rows(
        day=day,
        is_today=day == reading.today,
        baskets=found,
        topics=baskets.topic_rows(reading, day),
        roadmap=standing.rows(reading, day, tuple((row.code, row.party_codes) for row in found)),
        meetings=meeting_days(reading),
        parties=tuple(party_names(reading).items()),
        policy=policy.held_on(policies, day),
        policies=tuple((each.policy, each.since) for each in policies if each.since),
    )


def roadmap_of(rows: Rows, **more: object) -> Roadmap:
    """The engine's roadmap. Under a single undertaking everything is provisional until every basket is concluded."""
    concluded = all(row.state == "concluded" for row in rows.baskets)
    return graph.roadmap_of(rows.roadmap, is_provisional=rows.policy == SINGLE and not concluded, **more)  # type: ignore[arg-type]


Borne = tuple[tuple[str, ...], tuple[str, ...]]
"""Of an obstacle: the baskets that wait for its end, whole or by a step of theirs; and those that are only tied to it politically."""


def borne(rows: Rows) -> dict[str, Borne]:
    """Code of every obstacle to the baskets on which it bears."""
    basket_of = {step.code: step.basket for step in rows.roadmap.steps}
    holds: dict[str, set[str]] = {row.code: set() for row in rows.roadmap.obstacles}
    ties = {row.code: set(row.baskets) for row in rows.roadmap.obstacles}
    for link in rows.roadmap.links:
        if link.target in holds:
            found = holds if link.kind == "requires" else ties
            found[link.target].add(link.basket or basket_of.get(link.step or "", ""))
    order = [row.code for row in rows.baskets]
    return {
        code: (
            tuple(basket for basket in order if basket in holds[code]),
            tuple(basket for basket in order if basket in ties[code] - holds[code]),
        )
        for code in holds
    }


@lru_cache(maxsize=64)
def weighed(
    roadmap: Roadmap, stalled: tuple[str, ...], obstacles: tuple[str, ...]
) -> dict[str, tuple[StepEffect, ...]]:
    """Basket to its open steps under an assumption. Remembered by identity of the roadmap, which is remembered by its rows."""
    groups: dict[str, list[StepEffect]] = {}
    for step in Effects(roadmap.network, stalled, obstacles):
        groups.setdefault(step.basket, []).append(step)
    return {basket: tuple(steps) for basket, steps in groups.items()}


def counts_of(steps: Iterable[StepEffect]) -> Counter[Effect]:
    return Counter(step.effect for step in steps)
