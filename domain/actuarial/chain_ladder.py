"""Chain ladder: how claims of earlier origins developed tells what later ones will come to.

Volume-weighted factors without a tail, all exact fractions until an amount is posted (Mack 1993).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.money import Money, RoundingMode, round_minor
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class OriginForecast:
    """One origin: the latest figure, what it will come to, and the part not yet reported."""

    origin: str
    latest: Money
    ultimate: Money
    ibnr: Money


@dataclass(frozen=True, slots=True)
class ChainLadder:
    """`link_ratios[k]` develops lag k to k + 1; `completion[k]` is the share of the ultimate that
    is there at lag k.

    The total is an estimate of its own, rounded once: it may differ by a few minor units from
    the sum of the origins, which are rounded each.
    """

    link_ratios: tuple[Fraction, ...]
    completion: tuple[Fraction, ...]
    origins: tuple[OriginForecast, ...]
    total_ibnr: Money

    def of(self, origin: str) -> OriginForecast:
        return next(one for one in self.origins if one.origin == origin)


def link_ratios(rows: Sequence[Sequence[int]]) -> tuple[Fraction, ...]:
    """Sum of one column over the sum of the column before, rows with both only.

    A column that is zero before cannot develop by a factor: it keeps the factor one.
    """
    width = max((len(row) for row in rows), default=0)
    ratios = []
    for lag in range(width - 1):
        pairs = [(row[lag], row[lag + 1]) for row in rows if len(row) > lag + 1]
        before, after = sum(a for a, _ in pairs), sum(b for _, b in pairs)
        ratios.append(Fraction(after, before) if before else Fraction(1))
    return tuple(ratios)


def chain_ladder(
    rows: Mapping[str, Sequence[int]], currency: str, mode: RoundingMode = RoundingMode.HALF_UP
) -> ChainLadder:
    """Forecast every origin of a cumulative triangle (minor units, in order of lag).

    Raises RuleBroken `triangle.empty_row` for an origin without any figure, and
    `triangle.no_development` where the figures of a column come to nothing.
    """
    for origin, row in rows.items():
        if not row:
            raise RuleBroken("triangle.empty_row", f"origin {origin} has no figure")
    ratios = link_ratios(list(rows.values()))
    to_ultimate = [Fraction(1)]
    for ratio in reversed(ratios):
        to_ultimate.insert(0, to_ultimate[0] * ratio)
    if not all(to_ultimate):
        raise RuleBroken("triangle.no_development", "a column of the triangle adds up to zero")
    ibnr = sum((row[-1] * (to_ultimate[len(row) - 1] - 1) for row in rows.values()), Fraction(0))
    return ChainLadder(
        ratios,
        tuple(1 / factor for factor in to_ultimate),
        tuple(_forecast(name, row, to_ultimate, currency, mode) for name, row in rows.items()),
        Money(round_minor(ibnr, mode), currency),
    )


def _forecast(
    origin: str,
    row: Sequence[int],
    to_ultimate: Sequence[Fraction],
    currency: str,
    mode: RoundingMode,
) -> OriginForecast:
    latest = Money(row[-1], currency)
    ultimate = Money(round_minor(row[-1] * to_ultimate[len(row) - 1], mode), currency)
    return OriginForecast(origin, latest, ultimate, ultimate - latest)
