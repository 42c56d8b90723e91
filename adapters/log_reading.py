"""Reads the log: one stream, many streams, or everything after a position, in order.

A position may be read only once every smaller one is final (`es_safe_position`); a reader that
remembers the last position it was given therefore never misses and never meets an event twice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.codec import Codec
from adapters.envelope import Meta, Recorded
from adapters.event_types import EventTypes
from adapters.postgres import Pool
from adapters.snapshots import Snapshot

_WHOLE = (
    "position, stream_id, version, type, schema_version, recorded_at, effective_on, actor, "
    "command_id, correlation_id, caused_by, reason, data, hash"
)


@dataclass(frozen=True, slots=True)
class Link:
    """What folding needs of one event: its version, its fact, and its hash."""

    version: int
    fact: Any
    hash: bytes


class LogReader:
    """Reads one tenant's events."""

    def __init__(self, pool: Pool, tenant: int, types: EventTypes, codec: Codec) -> None:
        self._pool = pool
        self._tenant = tenant
        self._types = types
        self._codec = codec
        self._readers: dict[tuple[int, int], Callable[[bytes], Any]] = {}

    def safe_position(self) -> tuple[int, int]:
        """The last final position, and the last one handed out to a writer."""
        return safe_position(self._pool)

    def after(
        self, position: int, limit: int, safe: int, names: Iterable[str] | None = None
    ) -> list[Recorded]:
        """Events beyond a position and up to `safe`, which must have been read before."""
        parameters: list[Any] = [self._tenant, position, safe]
        only = ""
        if names is not None:
            parameters.append(self._types.known(names))
            only = "AND type = ANY (%s::smallint[]) "
        with self._pool.connection() as conn:
            rows = conn.execute(
                f"SELECT {_WHOLE} FROM es_event "  # noqa: S608
                f"WHERE tenant = %s AND position > %s AND position <= %s {only}"
                "ORDER BY position LIMIT %s",
                (*parameters, limit),
                prepare=True,
                binary=True,
            ).fetchall()
        return [self._recorded(row) for row in rows]

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        """The events at these positions, in order, as far as they are this tenant's."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                f"SELECT {_WHOLE} FROM es_event "  # noqa: S608
                "WHERE tenant = %s AND position = ANY (%s::bigint[]) ORDER BY position",
                (self._tenant, list(positions)),
                prepare=True,
                binary=True,
            ).fetchall()
        return [self._recorded(row) for row in rows]

    def stream(self, stream_id: UUID) -> list[Recorded]:
        """All events of one stream, in order."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                f"SELECT {_WHOLE} FROM es_event "  # noqa: S608
                "WHERE tenant = %s AND stream_id = %s ORDER BY version",
                (self._tenant, stream_id),
                prepare=True,
                binary=True,
            ).fetchall()
        return [self._recorded(row) for row in rows]

    def links(self, stream_id: UUID, from_version: int = 1) -> list[Link]:
        """The events of a stream from a version on, as far as folding needs them."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT version, type, schema_version, data, hash FROM es_event "
                "WHERE tenant = %s AND stream_id = %s AND version >= %s ORDER BY version",
                (self._tenant, stream_id, from_version),
                prepare=True,
                binary=True,
            ).fetchall()
        return [Link(v, self._fact(kind, schema, data), h) for v, kind, schema, data, h in rows]

    def snapshot_and_links(
        self, stream_id: UUID, decider: str, state_version: int
    ) -> tuple[Snapshot | None, list[Link]]:
        """In one statement: a stream's snapshot, if there is one, and its events from there on.

        The first event is the one on which the snapshot stands; the snapshot comes back as a row
        of type 0 before it.
        """
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT version, 0::smallint AS type, 0::smallint, state, state_hash "
                "FROM es_snapshot WHERE tenant = %(tenant)s AND stream_id = %(stream)s "
                "AND decider = %(decider)s::text AND state_version = %(form)s::int "
                "UNION ALL "
                "SELECT version, type, schema_version, data, hash FROM es_event "
                "WHERE tenant = %(tenant)s AND stream_id = %(stream)s "
                "AND version >= COALESCE((SELECT version FROM es_snapshot "
                "  WHERE tenant = %(tenant)s AND stream_id = %(stream)s "
                "  AND decider = %(decider)s::text AND state_version = %(form)s::int), 1) "
                "ORDER BY version, type",
                {
                    "tenant": self._tenant,
                    "stream": stream_id,
                    "decider": decider,
                    "form": state_version,
                },
                prepare=True,
                binary=True,
            ).fetchall()
        snapshot = None
        if rows and rows[0][1] == 0:
            version, _, _, state, hashed = rows.pop(0)
            snapshot = Snapshot(version, hashed, state)
        return snapshot, [
            Link(v, self._fact(kind, schema, data), h) for v, kind, schema, data, h in rows
        ]

    def links_as_known(
        self, stream_id: UUID, known_at: datetime | None, up_to_position: int | None
    ) -> list[Link]:
        """The beginning of a stream as far as it had been recorded by then.

        It ends before the first event that was recorded later: what follows such an event rests
        on it, even where a writer's clock was behind.
        """
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT version, type, schema_version, data, hash FROM es_event "
                "WHERE tenant = %(tenant)s AND stream_id = %(stream)s AND version < COALESCE(("
                "  SELECT min(version) FROM es_event"
                "  WHERE tenant = %(tenant)s AND stream_id = %(stream)s"
                "  AND (recorded_at > %(at)s::timestamptz OR position > %(position)s::bigint)"
                "), 2147483647) ORDER BY version",
                {
                    "tenant": self._tenant,
                    "stream": stream_id,
                    "at": known_at,
                    "position": up_to_position,
                },
                prepare=True,
                binary=True,
            ).fetchall()
        return [Link(v, self._fact(kind, schema, data), h) for v, kind, schema, data, h in rows]

    def links_of_many(
        self, streams: Sequence[UUID], from_versions: Sequence[int]
    ) -> dict[UUID, list[Link]]:
        """The same for many streams in one statement; streams without events are left out."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                "SELECT e.stream_id, e.version, e.type, e.schema_version, e.data, e.hash "
                "FROM unnest(%s::uuid[], %s::int[]) AS s (stream_id, from_version) "
                "JOIN es_event e ON e.tenant = %s AND e.stream_id = s.stream_id "
                "AND e.version >= s.from_version ORDER BY e.stream_id, e.version",
                (list(streams), list(from_versions), self._tenant),
                prepare=True,
                binary=True,
            ).fetchall()
        found: dict[UUID, list[Link]] = {}
        for stream_id, version, kind, schema, data, hashed in rows:
            fact = self._fact(kind, schema, data)
            found.setdefault(stream_id, []).append(Link(version, fact, hashed))
        return found

    def _fact(self, kind: int, schema_version: int, data: bytes) -> Any:
        try:
            reader = self._readers[kind, schema_version]
        except KeyError:
            reader = self._codec.reader(self._types.name(kind), schema_version)
            self._readers[kind, schema_version] = reader
        return reader(data)

    def _recorded(self, row: tuple[Any, ...]) -> Recorded:
        (position, stream, version, kind, schema, at, effective, actor, command,
         correlation, cause, reason, data, hashed) = row  # fmt: skip
        meta = Meta(at, effective, actor, command, correlation, cause, reason)
        fact = self._fact(kind, schema, data)
        return Recorded(position, stream, version, self._types.name(kind), fact, meta, hashed)


def safe_position(pool: Pool) -> tuple[int, int]:
    """The last final position of the log, and the last one handed out to a writer."""
    with pool.connection() as conn:
        row = conn.execute(
            "SELECT safe, last FROM es_safe_position()", prepare=True, binary=True
        ).fetchone()
    assert row is not None
    return row[0], row[1]
