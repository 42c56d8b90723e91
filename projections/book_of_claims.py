"""Which claims a policy has, and which policies have claims: what a cascade goes over."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from adapters.postgres import Pool
from projections.waiting import wait_for

AT_ONCE = 1_000

_CLAIMS = """SELECT claim_id FROM claims
WHERE tenant = %s AND policy_id = %s AND NOT taken_over ORDER BY claim_id"""

_POLICIES = """SELECT p.policy_id FROM policies p
WHERE p.tenant = %(tenant)s AND p.policy_id > %(after)s
  AND (%(product)s::uuid IS NULL OR p.product_id = %(product)s)
  AND EXISTS (SELECT FROM claims c WHERE c.tenant = p.tenant AND c.policy_id = p.policy_id
              AND NOT c.taken_over)
ORDER BY p.policy_id LIMIT %(most)s"""


class BookOfClaims:
    """Answers `commands.cascading.Book` for one tenant."""

    def __init__(self, pool: Pool, tenant: int, patience: float = 10.0) -> None:
        """`patience`: seconds that the read model may need to come to a position."""
        self._pool = pool
        self._tenant = tenant
        self._patience = patience

    def claims_of(self, policy_id: UUID, shown_at: int) -> Sequence[UUID]:
        """The claims of a policy; raises TimeoutError where the position is not shown in time."""
        with self._pool.connection() as conn:
            if not wait_for(conn, shown_at, self._patience, ["claims"]):
                raise TimeoutError(f"the list of claims has not come to position {shown_at}")
            rows = conn.execute(_CLAIMS, (self._tenant, policy_id)).fetchall()
        return [claim_id for (claim_id,) in rows]

    def policies_of(self, product_id: UUID | None) -> Iterator[UUID]:
        """The policies of a product (None = of all) that have claims, by their ids."""
        after = UUID(int=0)
        while True:
            asked = {
                "tenant": self._tenant, "after": after, "product": product_id, "most": AT_ONCE,
            }  # fmt: skip
            with self._pool.connection() as conn:
                rows = conn.execute(_POLICIES, asked).fetchall()
            yield from (policy_id for (policy_id,) in rows)
            if len(rows) < AT_ONCE:
                return
            after = rows[-1][0]
