"""All that may leave the promises' domain."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FigureView:
    """A count, in words; `language`, by its own name, where it is of one language only."""

    words: str
    language: str | None
    value: int


@dataclass(frozen=True, slots=True)
class PromiseView:
    """`measured_on` and `figures` are of the last run of its tests that was written down; none and empty before the first."""

    code: str
    words: str
    tests: tuple[str, ...]
    measured_on: date | None
    figures: tuple[FigureView, ...]


@dataclass(frozen=True, slots=True)
class PromisesView:
    promises: tuple[PromiseView, ...]
    not_promised: tuple[str, ...]
