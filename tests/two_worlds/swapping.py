"""The author swap: one story in two worlds, told with either of two people as the one who wrote the one note."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Databases
from tests.two_worlds.house import house
from tests.two_worlds.observing import HOLDERS, differences, everything, is_sealed, masked, tag_of
from tests.two_worlds.scenario import Scenario
from tests.two_worlds.world import telling


def swapped(
    databases: Databases,
    folder: Path,
    loop: asyncio.AbstractEventLoop,
    told: Scenario,
    *,
    count: Counter[str] | None = None,
    broken: Callable[[pytest.MonkeyPatch], None] = lambda _patch: None,
) -> tuple[list[str], set[str]]:
    """The names under which the two worlds differ, and what people were answered. Every other story is also backed up and exported.

    `broken` is done to the product of each world.
    """
    holders = HOLDERS if told.everything or told.seed % 2 == 0 else ("database", "files", "logs")
    found, said = [], set[str]()
    for place, author in enumerate(told.pair):
        here = house(databases, told.plan)
        with pytest.MonkeyPatch.context() as patch, telling(here, folder / str(place), author, loop) as world:
            broken(patch)
            world.play(told)
            tag = tag_of(world)
            found.append(masked(everything(world, told, holders=holders), tag))
            said |= world.said | ({"sealed"} if is_sealed(world) else set())
    if count is not None:
        count["names"] += len(found[0])
    return differences(*found), said
