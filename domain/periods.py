"""Days and half-open periods: a period holds its first day and not its `until`."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `from_on` up to, and without, `until_on`; an open end is None."""

    from_on: date
    until_on: date | None = None

    def __post_init__(self) -> None:
        if self.until_on is not None and self.until_on < self.from_on:
            raise ValueError(f"period ends {self.until_on} before it starts {self.from_on}")

    def holds(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def overlaps(self, other: "Period") -> bool:
        return (other.until_on is None or self.from_on < other.until_on) and (
            self.until_on is None or other.from_on < self.until_on
        )


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the end of a shorter month is its last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(born_on: date, day: date) -> int:
    """Completed years of life on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def plan_year(day: date, starts: tuple[int, int] = (1, 1)) -> Period:
    """The plan year that holds `day`, for years that start on (month, day)."""
    month, first = starts
    start = date(day.year, month, first)
    if day < start:
        start = date(day.year - 1, month, first)
    return Period(start, add_months(start, 12))


def days_in(period: Period) -> int:
    """Length of a closed period in days; raises ValueError for an open one."""
    if period.until_on is None:
        raise ValueError("an open period has no length")
    return (period.until_on - period.from_on) // timedelta(days=1)


def through(first_day: date, last_day: date) -> Period:
    """The period from one day to another, both covered; the last day of time leaves it open."""
    if last_day == date.max:
        return Period(first_day)
    return Period(first_day, last_day + timedelta(days=1))


def first_of_year(day: date) -> date:
    """The first day of the year: what of a birthday may be known of one whom nobody knows."""
    return date(day.year, 1, 1)
