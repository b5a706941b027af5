"""What is left of a quantity: delivered in instalments, or promised by somebody who stands in for the step's own actors."""

from collections.abc import Iterable
from decimal import Decimal

Share = tuple[str | None, float]
"""(party, amount); of a delivery the party may be unknown."""


def outstanding(total: float, delivered: Iterable[Share], handed: Iterable[Share]) -> float:
    """What nobody has delivered or taken over. Negative where more was given than was asked.

    A substitute's delivery counts against what was handed to it, so that no tonne is counted twice.
    """
    gave, took = _by_party(delivered), _by_party(handed)
    covered = sum((max(gave.get(party, Decimal()), took.get(party, Decimal())) for party in gave | took), Decimal())
    return float(_exact(total) - covered)


def deliverable(party: str | None, total: float, delivered: Iterable[Share], handed: Iterable[Share]) -> float:
    """What this party may still deliver: what is open to all, and what it has taken over and not delivered yet."""
    delivered, handed = list(delivered), list(handed)
    owed = _by_party(handed).get(party, Decimal()) - _by_party(delivered).get(party, Decimal())
    return float(_exact(outstanding(total, delivered, handed)) + max(owed, Decimal()))


def undelivered(total: float, delivered: Iterable[Share]) -> float:
    """What has not arrived yet, whoever is to bring it."""
    return float(_exact(total) - sum(_by_party(delivered).values(), Decimal()))


def _by_party(shares: Iterable[Share]) -> dict[str | None, Decimal]:
    found: dict[str | None, Decimal] = {}
    for party, amount in shares:
        found[party] = found.get(party, Decimal()) + _exact(amount)
    return found


def _exact(amount: float) -> Decimal:
    """The decimal that a person typed: three times 0.1 is 0.3."""
    return Decimal(repr(amount))
