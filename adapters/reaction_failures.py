"""The tasks that were given up, for the people who decide what becomes of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from adapters.postgres import Pool
from adapters.reaction_tasks import LONGEST_NOTE

Chosen = Iterable[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that was given up: `note` says why, `tries` how often it was tried."""

    position: int
    reaction: str
    queue: str
    tries: int
    note: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How many tasks of a queue are open, since when the oldest waits, how many were given up."""

    queue: str
    due: int
    oldest_at: datetime | None
    failed: int


class ReactionFailures:
    """The failures of one tenant; each is named by its log position and its reaction."""

    def __init__(self, pool: Pool, tenant: int) -> None:
        self._pool = pool
        self._tenant = tenant

    def all(self, limit: int = 1_000) -> list[Failure]:
        """What waits for a decision, in the order of the log."""
        with (
            self._pool.connection() as conn,
            conn.cursor(row_factory=class_row(Failure)) as cursor,
        ):
            found: list[Failure] = cursor.execute(
                "SELECT position, reaction, queue, tries::int, note, made_at "
                "FROM reaction_task WHERE tenant = %s AND state = 'failed' "
                "ORDER BY position, reaction LIMIT %s",
                (self._tenant, limit),
            ).fetchall()
        return found

    def retry(self, chosen: Chosen) -> int:
        """Open failures again, with all their tries; how many. They run within a second."""
        positions, reactions = _columns(chosen)
        with self._pool.connection() as conn:
            cursor = conn.execute(
                "UPDATE reaction_task SET state = 'due', tries = 0, sent = 1, "
                "next_attempt_at = clock_timestamp() WHERE tenant = %s AND state = 'failed' "
                "AND (position, reaction) IN (SELECT * FROM unnest(%s::bigint[], %s::text[]))",
                (self._tenant, positions, reactions),
            )
            return int(cursor.rowcount)

    def discard(self, chosen: Chosen, reason: str) -> int:
        """Set failures aside for good and keep why; how many."""
        positions, reactions = _columns(chosen)
        with self._pool.connection() as conn:
            cursor = conn.execute(
                "UPDATE reaction_task SET state = 'discarded', ended_at = clock_timestamp(), "
                "note = left(%s || ' (was: ' || note || ')', %s) "
                "WHERE tenant = %s AND state = 'failed' "
                "AND (position, reaction) IN (SELECT * FROM unnest(%s::bigint[], %s::text[]))",
                (reason, LONGEST_NOTE, self._tenant, positions, reactions),
            )
            return int(cursor.rowcount)

    def standing(self) -> list[Standing]:
        """One line for each queue that has open tasks or failures."""
        with (
            self._pool.connection() as conn,
            conn.cursor(row_factory=class_row(Standing)) as cursor,
        ):
            found: list[Standing] = cursor.execute(
                "SELECT queue, (count(*) FILTER (WHERE state = 'due'))::int AS due, "
                "min(made_at) FILTER (WHERE state = 'due') AS oldest_at, "
                "(count(*) FILTER (WHERE state = 'failed'))::int AS failed "
                "FROM reaction_task WHERE tenant = %s AND state IN ('due', 'failed') "
                "GROUP BY queue ORDER BY queue",
                (self._tenant,),
            ).fetchall()
        return found


def _columns(chosen: Chosen) -> tuple[list[int], list[str]]:
    picked = list(chosen)
    return [position for position, _ in picked], [reaction for _, reaction in picked]
