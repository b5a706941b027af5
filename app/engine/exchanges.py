"""Reciprocal steps: what their order asks, and when one side is out of step with the other."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from app.engine.network import Requirement

Order = Literal["simultaneous", "a-then-b", "b-then-a", "disputed"]
Side = Literal["a", "b"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """`a` against `b`, in an order."""

    code: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    order: Order


def requirements(exchange: Exchange, order: Order | None = None) -> tuple[Requirement, ...]:
    """What an exchange asks of its sides under an order (its own by default): the key is (code, the side that waits).

    Simultaneous: each side waits for the other. Disputed: nothing that both wrote down, so no requirement at all.
    """
    waits: dict[Order, tuple[Side, ...]] = {
        "simultaneous": ("a", "b"),
        "a-then-b": ("b",),
        "b-then-a": ("a",),
        "disputed": (),
    }
    sides = {"a": (exchange.a, exchange.b), "b": (exchange.b, exchange.a)}
    return tuple(Requirement((exchange.code, side), *sides[side]) for side in waits[order or exchange.order])


def out_of_step(exchange: Exchange, done: Collection[str]) -> Side | None:
    """The side that has done its part of a simultaneous exchange while the other has not; none where both or neither have."""
    if exchange.order != "simultaneous":
        return None
    a, b = (all(code in done for code in side) for side in (exchange.a, exchange.b))
    return None if a == b else "a" if a else "b"
