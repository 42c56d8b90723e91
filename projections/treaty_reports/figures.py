"""The sums that a technical account is made of, from what was ceded in its period."""

from adapters.postgres import Connection
from domain.money import Money
from domain.reinsurance.account import AccountFigures, SharePaid
from projections.treaty_reports.asking import Asked

_SQL = """
SELECT COALESCE(sum(c.premium_minor), 0), COALESCE(sum(c.commission_minor), 0),
       COALESCE(sum(c.paid_minor), 0)
FROM cessions c
WHERE c.tenant = %(tenant)s AND c.treaty_id = %(treaty)s AND c.position <= %(position)s
  AND c.effective_on < %(until_on)s
  AND (c.effective_on >= %(from_on)s OR c.position > %(before)s)
"""
_PORTFOLIOS = """
SELECT COALESCE(sum(amount_minor), 0) FROM treaty_portfolios
WHERE tenant = %(tenant)s AND treaty_id = %(treaty)s AND position <= %(position)s
  AND transferred_on >= %(from_on)s AND transferred_on < %(until_on)s
"""
_SHARES = """
SELECT c.effective_on, sum(c.paid_minor) FROM cessions c
JOIN claim_register r ON r.tenant = c.tenant AND r.claim_id = c.claim_id
WHERE c.tenant = %(tenant)s AND c.treaty_id = %(treaty)s AND c.what = 'loss'
  AND r.number = %(claim)s GROUP BY c.effective_on HAVING sum(c.paid_minor) <> 0
ORDER BY c.effective_on
"""


def account_figures(conn: Connection, asked: Asked) -> AccountFigures:
    """Premium, commission and paid losses that the report of the period shows, with portfolios."""
    currency = asked.terms.currency
    row = conn.execute(_SQL, asked.parameters).fetchone()
    moved = conn.execute(_PORTFOLIOS, asked.parameters).fetchone()
    assert row is not None
    assert moved is not None
    premium, commission, paid = (Money(int(minor), currency) for minor in row)
    portfolio = Money(int(moved[0]), currency)
    return AccountFigures(
        premium, commission, paid, Money.zero(currency), portfolio=portfolio or None
    )


def shares_paid(conn: Connection, asked: Asked, claim: str) -> tuple[SharePaid, ...]:
    """The reinsurers' shares of the payments on a claim, by day."""
    found = conn.execute(_SHARES, {**asked.parameters, "claim": claim}).fetchall()
    return tuple(SharePaid(on, Money(int(minor), asked.terms.currency)) for on, minor in found)
