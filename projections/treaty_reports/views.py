"""One period seen three ways, line by line: as known at the cut-off, restated, and as booked.

The difference of restated and as known is what the next report adds for this period.
"""

from dataclasses import dataclass

from adapters.postgres import Connection
from domain.money import Money
from projections.treaty_reports.asking import Asked

# Of each line: what was ceded and paid up to the end of the period, as known at the cut-off; the
# same as known now; and what was recorded while the period lasted, whatever day it is about.
_SQL = """
SELECT r.number, c.section, max(c.currency) AS currency,
       COALESCE(sum(c.paid_minor) FILTER (WHERE c.position <= %(position)s
           AND c.effective_on < %(until_on)s), 0) AS as_known,
       COALESCE(sum(c.paid_minor) FILTER (WHERE c.effective_on < %(until_on)s), 0) AS restated,
       COALESCE(sum(c.paid_minor) FILTER (WHERE c.created_at >= %(from_on)s
           AND c.created_at < %(until_on)s), 0) AS booked
FROM cessions c
JOIN claim_register r ON r.tenant = c.tenant AND r.claim_id = c.claim_id
WHERE c.tenant = %(tenant)s AND c.treaty_id = %(treaty)s AND c.what = 'loss'
GROUP BY r.number, c.section
ORDER BY r.number COLLATE "C", c.section COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class LineInThreeViews:
    """Ceded paid amounts of a claim under a layer, as decimal text."""

    line: str
    currency: str
    as_known: str
    restated: str
    booked: str
    adjustment: str


def three_views(conn: Connection, asked: Asked) -> list[LineInThreeViews]:
    """Every line of which something was ceded by now, in order; the sums are the last one."""
    found = conn.execute(_SQL, asked.parameters).fetchall()
    rows = [(f"{number} {section}", *amounts) for number, section, *amounts in found]
    told = [_line(*row) for row in rows]
    if rows:
        currency = rows[0][1]
        sums = [sum(int(row[at]) for row in rows) for at in (2, 3, 4)]
        told.append(_line("together", currency, *sums))
    return told


def _line(name: str, currency: str, as_known: int, restated: int, booked: int) -> LineInThreeViews:
    def shown(minor: int) -> str:
        return format(Money(int(minor), currency).amount, "f")

    return LineInThreeViews(
        name, currency, shown(as_known), shown(restated), shown(booked), shown(restated - as_known)
    )
