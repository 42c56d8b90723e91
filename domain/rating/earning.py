"""The part of a premium that belongs to a period, by days."""

from datetime import date
from fractions import Fraction

from domain.money import Money, share


def allocated(premium: Money, cover: tuple[date, date], period: tuple[date, date]) -> Money:
    """The share of a premium that falls into a period; first and last days count on both sides.

    Raises ValueError for cover that ends before it starts.
    """
    days = _days(*cover)
    if days <= 0:
        raise ValueError(f"cover from {cover[0]} to {cover[1]} has no days")
    common = _days(max(cover[0], period[0]), min(cover[1], period[1]))
    return share(premium, Fraction(max(0, common), days))


def _days(first: date, last: date) -> int:
    return (last - first).days + 1
