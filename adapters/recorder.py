"""The `eventsourcing` library's recorders on the ledger's own log.

With `PERSISTENCE_MODULE=adapters.recorder` the library's applications, subscriptions, projections
and process applications run on the same tables, through the same append and the same safe
position as the ledger: `LogWriter` and `LogReader` are the wider methods that the ledger itself
uses, without the library's cost for each event. Topics become event names, states become data.

Each library application is a tenant of its own: `TENANT`, or a negative number made of its name.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from eventsourcing import persistence as library
from eventsourcing.persistence import Notification, StoredEvent, Tracking
from eventsourcing.utils import Environment, EnvType, resolve_topic

from adapters.chain import Place, link, said, stamp
from adapters.command_rows import Group, event_row, shared_fields
from adapters.envelope import Meta
from adapters.library_log import LibraryLog, in_range, stream_of, tenant_of, translated
from adapters.library_state import LogTrackingRecorder, SnapshotRecorder, track
from adapters.log_reading import safe_position
from adapters.postgres import Connection
from adapters.subscription import Following

R = TypeVar("R")


class LogRecorder(library.ApplicationRecorder):
    """Events of library aggregates in the ledger's log, in the ledger's order."""

    def __init__(self, log: LibraryLog) -> None:
        self.log = log

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append them all or none and return their positions in the order given.

        A `tracking` keyword is recorded in the same transaction. Raises IntegrityError when a
        version is taken or the tracking is not new. A lost connection does not double anything.
        """
        tracking: Tracking | None = kwargs.get("tracking")
        with translated():
            if stored_events:
                return self._append(stored_events, tracking)
            if tracking is not None:
                with self.log.pool.connection() as conn:
                    track(self.log, conn, tracking)
            return None

    def _append(
        self, stored_events: Sequence[StoredEvent], tracking: Tracking | None
    ) -> Sequence[int]:
        group = self._group(stored_events)

        def also(conn: Connection) -> None:
            if tracking is not None:
                track(self.log, conn, tracking)

        done = self.log.writer.once([group], also if tracking is not None else None)
        self.log.wakeup.grown()
        return list(done.positions) or self._positions(stored_events)

    def _group(self, stored_events: Sequence[StoredEvent]) -> Group:
        now = datetime.now(UTC)
        command = uuid4()
        meta = Meta(now, now.date(), f"eventsourcing:{self.log.name}", command, command)
        who = said(meta)
        stamped, shared = stamp(who), shared_fields(who)
        group = Group(command, meta)
        hashes = self._last_hashes(stored_events)
        for event in stored_events:
            stream = stream_of(event.originator_id)
            version, name, data = event.originator_version, event.topic, event.state
            place = Place(self.log.tenant, stream.bytes, version, name, 1)
            hashes[stream] = link(hashes.get(stream, b""), place, stamped, data, None)
            kind = self.log.types.number(name)
            # Not `first`: where a stream begins and whether it has gaps is the library's business.
            group.rows.append(event_row(place, False, kind, shared, hashes[stream], data, None))
        return group

    def _last_hashes(self, stored_events: Sequence[StoredEvent]) -> dict[UUID, bytes]:
        """The library does not carry the hash of what it loaded, so it is looked up."""
        streams = list({stream_of(e.originator_id) for e in stored_events if e.originator_version})
        if not streams:
            return {}
        with self.log.pool.connection() as conn:
            rows = conn.execute(
                "SELECT DISTINCT ON (stream_id) stream_id, hash FROM es_event "
                "WHERE tenant = %s AND stream_id = ANY (%s) ORDER BY stream_id, version DESC",
                (self.log.tenant, streams),
                binary=True,
            )
            return dict(rows.fetchall())

    def _positions(self, stored_events: Sequence[StoredEvent]) -> list[int]:
        """Of a call whose first answer was lost: its events are in the log already."""
        streams = [stream_of(event.originator_id) for event in stored_events]
        versions = [event.originator_version for event in stored_events]
        with self.log.pool.connection() as conn:
            rows = conn.execute(
                "SELECT e.position FROM es_event e JOIN unnest(%s::uuid[], %s::int[]) "
                "WITH ORDINALITY AS w (stream_id, version, i) "
                "ON w.stream_id = e.stream_id AND w.version = e.version "
                "WHERE e.tenant = %s ORDER BY w.i",
                (streams, versions, self.log.tenant),
            )
            return [position for (position,) in rows.fetchall()]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        with self.log.connection() as conn:
            rows = conn.execute(
                "SELECT version, type, data FROM es_event "  # noqa: S608  # nosec B608  # a range of our own words
                "WHERE tenant = %s AND stream_id = %s " + in_range(desc),
                (self.log.tenant, stream_of(originator_id), gt, lte, limit),
                binary=True,
            ).fetchall()
        name = self.log.types.name
        return [
            StoredEvent(originator_id, version, name(kind), data) for version, kind, data in rows
        ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Final events only: what is beyond the safe position is not shown yet."""
        with translated():
            safe, _ = safe_position(self.log.pool)
            after = (start or 0) - 1 if inclusive_of_start else start or 0
            return self.read(after, limit, safe if stop is None else min(stop, safe), topics)

    def read(
        self, after: int, limit: int, until: int, topics: Sequence[str] = ()
    ) -> list[Notification]:
        only = self.log.types.known(topics) if topics else None
        with self.log.connection() as conn:
            rows = conn.execute(
                "SELECT position, stream_id, version, type, data FROM es_event "
                "WHERE tenant = %s AND position > %s AND position <= %s "
                "AND (%s::smallint[] IS NULL OR type = ANY (%s::smallint[])) "
                "ORDER BY position LIMIT %s",
                (self.log.tenant, after, until, only, only, limit),
                binary=True,
            ).fetchall()
        name = self.log.types.name
        return [
            Notification(stream, version, name(kind), data, id=position)
            for position, stream, version, kind, data in rows
        ]

    def max_notification_id(self) -> int | None:
        """The last final event's position: after a rolled-back append the safe one is a gap."""
        with translated():
            safe, _ = safe_position(self.log.pool)
        with self.log.connection() as conn:
            row = conn.execute(
                "SELECT position FROM es_event WHERE tenant = %s AND position <= %s "
                "ORDER BY position DESC LIMIT 1",
                (self.log.tenant, safe),
            ).fetchone()
        return None if row is None else int(row[0])

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> library.Subscription[library.ApplicationRecorder]:
        return LogSubscription(self, gt, topics)


class LogSubscription(library.Subscription[library.ApplicationRecorder]):
    """Notifications one by one, woken by the ledger's notices."""

    def __init__(self, recorder: LogRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        log = recorder.log

        def read(position: int, limit: int, safe: int) -> list[Notification]:
            return recorder.read(position, limit, safe, topics)

        self._following: Following[Notification] = Following(
            lambda: safe_position(log.pool), read, lambda each: each.id, log.wakeup, gt or 0
        )
        self._ready: Iterator[Notification] = iter(())

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            for notification in self._ready:
                return notification
            with translated():
                self._ready = iter(next(self._following))
        raise StopIteration

    def stop(self) -> None:
        super().stop()
        self._following.stop()


class LogProcessRecorder(LogTrackingRecorder, LogRecorder, library.ProcessRecorder):
    """Events and the tracking of what caused them, in one transaction."""


class LogFactory(library.InfrastructureFactory[LogTrackingRecorder]):
    """Makes recorders for a library application; the tables come from the migrations alone."""

    DATABASE_URL = "DATABASE_URL"
    TENANT = "TENANT"

    def __init__(self, env: Environment | EnvType | None) -> None:
        """Raises OSError when DATABASE_URL is not set."""
        super().__init__(env)
        dsn = self.env.get(self.DATABASE_URL)
        if not dsn:
            raise OSError("DATABASE_URL says where the ledger's database is, and is not set")
        tenant = self.env.get(self.TENANT)
        self.log = LibraryLog(
            dsn, int(tenant) if tenant else tenant_of(self.env.name), self.env.name
        )

    def aggregate_recorder(self, purpose: str = "events") -> library.AggregateRecorder:
        return SnapshotRecorder(self.log, purpose)

    def application_recorder(self) -> library.ApplicationRecorder:
        return self._chosen(self.APPLICATION_RECORDER_TOPIC, LogRecorder)(self.log)

    def tracking_recorder(
        self, tracking_recorder_class: type[LogTrackingRecorder] | None = None
    ) -> LogTrackingRecorder:
        kind = tracking_recorder_class or self._chosen(
            self.TRACKING_RECORDER_TOPIC, LogTrackingRecorder
        )
        return kind(self.log)

    def process_recorder(self) -> library.ProcessRecorder:
        return self._chosen(self.PROCESS_RECORDER_TOPIC, LogProcessRecorder)(self.log)

    def _chosen(self, key: str, usual: type[R]) -> type[R]:
        topic = self.env.get(key)
        chosen: type[R] = resolve_topic(topic) if topic else usual
        if not issubclass(chosen, usual):
            raise TypeError(f"{key}: {topic} is not a {usual.__name__}")
        return chosen

    def close(self) -> None:
        self.log.close()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self.close()
