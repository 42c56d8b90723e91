"""What looking for fraud brings: alerts, how many were right, the money saved, by provider.

A hit is a confirmed case; the hit rate is that of the decided ones, so that a desk that is behind
with its work does not look worse than it is.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from adapters.postgres import Pool
from domain.money import Money

MOST_PROVIDERS = 50

# Rows by what is counted (all, provider, kind, judge, month) and its name.
FIGURES = """WITH chosen AS (
    SELECT * FROM fraud_cases
    WHERE tenant = %(tenant)s AND (%(since)s::date IS NULL OR alerted_on >= %(since)s)
      AND (%(until)s::date IS NULL OR alerted_on < %(until)s)
), counted AS (
    SELECT by.what, by.name, count(*) AS alerts,
           count(*) FILTER (WHERE suspended) AS suspended,
           count(*) FILTER (WHERE stage = 'investigated') AS investigated,
           count(*) FILTER (WHERE stage = 'investigated' AND due_on < %(today)s) AS overdue,
           count(*) FILTER (WHERE stage = 'cleared') AS cleared,
           count(*) FILTER (WHERE stage = 'confirmed') AS confirmed,
           COALESCE(sum(saved_minor), 0)::bigint AS saved,
           COALESCE(sum(billed_minor) FILTER (WHERE stage IN ('alerted', 'investigated')), 0)
               ::bigint AS open_amount,
           row_number() OVER (PARTITION BY by.what ORDER BY count(*) DESC, by.name) AS place
    FROM chosen, LATERAL (VALUES
        ('all', ''), ('provider', provider_id::text), ('kind', kind), ('judge', model),
        ('month', to_char(alerted_on, 'YYYY-MM'))) AS by (what, name)
    GROUP BY by.what, by.name
)
SELECT what, name, alerts, suspended, investigated, overdue, cleared, confirmed, saved, open_amount
FROM counted WHERE place <= %(most)s ORDER BY what, place"""
SCORED = """SELECT count(*) FROM claims
WHERE tenant = %(tenant)s AND score IS NOT NULL
  AND (%(since)s::date IS NULL OR submitted_on >= %(since)s)
  AND (%(until)s::date IS NULL OR submitted_on < %(until)s)"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Cases of one provider, kind, judge or month. `hit_rate` is the share of decided cases that
    were confirmed, as text with four decimals; None where none is decided."""

    name: str
    alerts: int
    suspended: int
    investigated: int
    overdue: int
    cleared: int
    confirmed: int
    hit_rate: str | None
    saved: str
    open_amount: str


def told(rows: list[tuple[Any, ...]], currency: str) -> dict[str, list[Figures]]:
    """The rows of FIGURES by what they count."""
    found: dict[str, list[Figures]] = {}
    for what, name, alerts, suspended, investigated, overdue, *rest in rows:
        cleared, confirmed, saved, open_amount = rest
        decided = cleared + confirmed
        figures = Figures(
            name=name,
            alerts=alerts,
            suspended=suspended,
            investigated=investigated,
            overdue=overdue,
            cleared=cleared,
            confirmed=confirmed,
            hit_rate=f"{confirmed / decided:.4f}" if decided else None,
            saved=str(Money(saved, currency).amount),
            open_amount=str(Money(open_amount, currency).amount),
        )
        found.setdefault(what, []).append(figures)
    return found


def as_report(rows: list[tuple[Any, ...]], scored: int, currency: str) -> dict[str, Any]:
    """The figures as they are shown; nothing was suspected where there are no rows."""
    found = told(rows, currency)
    zero = str(Money(0, currency).amount)
    whole = found.get("all", [Figures("", 0, 0, 0, 0, 0, 0, None, zero, zero)])[0]
    overall = {key: value for key, value in asdict(whole).items() if key != "name"}
    return {
        "currency": currency,
        "scored": scored,
        "alert_rate": f"{whole.alerts / scored:.4f}" if scored else None,
        **overall,
        **{
            f"by_{what}": [asdict(one) for one in found.get(what, [])]
            for what in ("provider", "kind", "judge", "month")
        },
    }


def findings_of(pool: Pool, tenant: int, model: str, since: date) -> tuple[int, int, int]:
    """Alerts that a model had a part in, from a day on, and how many of them were confirmed and
    cleared."""
    with pool.connection() as conn:
        row = conn.execute(
            "SELECT count(*), count(*) FILTER (WHERE stage = 'confirmed'), "
            "count(*) FILTER (WHERE stage = 'cleared') FROM fraud_cases "
            "WHERE tenant = %s AND alerted_on >= %s AND starts_with(model, %s)",
            (tenant, since, model),
        ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]
