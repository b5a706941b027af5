"""The isolation engine: what a stalemate really blocks. Pure: plain data in, plain data out; no database, no clock.

A graph of open nodes (steps, and obstacles that are not lifted). An edge runs from a step to what it waits for: *hard*
(the parties wrote down a requirement) or *political* (somebody ties the two; that blocks nothing). For a set of
stalled nodes a step is

    blocked  if a path of hard edges alone leads into the stall,
    linked   if only a path with at least one political edge does,
    free     otherwise.

Two breadth-first searches against the arrows, from all stalled nodes at once: O(nodes + edges), and the first
parent found gives a shortest chain (Moore 1959).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    FREE = "free"
    LINKED = "linked"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Tie:
    """`step` waits for `target`: hard, or politically."""

    step: str
    target: str
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The open part of a roadmap: step code to basket code, obstacle codes, and the ties between open nodes."""

    baskets: Mapping[str, str]
    ties: tuple[Tie, ...] = ()
    obstacles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StepEffect:
    """`chain` runs from the step to the stalled node that holds it; a step in the stalled basket is its own chain."""

    code: str
    basket: str
    effect: Effect
    chain: tuple[str, ...] = ()


def effects(roadmap: Roadmap, stalled: Iterable[str], obstacles: Iterable[str] = ()) -> tuple[StepEffect, ...]:
    """Every open step under a stall of these baskets (and these obstacles), in the roadmap's order."""
    baskets = frozenset(stalled)
    sources = [code for code, basket in roadmap.baskets.items() if basket in baskets]
    sources += [code for code in obstacles if code in roadmap.obstacles]
    hard = _next_towards(sources, _waiting(roadmap, hard_only=True))
    either = _next_towards(sources, _waiting(roadmap, hard_only=False))
    return tuple(_effect(code, basket, hard, either) for code, basket in roadmap.baskets.items())


def _effect(code: str, basket: str, hard: Mapping[str, str | None], either: Mapping[str, str | None]) -> StepEffect:
    if code in hard:
        return StepEffect(code, basket, Effect.BLOCKED, _chain(code, hard))
    if code in either:
        return StepEffect(code, basket, Effect.LINKED, _chain(code, either))
    return StepEffect(code, basket, Effect.FREE)


def _waiting(roadmap: Roadmap, *, hard_only: bool) -> dict[str, list[str]]:
    """Target to the open steps that wait for it. Ties to what is done, withdrawn or lifted hold nobody."""
    known = roadmap.baskets.keys() | roadmap.obstacles
    waiting: dict[str, list[str]] = {}
    for tie in roadmap.ties:
        if (tie.is_hard or not hard_only) and tie.step in roadmap.baskets and tie.target in known:
            waiting.setdefault(tie.target, []).append(tie.step)
    return waiting


def _next_towards(sources: list[str], waiting: Mapping[str, list[str]]) -> dict[str, str | None]:
    """For every node held by the sources: the next node on a shortest way into the stall (None at the stall itself)."""
    following: dict[str, str | None] = dict.fromkeys(sources)
    layer = sources
    while layer:
        reached = []
        for target in layer:
            for step in waiting.get(target, ()):
                if step not in following:
                    following[step] = target
                    reached.append(step)
        layer = reached
    return following


def _chain(code: str, following: Mapping[str, str | None]) -> tuple[str, ...]:
    chain = [code]
    while (step := following[chain[-1]]) is not None:
        chain.append(step)
    return tuple(chain)
