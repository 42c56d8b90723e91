"""Exposure: what was insured in each month, as earned premium, member days and member months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.actuarial.grain import Grain, index_of, label, period_of
from domain.money import Money, RoundingMode, round_minor
from domain.periods import Period, days_in

_DAY_OF_COUNT = 15


@dataclass(frozen=True, slots=True)
class Membership:
    """One member's cover for a time, and the premium for all of it.

    `lives` members of the same cover may be said at once; the premium is that of all of them.
    """

    member: str
    cover: Period
    premium: Money
    lives: int = 1


@dataclass(frozen=True, slots=True)
class Exposure:
    """One period. Two rules count member months, and the reader must know which was used: by
    days (a part of a month is that part) or by who is covered on the fifteenth."""

    period: str
    earned_premium: Money
    member_days: int
    member_months_daily: Fraction
    member_months_15th: int


def exposure(
    memberships: Iterable[Membership],
    months: Sequence[int],
    currency: str,
    grain: Grain = Grain.MONTH,
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> tuple[Exposure, ...]:
    """Exposure of numbered calendar periods; premium is earned evenly by the day.

    The premium of a period is summed exactly and rounded once.
    """
    covers = list(memberships)
    return tuple(_exposure(covers, at, grain, currency, mode) for at in months)


def periods_of(memberships: Iterable[Membership], grain: Grain = Grain.MONTH) -> range:
    """All calendar periods from the first day of cover to the last."""
    covers = [one.cover for one in memberships]
    if not covers:
        return range(0)
    first = min(index_of(cover.from_on, grain) for cover in covers)
    return range(first, max(index_of(_last(cover), grain) for cover in covers) + 1)


def _exposure(
    memberships: Sequence[Membership], at: int, grain: Grain, currency: str, mode: RoundingMode
) -> Exposure:
    days = 0
    daily = premium = Fraction(0)
    on_the_15th = 0
    for month in _months(at, grain):
        whole = days_in(month)
        for one in memberships:
            covered = _common_days(one.cover, month)
            if not covered:
                continue
            days += covered * one.lives
            daily += Fraction(covered * one.lives, whole)
            premium += one.premium.minor * Fraction(covered, days_in(one.cover))
            counted = one.cover.holds(month.from_on.replace(day=_DAY_OF_COUNT))
            on_the_15th += one.lives if counted else 0
    earned = Money(round_minor(premium, mode), currency)
    return Exposure(label(at, grain), earned, days, daily, on_the_15th)


def _months(at: int, grain: Grain) -> list[Period]:
    first = at * grain.months
    return [period_of(month, Grain.MONTH) for month in range(first, first + grain.months)]


def _common_days(a: Period, b: Period) -> int:
    start = max(a.from_on, b.from_on)
    ends = [until for until in (a.until_on, b.until_on) if until is not None]
    return max((min(ends) - start).days, 0)


def _last(cover: Period) -> date:
    if cover.until_on is None:
        raise ValueError("an open membership has no last day")
    return date.fromordinal(cover.until_on.toordinal() - 1)
