"""How many units of a benefit a member may still have."""

from collections.abc import Iterable
from decimal import Decimal


def remaining_quantity(limit: Decimal | None, used: Iterable[Decimal]) -> Decimal | None:
    """Units left of a limit, never below zero; None where there is no limit."""
    if limit is None:
        return None
    return max(Decimal(0), limit - sum(used, Decimal(0)))
