"""Capitation: a share of the allocated premium, spread over facilities by weighted measures."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from domain.money import Money, share

Measures = Mapping[str, Decimal]


def capitation(
    allocated: Money,
    share_percent: Decimal,
    weights_percent: Mapping[str, Decimal],
    facilities: Mapping[str, Measures],
) -> dict[str, Money]:
    """What each facility is paid, half up to the minor unit.

    Each measure (insured persons, visits …) spreads its weight of the pot in proportion; a
    measure that is zero everywhere pays nobody and its part stays undistributed.
    """
    totals = {
        measure: sum((Fraction(f.get(measure, 0)) for f in facilities.values()), Fraction(0))
        for measure in weights_percent
    }
    pot = Fraction(share_percent) / 100
    return {
        name: share(allocated, pot * _part(measures, weights_percent, totals))
        for name, measures in facilities.items()
    }


def _part(
    measures: Measures, weights_percent: Mapping[str, Decimal], totals: Mapping[str, Fraction]
) -> Fraction:
    return sum(
        (
            Fraction(weight) / 100 * Fraction(measures.get(measure, 0)) / totals[measure]
            for measure, weight in weights_percent.items()
            if totals[measure]
        ),
        Fraction(0),
    )
