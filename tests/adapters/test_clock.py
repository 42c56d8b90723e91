"""Time by the machine and time by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.clock import SetClock, SystemClock

ZONE = "Africa/Dar_es_Salaam"
LATE = datetime(2025, 3, 1, 22, 30, tzinfo=UTC)


def test_the_insurers_day_begins_three_hours_before_utc() -> None:
    assert SetClock(LATE, ZONE).today() == date(2025, 3, 2)


def test_a_set_clock_stands_still_until_it_is_moved() -> None:
    clock = SetClock(LATE, ZONE)
    assert clock.now() == clock.now() == LATE
    clock.advance(timedelta(days=30))
    assert clock.now() == LATE + timedelta(days=30)
    clock.set(datetime(2025, 4, 1, 3, tzinfo=UTC))
    assert clock.today() == date(2025, 4, 1)


def test_a_set_clock_never_goes_back() -> None:
    clock = SetClock(LATE, ZONE)
    with pytest.raises(ValueError, match="time does not go back"):
        clock.set(LATE - timedelta(microseconds=1))


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        SetClock(datetime(2025, 3, 1), ZONE)  # noqa: DTZ001  # that is what is refused


def test_the_system_clock_tells_utc_and_the_day_of_the_zone() -> None:
    clock = SystemClock("Pacific/Kiritimati")  # fourteen hours ahead of UTC
    before = datetime.now(UTC)
    now, today = clock.now(), clock.today()
    assert before <= now <= before + timedelta(seconds=5)
    assert now.tzinfo is UTC
    assert today in ((before + timedelta(hours=14)).date(), (now + timedelta(hours=14)).date())
