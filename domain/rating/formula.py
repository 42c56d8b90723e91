"""Premium by formula, as the requirements documents give it, and loadings for medical risk."""

from decimal import Decimal
from fractions import Fraction

from domain.money import Money, RoundingMode, share

BASE_RATE = Decimal("0.05")
TYPE_FACTORS = {"comprehensive": Decimal("1.2")}
OTHER_FACTOR = Decimal(1)


def premium(age: int, policy_type: str, coverage: Money) -> Money:
    """Base rate x age / 100 x factor of the policy type x sum covered, half-even to the cent.

    Half-even because the document's own rounding is that of Python's `round` on a decimal.
    """
    factor = TYPE_FACTORS.get(policy_type, OTHER_FACTOR)
    rate = Fraction(BASE_RATE) * Fraction(age, 100) * Fraction(factor)
    return share(coverage, rate, RoundingMode.HALF_EVEN)


def loaded(base: Money, loading_percent: Decimal) -> Money:
    """A premium with a loading on top, half-up to the cent."""
    return share(base, 1 + Fraction(loading_percent) / 100)
