"""The ladder of small steps: what is the next step that nobody objects to?

Each step is graded from 1 to 5 by four measures, as confidence-building measures are compared in practice: what it costs, how
sensitive it is, how easily it could be undone, how well it can be verified. A rung is the sum of what speaks against beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.network import Roadmap

MEASURES = ("cost", "sensitivity", "reversibility", "verifiability")
MIDDLE = 3
RUNGS = 5


@dataclass(frozen=True, slots=True)
class Grades:
    """Each from 1 (little) to 5 (much); what was not graded counts as the middle."""

    cost: int = MIDDLE
    sensitivity: int = MIDDLE
    reversibility: int = MIDDLE
    verifiability: int = MIDDLE

    @property
    def weight(self) -> int:
        """4 (easiest) … 20: cost and sensitivity speak against a step, what can be undone and verified speaks for it."""
        return self.cost + self.sensitivity + (6 - self.reversibility) + (6 - self.verifiability)

    @property
    def rung(self) -> int:
        """1 (lowest) … 5, in equal parts of the sixteen steps between the easiest and the hardest."""
        return min(RUNGS, 1 + (self.weight - 4) * RUNGS // 17)


def ready(roadmap: Roadmap, among: Iterable[str]) -> dict[str, frozenset[str]]:
    """Those of these open steps that can be done now, each with the steps that are to be done together with it.

    None whose own requirement is not met; but two steps that require each other (a simultaneous exchange) can be done
    together, if neither waits for anything else. The largest such set.
    """
    waits: dict[str, set[str]] = {}
    for each in roadmap.requirements:
        for step, target in each.pairs():
            if step in roadmap.steps and (target in roadmap.steps or target in roadmap.obstacles):
                waits.setdefault(step, set()).add(target)
    can = dict.fromkeys(among)
    while stuck := [step for step in can if not _together(step, can, waits)]:
        for step in stuck:
            del can[step]
    return {step: frozenset(waits.get(step, ())) for step in can}


def _together(step: str, can: Iterable[str], waits: dict[str, set[str]]) -> bool:
    """Whether all that this step waits for can be done too, and waits for this step."""
    return all(target in can and step in waits.get(target, ()) for target in waits.get(step, ()))
