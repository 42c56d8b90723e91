"""What follows from events and is still to be done, kept in the ledger's database.

The queue server only holds copies of the open tasks: whatever it loses is put on it again from
here. A task that cannot succeed waits among the failures (`reaction_failures`) for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from adapters.postgres import Connection, Pool

LONGEST_NOTE = 2_000

_DUE = "due"  # as a parameter, see the functions in the migration

Key = tuple[int, str]  # a task's log position and reaction


@dataclass(frozen=True, slots=True)
class Task:
    """One reaction to one event, and the queue that it goes on; a deadline waits for
    as long as `due_in` tells, and what a worker has `gone_on` with needs no message."""

    position: int
    reaction: str
    queue: str
    due_in: timedelta | None = None
    gone_on: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deadline that is still to come, or is being carried out."""

    position: int
    deadline: str
    stream_id: UUID
    event: str
    due_at: datetime
    state: str
    note: str


class ReactionTasks:
    """The tasks of one tenant. Times are the database's, so that all processes agree.

    The pool need not wait for the disk: a task that an outage makes open again is found done by
    the receipt of its command, and one that is gone is put down anew with the feed's position.
    """

    def __init__(self, pool: Pool, tenant: int) -> None:
        self.pool = pool
        self._tenant = tenant

    # Written by the feed

    def add(self, conn: Connection, tasks: Sequence[Task], send_again: timedelta) -> None:
        """Add new tasks within the caller's transaction; known ones stay as they are.

        A task that nobody has ended after `send_again` is put on its queue once more.
        """
        conn.execute(
            "INSERT INTO reaction_task (tenant, position, reaction, queue, next_attempt_at, "
            "state) SELECT %s, t.position, t.reaction, t.queue, "
            "clock_timestamp() + COALESCE(t.due_in, %s), "
            "CASE WHEN t.due_in IS NULL THEN 'due' ELSE 'waits' END "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::interval[]) "
            "AS t (position, reaction, queue, due_in) ON CONFLICT DO NOTHING",
            (self._tenant, send_again, *_columns(tasks), [task.due_in for task in tasks]),
        )

    def add_failed(self, conn: Connection, tasks: Sequence[Task], reason: str) -> None:
        """Add tasks that cannot even be begun, so that a person sees them."""
        conn.execute(
            "INSERT INTO reaction_task (tenant, position, reaction, queue, next_attempt_at, "
            "state, note) "
            "SELECT %s, t.position, t.reaction, t.queue, clock_timestamp(), 'failed', %s "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS t (position, reaction, queue) "
            "ON CONFLICT DO NOTHING",
            (self._tenant, reason[:LONGEST_NOTE], *_columns(tasks)),
        )

    # Worked on

    def take(self, keys: Sequence[Key], lease: timedelta) -> dict[Key, int]:
        """Begin a try of each: its number, counted from 1, in the order of the log.

        A task that has ended, or that another worker has in hand, is left out. The try counts
        from its beginning, so that a task which kills its worker is given up like any other.
        """
        # In one order for all, or two workers with the same tasks would wait for each other.
        ordered = sorted(set(keys))
        with self.pool.connection() as conn:
            rows = conn.execute(
                "SELECT * FROM reaction_take(%s::int, %s::bigint[], %s::text[], %s::interval)",
                (self._tenant, [p for p, _ in ordered], [r for _, r in ordered], lease),
            ).fetchall()
        return {(position, reaction): tries for position, reaction, tries in rows}

    def done(self, notes: Mapping[Key, str], gone_on: Sequence[Task] = ()) -> None:
        """These took effect, or are no longer wanted; the note says why in the second case.

        What a worker has `gone_on` with at once is noted as done before the feed puts it down, or
        after.
        """
        rows = [(*key, note[:LONGEST_NOTE], "") for key, note in notes.items()]
        rows += [(task.position, task.reaction, "", task.queue) for task in gone_on]
        rows.sort()  # in one order for all, as in `take`
        with self.pool.connection() as conn:
            conn.execute(
                "SELECT reaction_done(%s::int, %s::bigint[], %s::text[], %s::text[], %s::text[])",
                (self._tenant, *(list(column) for column in zip(*rows, strict=True))),
            )

    def fail(self, key: Key, reason: str) -> None:
        """Give it up: it goes to the list of failures."""
        self._one(
            "UPDATE reaction_task SET state = 'failed', leased_until = NULL, note = %s "
            "WHERE tenant = %s AND position = %s AND reaction = %s AND state = %s",
            (reason[:LONGEST_NOTE], self._tenant, *key, _DUE),
        )

    def postpone(self, key: Key, wait: timedelta, reason: str, *, counts: bool = True) -> None:
        """Try again later; a try that does not count was none of the task's own fault."""
        self._one(
            "UPDATE reaction_task SET next_attempt_at = clock_timestamp() + %s, "
            "leased_until = NULL, note = %s, tries = tries - %s "
            "WHERE tenant = %s AND position = %s AND reaction = %s AND state = %s",
            (wait, reason[:LONGEST_NOTE], int(not counts), self._tenant, *key, _DUE),
        )

    def wait(self, key: Key, due_in: timedelta) -> None:
        """Nothing more of it is due yet: it waits again, with all its tries."""
        self._one(
            "UPDATE reaction_task SET state = 'waits', "
            "next_attempt_at = clock_timestamp() + %s, leased_until = NULL, "
            "tries = 0, sent = 1, note = '' "
            "WHERE tenant = %s AND position = %s AND reaction = %s AND state = %s",
            (due_in, self._tenant, *key, _DUE),
        )

    # Swept

    def fall_due(self, limit: int) -> int:
        """Open the deadlines whose time has come; how many."""
        row = self._one("SELECT reaction_fall_due(%s::int, %s::int)", (self._tenant, limit))
        assert row is not None
        return int(row[0])

    def deadlines(self, names: Sequence[str], until: datetime | None, limit: int) -> list[Waiting]:
        """Deadlines that are not over, the next one first; only those due by `until`."""
        with (
            self.pool.connection() as conn,
            conn.cursor(row_factory=class_row(Waiting)) as cursor,
        ):
            found: list[Waiting] = cursor.execute(
                "SELECT r.position, r.reaction AS deadline, e.stream_id, t.name AS event, "
                "r.next_attempt_at AS due_at, r.state, r.note FROM reaction_task r "
                "JOIN es_event e ON e.tenant = r.tenant AND e.position = r.position "
                "JOIN es_type t ON t.id = e.type "
                "WHERE r.tenant = %s AND r.reaction = ANY (%s) "
                "AND r.state IN ('waits', 'due', 'failed') "
                "AND (%s::timestamptz IS NULL OR r.next_attempt_at <= %s) "
                "ORDER BY r.next_attempt_at, r.position LIMIT %s",
                (self._tenant, list(names), until, until, limit),
            ).fetchall()
        return found

    def overdue(self, limit: int, send_again: timedelta, longest: timedelta) -> list[Task]:
        """Open tasks whose time has come and that nobody has in hand, oldest first.

        Each is set to come up again after `send_again`, twice that the next time and so on up to
        `longest`, so that a long queue is not filled with copies of what waits in it anyway.
        """
        with self.pool.connection() as conn:
            rows = conn.execute(
                "SELECT * FROM reaction_overdue(%s::int, %s::int, %s::interval, %s::interval)",
                (self._tenant, limit, send_again, longest),
            ).fetchall()
        return sorted((Task(*row) for row in rows), key=lambda task: task.position)

    def forget(self, older_than: timedelta, limit: int = 10_000) -> int:
        """Remove tasks that ended long ago; how many. What they did stands in the log."""
        row = self._one(
            "WITH gone AS (DELETE FROM reaction_task WHERE (tenant, position, reaction) IN ("
            " SELECT tenant, position, reaction FROM reaction_task"
            " WHERE state IN ('done', 'discarded') AND tenant = %s"
            " AND ended_at < now() - %s LIMIT %s) RETURNING 1)"
            "SELECT count(*) FROM gone",
            (self._tenant, older_than, limit),
        )
        assert row is not None
        return int(row[0])

    def reactions_of(self, position: int) -> list[tuple[str, str, str]]:
        """What an event led to: reaction, state and note of each task that is still kept."""
        with self.pool.connection() as conn:
            rows = conn.execute(
                "SELECT reaction, state, note FROM reaction_task "
                "WHERE tenant = %s AND position = %s ORDER BY reaction",
                (self._tenant, position),
            ).fetchall()
        return [(reaction, state, note) for reaction, state, note in rows]

    def _one(self, statement: str, parameters: Sequence[Any]) -> tuple[Any, ...] | None:
        with self.pool.connection() as conn:
            cursor = conn.execute(statement, parameters)
            return None if cursor.description is None else cursor.fetchone()


def _columns(tasks: Sequence[Task]) -> tuple[list[int], list[str], list[str]]:
    return (
        [task.position for task in tasks],
        [task.reaction for task in tasks],
        [task.queue for task in tasks],
    )
