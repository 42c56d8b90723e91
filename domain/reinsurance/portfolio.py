"""Unearned premium, and the portfolios by which one treaty year hands its risks to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.money import Money, RoundingMode, round_minor, share, total
from domain.periods import Period, days_in
from domain.ratio import Ratio
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class EarnedPremium:
    """Earned and unearned always add up to the premium; `earned_days` where it is by days."""

    earned: Money
    unearned: Money
    earned_days: int | None = None


def earned_by_parts(
    written: Mapping[int, Money], parts: int, mode: RoundingMode = RoundingMode.HALF_UP
) -> EarnedPremium:
    """Earned at the year's end when premium is written evenly within each of `parts` periods.

    Premium of period k (1 is the first) stands in its middle on average, so (2k - 1) / (2 x
    parts) of it is unearned: eighths for quarters, twenty-fourths for months. Raises RuleBroken
    `treaty.bad_period_of_writing` for a period outside the year.
    """
    currency = next(iter(written.values())).currency
    exact = Fraction(0)
    for k, premium in written.items():
        if not 1 <= k <= parts:
            raise RuleBroken("treaty.bad_period_of_writing", f"a year of {parts} has no part {k}")
        exact += premium.minor * Fraction(2 * k - 1, 2 * parts)
    unearned = Money(round_minor(exact, mode), currency)
    return EarnedPremium(total(written.values(), currency) - unearned, unearned)


def earned_by_days(
    premium: Money, cover: Period, last_day: date, mode: RoundingMode = RoundingMode.HALF_UP
) -> EarnedPremium:
    """Earned in proportion to the days of cover up to and with `last_day`."""
    days = min(max((last_day - cover.from_on).days + 1, 0), days_in(cover))
    earned = share(premium, Fraction(days, days_in(cover)), mode)
    return EarnedPremium(earned, premium - earned, days)


def premium_portfolio(
    unearned: Money, commission: Ratio, mode: RoundingMode = RoundingMode.HALF_UP
) -> Money:
    """What a clean-cut treaty pays to the next year for unearned premium, net of commission."""
    return share(unearned, 1 - commission.exact, mode)


def loss_portfolio(
    outstanding: Money, part: Ratio, mode: RoundingMode = RoundingMode.HALF_UP
) -> Money:
    """What a clean-cut treaty pays to the next year for taking over outstanding losses."""
    return share(outstanding, part.exact, mode)
