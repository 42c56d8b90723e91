"""Exposure by the day, by two rules of member months; large claims."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actuarial.exposure import Membership, exposure, periods_of
from domain.actuarial.grain import Grain, index_of, label, period_of, start_of
from domain.actuarial.metrics import LargeClaim, large_claims
from domain.actuarial.movement import MovementKind
from domain.actuarial.question import Question
from domain.money import Money
from domain.periods import Period, through
from tests.domain.actuarial.history import History, tzs


def member(first: date, last: date, premium: int) -> Membership:
    return Membership("M", through(first, last), tzs(premium))


def test_a_part_of_a_month_counts_by_days_or_by_the_fifteenth() -> None:
    rows = exposure(
        [
            member(date(2025, 1, 1), date(2025, 12, 31), 365_000),
            member(date(2025, 1, 16), date(2026, 1, 15), 365_000),
        ],
        range(index_of(date(2025, 1, 1), Grain.MONTH), index_of(date(2025, 3, 1), Grain.MONTH)),
        "TZS",
    )
    assert [row.period for row in rows] == ["2025-01", "2025-02"]
    assert [row.member_days for row in rows] == [47, 56]
    assert [row.member_months_daily for row in rows] == [Fraction(47, 31), Fraction(2)]
    assert [row.member_months_15th for row in rows] == [1, 2]
    assert [row.earned_premium for row in rows] == [tzs(47_000), tzs(56_000)]


spans = st.tuples(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 900), st.integers(0, 10**9)
).map(lambda x: Membership("M", through(x[0], x[0] + timedelta(days=x[1])), Money(x[2], "TZS")))


@given(covers=st.lists(spans, min_size=1, max_size=5), grain=st.sampled_from(Grain))
def test_all_periods_together_earn_the_premium_and_hold_every_day(
    covers: list[Membership], grain: Grain
) -> None:
    periods = periods_of(covers, grain)
    rows = exposure(covers, periods, "TZS", grain)
    days = sum((c.cover.until_on - c.cover.from_on).days for c in covers if c.cover.until_on)
    assert sum(row.member_days for row in rows) == days
    earned = sum(row.earned_premium.minor for row in rows)
    assert abs(earned - sum(c.premium.minor for c in covers)) <= len(periods) / 2


def test_nobody_is_no_period_and_an_open_cover_has_no_last() -> None:
    assert list(periods_of([])) == []
    with pytest.raises(ValueError, match="open"):
        periods_of([Membership("M", Period(date(2025, 1, 1)), tzs(1))])


@given(day=st.dates(date(1990, 1, 1), date(2090, 12, 31)), grain=st.sampled_from(Grain))
def test_a_period_holds_the_days_that_are_numbered_by_it(day: date, grain: Grain) -> None:
    at = index_of(day, grain)
    assert period_of(at, grain).holds(day)
    assert index_of(start_of(at, grain), grain) == at


def test_periods_are_called_as_in_reports() -> None:
    day = date(2024, 11, 30)
    assert [label(index_of(day, g), g) for g in Grain] == ["2024-11", "2024-Q4", "2024"]


def test_large_claims_are_those_at_or_above_the_threshold_largest_first() -> None:
    story = History()
    for name, reserve, paid in (("C1", 600, 400), ("C2", 999, 0), ("C3", 0, 3_000)):
        story.opened(name, date(2025, 1, 1), date(2025, 1, 1))
        story.add(name, MovementKind.RESERVE, date(2025, 1, 2), amount=reserve)
        story.paid(name, paid, date(2025, 1, 3))
    assert large_claims(story.movements, Question(date(2025, 2, 1)), tzs(1_000)) == (
        LargeClaim("C3", tzs(3_000), tzs(3_000)),
        LargeClaim("C1", tzs(400), tzs(1_000)),
    )
