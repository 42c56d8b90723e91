"""Months, quarters and years of the calendar as whole numbers, so that lags are differences."""

from datetime import date
from enum import StrEnum

from domain.periods import Period, add_months


class Grain(StrEnum):
    """Width of a row or a column of a triangle."""

    MONTH = "M"
    QUARTER = "Q"
    YEAR = "Y"

    @property
    def months(self) -> int:
        return {"M": 1, "Q": 3, "Y": 12}[self.value]


def index_of(day: date, grain: Grain) -> int:
    """The number of the calendar period that holds the day; the next period is one more."""
    return (day.year * 12 + day.month - 1) // grain.months


def start_of(index: int, grain: Grain) -> date:
    """First day of a numbered period."""
    year, month = divmod(index * grain.months, 12)
    return date(year, month + 1, 1)


def period_of(index: int, grain: Grain) -> Period:
    """All days of a numbered period."""
    start = start_of(index, grain)
    return Period(start, add_months(start, grain.months))


def label(index: int, grain: Grain) -> str:
    """How a period is called: 2025-03, 2025-Q1, 2025."""
    start = start_of(index, grain)
    match grain:
        case Grain.MONTH:
            return f"{start:%Y-%m}"
        case Grain.QUARTER:
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case Grain.YEAR:
            return str(start.year)
