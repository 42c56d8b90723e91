"""What the claims desk knew at a log position: the read model behind the fraud rules."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from adapters.postgres import Pool
from domain.fraud.known import RecentClaim
from domain.money import Money

FEWEST = 20  # prices; below that nobody can say what is usual
LATEST = 500  # prices that are looked at, so that the answer follows what is asked today

_RECENT = """SELECT claim_id, provider_id, service_from, billed_minor, currency, codes
FROM claim_facts
WHERE tenant = %s AND member_id = %s AND service_from >= %s AND position <= %s
ORDER BY position"""

_USUAL = """SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY latest.unit_minor)
FROM (SELECT unit_minor FROM claim_prices WHERE tenant = %s AND code = %s AND position <= %s
      ORDER BY position DESC, line LIMIT %s) AS latest"""


class ClaimsDeskKnows:
    """Answers `commands.ports.ClaimsKnown` for one tenant.

    The rows must have come to the position that is asked about (`waiting.wait_for` with
    "claim_facts"); later rows do not change the answer.
    """

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def recent_claims(
        self, member_id: UUID, since: date, up_to_position: int
    ) -> tuple[RecentClaim, ...]:
        """Claims of a member for services since a day, in log order, none recorded later."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                _RECENT, (self._tenant, member_id, since, up_to_position), binary=True
            ).fetchall()
        return tuple(
            RecentClaim(claim, provider, service_from, Money(minor, currency), frozenset(codes))
            for claim, provider, service_from, minor, currency, codes in rows
        )

    def usual_price(self, code: str, up_to_position: int) -> Decimal | None:
        """The median of the last 500 billed prices of one unit of a service, in minor units;
        None where fewer than 20 are known."""
        with self._pool.connection() as conn:
            row = conn.execute(
                _USUAL, (self._tenant, code, up_to_position, LATEST), binary=True
            ).fetchone()
        assert row is not None
        return row[1] if row[0] >= FEWEST else None
