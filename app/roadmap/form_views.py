"""What the forms of the roadmap say: what an act is about, and what may be chosen."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RequirementView:
    """What may be waived: `what` in codes, why, and by whom: all `concerned`, of whom those `missing` have not yet.

    `offered`: (code, name) of those among the missing for whom the viewer may speak; `proposed`: the reasons of what stands proposed
    in their names. `is_proposal`: the viewer can only propose.
    """

    key: str
    what: str
    waits: tuple[tuple[str, str], ...]
    targets: tuple[tuple[str, str], ...]
    reason: str | None
    concerned: tuple[str, ...]
    missing: tuple[str, ...]
    offered: tuple[tuple[str, str], ...]
    proposed: tuple[str, ...]
    is_proposal: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about, in words. `a` and `b`, (code, title): two sides of an exchange, or who waits and what for."""

    code: str
    title: str
    state: str = ""
    a: tuple[tuple[str, str], ...] = ()
    b: tuple[tuple[str, str], ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the roadmap's forms offer: (code, shown). Of the steps and obstacles those that are not over; the others may be typed."""

    parties: tuple[tuple[str, str], ...]
    baskets: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str], ...]
    obstacles: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A linkage policy, since when, and why; the first of a dialogue may have neither."""

    policy: str
    since: date | None
    reason: str | None
