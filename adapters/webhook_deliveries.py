"""What partners have sent by webhook: taken once, kept where it cannot be booked, or refused
visibly. What was kept is taken later, or set aside by a person."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from adapters.postgres import Pool

MOST_REFUSED_AN_HOUR = 100  # more of them tell nothing new, and fill a disk
REFUSED_KEPT_DAYS = 30
LONGEST_NOTE = 500
SERIES = "webhook"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as it was received, by its number `place`; `note` says why it was not simply
    taken, or what was decided of it."""

    place: int
    received_at: datetime
    sender: str
    state: str
    delivery: str
    note: str
    body: str
    decided_by: str
    decided_at: datetime | None


_LOOK = (
    "SELECT place, received_at, sender, state, delivery, note, body, decided_by, decided_at "
    "FROM webhook_delivery WHERE tenant = %s "
)


class Deliveries:
    """The messages of one sender to one insurer."""

    def __init__(self, pool: Pool, tenant: int, sender: str) -> None:
        self._pool = pool
        self._tenant = tenant
        self._sender = sender

    def seen(self, signature: str) -> bool:
        """Whether a message with this signature was taken or kept before."""
        with self._pool.connection() as conn:
            row = conn.execute(
                "SELECT EXISTS (SELECT FROM webhook_delivery WHERE tenant = %s AND sender = %s "
                "AND signature = %s AND state <> 'refused')",
                (self._tenant, self._sender, signature),
            ).fetchone()
        return bool(row and row[0])

    def took(self, delivery: str, signature: str) -> None:
        """It was booked, now or by an earlier delivery."""
        self._add("taken", delivery, signature, "", "")

    def keep(self, delivery: str, signature: str, why: str, body: str) -> None:
        """It is genuine and cannot be booked: a person looks at it."""
        self._add("unresolved", delivery, signature, why, body)

    def refuse(self, why: str) -> None:
        """It is not genuine; its words are not kept, and this note of it for a month."""
        self._add("refused", "", "", why, "")
        with self._pool.connection() as conn:
            conn.execute(
                "DELETE FROM webhook_delivery WHERE tenant = %s AND state = 'refused' "
                "AND received_at < now() - make_interval(days => %s)",
                (self._tenant, REFUSED_KEPT_DAYS),
            )

    def numbered(self, place: int) -> Delivery | None:
        """The message of this number, if this sender sent one."""
        with self._pool.connection() as conn, conn.cursor(row_factory=class_row(Delivery)) as cur:
            return cur.execute(
                _LOOK + "AND sender = %s AND place = %s",
                (self._tenant, self._sender, place),
            ).fetchone()

    def settle(self, place: int, state: str, by: str, note: str) -> None:
        """Put down what became of a message that was kept; one that has ended stays as it is."""
        with self._pool.connection() as conn:
            conn.execute(
                "UPDATE webhook_delivery SET state = %s, decided_by = %s, note = %s, "
                "decided_at = clock_timestamp() "
                "WHERE tenant = %s AND sender = %s AND place = %s AND state = 'unresolved'",
                (state, by[:100], note[:LONGEST_NOTE], self._tenant, self._sender, place),
            )

    def _add(self, state: str, delivery: str, signature: str, note: str, body: str) -> None:
        with self._pool.connection() as conn:
            conn.execute(
                "WITH numbered AS (INSERT INTO es_number AS n (tenant, series, last) "
                "SELECT %s, %s, 1 WHERE %s <> 'refused' OR %s > ("
                "SELECT count(*) FROM webhook_delivery WHERE tenant = %s AND state = 'refused' "
                "AND received_at > now() - interval '1 hour') "
                "ON CONFLICT (tenant, series) DO UPDATE SET last = n.last + 1 RETURNING last) "
                "INSERT INTO webhook_delivery (tenant, sender, state, delivery, signature, note, "
                "body, place) SELECT %s, %s, %s, %s, %s, %s, %s, last FROM numbered",
                (
                    self._tenant, SERIES, state, MOST_REFUSED_AN_HOUR, self._tenant,
                    self._tenant, self._sender, state, delivery[:100], signature[:100],
                    note[:LONGEST_NOTE], body,
                ),
            )  # fmt: skip


def deliveries(pool: Pool, tenant: int, limit: int = 100) -> list[Delivery]:
    """What was kept or refused, and what became of it, the latest first."""
    with pool.connection() as conn, conn.cursor(row_factory=class_row(Delivery)) as cursor:
        found: list[Delivery] = cursor.execute(
            _LOOK + "AND (state <> 'taken' OR decided_at IS NOT NULL) ORDER BY place DESC LIMIT %s",
            (tenant, limit),
        ).fetchall()
    return found
