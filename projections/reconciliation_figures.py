"""What reconciling has brought: how much agreed, what was booked, and what waits for a person."""

from typing import Any

from domain.money import Money

# By kind of difference, as the last run of each statement of those days left it.
FIGURES = """SELECT d.difference, count(*), count(*) FILTER (WHERE d.booked),
    COALESCE(sum(COALESCE(d.bank_minor, d.ours_minor)) FILTER (WHERE NOT d.booked), 0)::bigint
FROM reconciliations r JOIN reconciliation_differences d
    ON d.tenant = r.tenant AND d.reconciliation_id = r.reconciliation_id AND d.run = r.runs
WHERE r.tenant = %(tenant)s AND (%(since)s::date IS NULL OR r.until_on > %(since)s)
    AND (%(until)s::date IS NULL OR r.from_on < %(until)s)
GROUP BY d.difference ORDER BY d.difference"""
STATEMENTS = """SELECT count(*), COALESCE(sum(lines), 0)::bigint, COALESCE(sum(matched), 0)::bigint,
    COALESCE(sum(booked), 0)::bigint, COALESCE(sum(still_open), 0)::bigint,
    min(from_on), max(until_on)
FROM reconciliations WHERE tenant = %(tenant)s
    AND (%(since)s::date IS NULL OR until_on > %(since)s)
    AND (%(until)s::date IS NULL OR from_on < %(until)s)"""


def as_report(
    statements: tuple[Any, ...], kinds: list[tuple[Any, ...]], currency: str
) -> dict[str, Any]:
    """The figures as they are shown. Amounts are those of open differences, as the bank has it."""
    count, lines, matched, booked, still_open, from_on, until_on = statements
    return {
        "currency": currency,
        "statements": count,
        "from_on": str(from_on) if from_on else None,
        "until_on": str(until_on) if until_on else None,
        "lines": lines,
        "matched": matched,
        "booked": booked,
        "still_open": still_open,
        "differences": [
            {
                "difference": name,
                "found": found,
                "booked": done,
                "open_amount": str(Money(minor, currency).amount),
            }
            for name, found, done, minor in kinds
        ],
    }
