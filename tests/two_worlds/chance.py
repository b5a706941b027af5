"""Whether guesses are better, or worse, than chance: the exact binomial test (Clopper and Pearson, 1934), for several tries at once."""

from math import comb


def is_chance(hits: int, guesses: int, chance: float, *, tries: int = 1) -> bool:
    """Whether so many hits lie within the 95 % interval of guessing; divided by the number of tries (Bonferroni)."""
    tail = 0.05 / tries / 2
    return _at_most(hits, guesses, chance) > tail and 1 - _at_most(hits - 1, guesses, chance) > tail


def _at_most(hits: int, guesses: int, chance: float) -> float:
    return sum(comb(guesses, k) * chance**k * (1 - chance) ** (guesses - k) for k in range(hits + 1))
