"""Which reports are due, late or missing, treaty by treaty and period by period."""

from dataclasses import dataclass
from datetime import date, timedelta

from adapters.postgres import Connection
from domain.periods import Period
from domain.treaty.administration import ReportsEvery
from domain.treaty.calendar import periods_until
from projections.treaty_reports.layout import LAYOUTS

SOON = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Due:
    """One report that the calendar asks for. `standing` is its stage, or open, due, late or
    missing where it was not issued yet."""

    treaty: str
    kind: str
    period: str
    due_on: date
    standing: str
    report_version: int = 0


def due(conn: Connection, tenant: int, today: date) -> list[Due]:
    """Every report of a period that is over, the earliest due first.

    What was not issued is `due` in the last ten days before its day, `late` after it where a draft
    stands, `missing` where there is none; otherwise `open`.
    """
    reports = {
        (treaty, kind, period): (version, stage)
        for treaty, kind, period, version, stage in conn.execute(
            "SELECT DISTINCT ON (treaty, kind, period) treaty, kind, period, report_version, stage "
            "FROM treaty_reports WHERE tenant = %s "
            "ORDER BY treaty, kind, period, report_version DESC",
            (tenant,),
        ).fetchall()
    }
    told: list[Due] = []
    for code, from_on, until_on, every, days in conn.execute(
        "SELECT code, from_on, until_on, reports, report_days FROM treaties WHERE tenant = %s "
        "AND signed_on IS NOT NULL ORDER BY code",
        (tenant,),
    ).fetchall():
        for period in periods_until(Period(from_on, until_on), ReportsEvery(every), today):
            for kind in LAYOUTS:
                on = period.due_on(days)
                version, stage = reports.get((code, kind, period.name), (0, ""))
                told.append(Due(code, kind, period.name, on, _standing(stage, on, today), version))
    return sorted(told, key=lambda one: (one.due_on, one.treaty, one.kind))


_ISSUED = {"issued", "acknowledged", "disputed", "settled"}


def _standing(stage: str, on: date, today: date) -> str:
    if stage in _ISSUED:
        return stage
    if today > on:
        return "late" if stage else "missing"
    if today > on - SOON:
        return "due"
    return stage or "open"
