"""Relative pricing: lines are valued first and paid once the money of the period is known.

index = money for care / value of the lines, to four decimals; each line is paid its value times
the index. What the rounding of the index leaves over stays in the pool.
"""

from decimal import Decimal
from fractions import Fraction

from domain.money import Money, round_minor, share

INDEX_DECIMALS = 4


def relative_index(allocated: Money, share_for_care: Decimal, valued: Money) -> Decimal:
    """The index of a period, half up to four decimals; one where nothing was valued."""
    if not valued:
        return Decimal(1)
    exact = Fraction(allocated.minor) * Fraction(share_for_care) / valued.minor
    return Decimal(round_minor(exact * 10**INDEX_DECIMALS)).scaleb(-INDEX_DECIMALS)


def paid_at(valued: Money, index: Decimal) -> Money:
    """What a line is paid once the index is known, half up to the minor unit."""
    return share(valued, index)
