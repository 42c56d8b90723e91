"""Everything that waits for a person, in one list: claims, payments that failed, applications."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from adapters.postgres import Connection

# One row for each thing that waits: the queue, what it is, since when, and for how much.
WAITING = """
SELECT tenant, queue, 'claim' AS kind, claim_id AS id, number, stage, since, currency, amount_minor
FROM claim_inbox
UNION ALL
SELECT tenant, queue, 'payment', payment_id, number, stage, updated_at, currency, amount_minor
FROM payments WHERE queue = 'finance'
UNION ALL
SELECT tenant, queue, 'underwriting', case_id, number, stage, updated_at, currency,
       COALESCE(premium_minor, base_premium_minor)
FROM underwriting_cases WHERE queue <> ''
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for somebody."""

    queue: str
    kind: str
    id: UUID
    number: str
    stage: str
    since: datetime
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits in a queue, in one currency, and how long the first has waited."""

    queue: str
    kind: str
    currency: str
    count: int
    amount_minor: int
    oldest: datetime


def waiting(conn: Connection, tenant: int, queue: str, limit: int = 100) -> list[Waiting]:
    """What waits in a queue, the longest first."""
    rows = conn.execute(
        "SELECT queue, kind, id, number, stage, since, currency, amount_minor "  # noqa: S608  # nosec B608  # a union of declared tables
        f"FROM ({WAITING}) w WHERE tenant = %s AND queue = %s ORDER BY since, id LIMIT %s",
        (tenant, queue, limit),
    )
    return [Waiting(*row) for row in rows]


def queues(conn: Connection, tenant: int) -> list[Queue]:
    """All queues in which something waits."""
    rows = conn.execute(
        "SELECT queue, kind, currency, count(*), sum(amount_minor)::bigint, min(since) "  # noqa: S608  # nosec B608  # a union of declared tables
        f"FROM ({WAITING}) w WHERE tenant = %s GROUP BY queue, kind, currency ORDER BY 1, 2, 3",
        (tenant,),
    )
    return [Queue(*row) for row in rows]
