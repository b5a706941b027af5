"""The ladder of small steps: what is the next step that nobody objects to?

Each step is graded from 1 to 5 by four measures, as confidence-building measures are compared in practice: what it costs, how
sensitive it is, how easily it could be undone, how well it can be verified. A rung is the sum of what speaks against beginning.
"""

from dataclasses import dataclass

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
        """1 (lowest) … 5, in equal parts of the seventeen weights."""
        return 1 + (self.weight - 4) * RUNGS // 17
