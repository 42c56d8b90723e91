"""What it costs that the database itself shows outside callers their own rows alone."""

import time
from collections.abc import Sequence
from statistics import median
from uuid import UUID

from adapters.identities import Kind
from adapters.postgres import Connection, connect
from cli.benches.measuring import Work
from projections import PROJECTIONS
from projections.guarding import guard, role_of

WALL = "row-level security, added to reading a claim (p50)"
MOST = 2_000  # claims that are read in a round, each both ways
_FREE = "SELECT set_config('bima.own', %s, true)"
_WALLED = "SELECT set_config('bima.own', %s, true), set_config('role', %s, true)"
_READ = "SELECT * FROM claims WHERE tenant = %s AND claim_id = %s"


def works(url: str, tenant: int, claims: Sequence[UUID]) -> tuple[Work, ...]:
    """One figure: the difference of the medians of one statement, with the tables' rules and
    without. Saying who reads is not in it: that is two settings and a transaction."""
    with connect(url, application="bench-walls") as conn:
        guard(conn, PROJECTIONS)  # as the projector does when it starts
    return (Work(WALL, "ms", lambda: added_ms(url, tenant, claims[:MOST])),)


def added_ms(url: str, tenant: int, claims: Sequence[UUID]) -> float:
    """How many milliseconds the rules of `claims` add for a provider who reads its own."""
    with (
        connect(url, application="bench-no-wall") as free,
        connect(url, application="bench-wall") as walled,
    ):
        providers = free.execute(
            "SELECT claim_id, ARRAY[provider_id]::text FROM claims WHERE claim_id = ANY (%s)",
            (list(claims),),
        ).fetchall()
        role, without, within = role_of(Kind.PROVIDER), list[float](), list[float]()
        for claim, own in providers:
            without.append(_read(free, _FREE, (own,), (tenant, claim)))
            within.append(_read(walled, _WALLED, (own, role), (tenant, claim)))
        return median(within) - median(without)


def _read(conn: Connection, says: str, who: tuple[str, ...], which: tuple[int, UUID]) -> float:
    """Milliseconds of one read by whoever reads."""
    with conn.transaction():
        conn.execute(says, who)
        began = time.perf_counter()
        rows = conn.execute(_READ, which).fetchall()
        took = time.perf_counter() - began
    assert len(rows) == 1, "the wall hides a caller's own claim"
    return took * 1_000
