"""Profit commission: the cedant's share of what the treaty earned, after deficits carried on."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.money import Money, RoundingMode, round_minor, share, total
from domain.reinsurance.accounting_terms import LossCorridor, ProfitCommission


@dataclass(frozen=True, slots=True)
class YearResult:
    """Income of a treaty year less its outgo; negative is a deficit."""

    year: int
    profit: Money


@dataclass(frozen=True, slots=True)
class ProfitYear:
    """`deficit_left` is what later years still have to absorb after this one."""

    year: int
    profit: Money
    absorbed: Money
    commission: Money
    deficit_left: Money


def treaty_profit(
    terms: ProfitCommission,
    earned_premium: Money,
    commission: Money,
    incurred: Money,
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> Money:
    """Premium less commission, the reinsurers' expenses (a share of premium) and losses."""
    expenses = share(earned_premium, terms.reinsurer_expenses.exact, mode)
    return earned_premium - commission - expenses - incurred


def profit_commissions(
    terms: ProfitCommission,
    years: Sequence[YearResult],
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> tuple[ProfitYear, ...]:
    """Profit commission of consecutive years, the oldest deficit absorbed first.

    A deficit older than the treaty allows lapses before the year is struck.
    """
    open_deficits: list[tuple[int, Money]] = []
    struck = []
    for one in sorted(years, key=lambda year: year.year):
        currency = one.profit.currency
        nothing = Money.zero(currency)
        usable = [(y, d) for y, d in open_deficits if _usable(terms, y, one.year)]
        left, open_deficits = max(one.profit, nothing), []
        for year, deficit in usable:
            used = min(deficit, left)
            left -= used
            if deficit - used:
                open_deficits.append((year, deficit - used))
        if one.profit < nothing and terms.deficit_years != 0:
            open_deficits.append((one.year, -one.profit))
        struck.append(
            ProfitYear(
                one.year,
                one.profit,
                max(one.profit, nothing) - left,
                share(left, terms.rate.exact, mode),
                total((deficit for _, deficit in open_deficits), currency),
            )
        )
    return tuple(struck)


def corridor_retained(
    terms: LossCorridor,
    earned_premium: Money,
    ceded_losses: Money,
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> Money:
    """What a loss corridor leaves with the cedant, of losses ceded before the corridor."""
    low = earned_premium.minor * terms.from_ratio.exact
    high = earned_premium.minor * terms.to_ratio.exact
    inside = max(min(Fraction(ceded_losses.minor), high) - low, Fraction(0))
    return Money(round_minor(inside * terms.cedant_share.exact, mode), ceded_losses.currency)


def _usable(terms: ProfitCommission, year: int, now: int) -> bool:
    return terms.deficit_years is None or now - year <= terms.deficit_years
