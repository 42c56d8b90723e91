"""Periods hold their first day and not the day on which they end."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Period, add_months, age_on, days_in, plan_year

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


def test_a_period_holds_its_first_day_and_not_its_end() -> None:
    assert YEAR.holds(date(2026, 1, 1))
    assert YEAR.holds(date(2026, 12, 31))
    assert not YEAR.holds(date(2027, 1, 1))
    assert Period(date(2026, 1, 1)).holds(date.max)


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


def test_periods_that_touch_do_not_overlap() -> None:
    after = Period(date(2027, 1, 1))
    assert not YEAR.overlaps(after)
    assert not after.overlaps(YEAR)
    assert YEAR.overlaps(Period(date(2026, 12, 31)))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


def test_an_age_changes_on_the_birthday() -> None:
    assert age_on(date(2000, 6, 15), date(2026, 6, 14)) == 25
    assert age_on(date(2000, 6, 15), date(2026, 6, 15)) == 26
    assert age_on(date(2004, 2, 29), date(2026, 2, 28)) == 21


def test_a_plan_year_may_start_in_july() -> None:
    assert plan_year(date(2026, 6, 30), (7, 1)).from_on == date(2025, 7, 1)
    assert plan_year(date(2026, 7, 1), (7, 1)).from_on == date(2026, 7, 1)


def test_the_length_of_an_open_period_is_not_known() -> None:
    assert days_in(YEAR) == 365
    with pytest.raises(ValueError, match="no length"):
        days_in(Period(date(2026, 1, 1)))


@given(DAYS, st.tuples(st.integers(1, 12), st.integers(1, 28)))
def test_every_day_lies_in_its_plan_year(day: date, start: tuple[int, int]) -> None:
    year = plan_year(day, start)
    assert year.holds(day)
    assert days_in(year) in (365, 366)
