"""Snapshots and tracking of applications that are written with the `eventsourcing` library."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing import persistence as library
from eventsourcing.persistence import StoredEvent, Tracking

from adapters.library_log import LibraryLog, in_range, stream_of
from adapters.postgres import Connection


class SnapshotRecorder(library.AggregateRecorder):
    """Stored states of library aggregates; they are no events and stand beside the log."""

    def __init__(self, log: LibraryLog, purpose: str) -> None:
        self._log = log
        self._purpose = purpose

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        """Store them all or none; raises IntegrityError for a version that is there already."""
        rows = [
            (self._log.tenant, self._purpose, stream_of(e.originator_id), e.originator_version,
             e.topic, e.state)
            for e in stored_events
        ]  # fmt: skip
        if rows:
            with self._log.connection() as conn, conn.transaction(), conn.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO es_library_snapshot "
                    "(tenant, purpose, stream_id, version, topic, state) "
                    "VALUES (%s, %s, %s, %s, %s, %s)",
                    rows,
                )

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        with self._log.connection() as conn:
            rows = conn.execute(
                "SELECT version, topic, state FROM es_library_snapshot "  # noqa: S608  # nosec B608  # a range of our own words
                "WHERE tenant = %s AND purpose = %s AND stream_id = %s " + in_range(desc),
                (self._log.tenant, self._purpose, stream_of(originator_id), gt, lte, limit),
                binary=True,
            ).fetchall()
        return [StoredEvent(originator_id, version, topic, state) for version, topic, state in rows]


class LogTrackingRecorder(library.TrackingRecorder):
    """How far a library projection has processed each upstream application."""

    def __init__(self, log: LibraryLog) -> None:
        self.log = log

    def insert_tracking(self, tracking: Tracking) -> None:
        with self.log.connection() as conn:
            track(self.log, conn, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        with self.log.connection() as conn:
            row = conn.execute(
                "SELECT position FROM es_checkpoint WHERE name = %s AND shard = 0",
                (checkpoint(self.log, application_name),),
            ).fetchone()
        return None if row is None else int(row[0])


def track(log: LibraryLog, conn: Connection, tracking: Tracking) -> None:
    """Raises IntegrityError unless this is further than what was processed before."""
    row = conn.execute(
        "INSERT INTO es_checkpoint AS c (name, position) VALUES (%s, %s) "
        "ON CONFLICT (name, shard) DO UPDATE SET position = excluded.position, "
        "updated_at = clock_timestamp() WHERE c.position < excluded.position RETURNING position",
        (checkpoint(log, tracking.application_name), tracking.notification_id),
    ).fetchone()
    if row is None:
        raise library.IntegrityError(
            f"{tracking.application_name} {tracking.notification_id} was processed before"
        )


def checkpoint(log: LibraryLog, upstream: str) -> str:
    return f"library:{log.tenant}:{log.name}:{upstream}"
