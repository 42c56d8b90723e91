"""The periods that a treaty is reported in, and when each report is due.

`2025-03` is a month, `2025-Q1` a quarter. A treaty goes on being reported after its end, until
nothing is outstanding any more (run-off), so its periods have a first but no last.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.periods import Period, add_months
from domain.refusals import RuleBroken
from domain.treaty.administration import ReportsEvery

_NAME = re.compile(r"([12][0-9]{3})-(?:(0[1-9]|1[0-2])|Q([1-4]))")


@dataclass(frozen=True, slots=True, order=True)
class ReportPeriod:
    """One reporting period: its first day and how many months it has."""

    from_on: date
    months: int

    @property
    def name(self) -> str:
        if self.months == 1:
            return f"{self.from_on:%Y-%m}"
        return f"{self.from_on.year}-Q{(self.from_on.month + 2) // 3}"

    @property
    def until_on(self) -> date:
        """The first day after it."""
        return add_months(self.from_on, self.months)

    @property
    def last_day(self) -> date:
        return self.until_on - timedelta(days=1)

    @property
    def before(self) -> "ReportPeriod":
        return ReportPeriod(add_months(self.from_on, -self.months), self.months)

    @property
    def after(self) -> "ReportPeriod":
        return ReportPeriod(self.until_on, self.months)

    @property
    def period(self) -> Period:
        return Period(self.from_on, self.until_on)

    def due_on(self, report_days: int) -> date:
        """The day by which the report must have been issued."""
        return self.last_day + timedelta(days=report_days)


def named_period(name: str) -> ReportPeriod:
    """The period of a name; raises RuleBroken `report.bad_period`."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise RuleBroken(
            "report.bad_period",
            f"{name!r} is not a month like 2025-03 or a quarter like 2025-Q1",
            field="period",
        )
    year, month, quarter = found.groups()
    if month:
        return ReportPeriod(date(int(year), int(month), 1), 1)
    return ReportPeriod(date(int(year), 3 * int(quarter) - 2, 1), 3)


def period_with(day: date, every: ReportsEvery) -> ReportPeriod:
    """The reporting period that holds a day."""
    first = (day.month - 1) // every.months * every.months + 1
    return ReportPeriod(date(day.year, first, 1), every.months)


def periods_until(treaty: Period, every: ReportsEvery, today: date) -> Iterator[ReportPeriod]:
    """The periods of a treaty that are over by `today`, the first one first."""
    period = period_with(treaty.from_on, every)
    while period.last_day < today:
        yield period
        period = period.after
