"""Reads the log: one stream, many streams, or everything after a position, in order.

A position may be read only once every smaller one is final (`es_safe_position`); a reader that
remembers the last position it was given therefore never misses and never meets an event twice.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from adapters.codec import Codec
from adapters.collecting import without_pauses
from adapters.envelope import Meta, Recorded
from adapters.event_types import EventTypes
from adapters.personal_sealing import PersonalSealing
from adapters.postgres import Pool
from adapters.statements import Statement

_WHOLE = (
    "position, stream_id, version, type, schema_version, recorded_at, effective_on, actor, "
    "command_id, correlation_id, caused_by, reason, data, hash, sealed"
)
# The tenant is compared and not looked up: a plan made before the table was ever analysed would
# otherwise read all events of the tenant, and be kept.
AT_POSITIONS = (
    f"SELECT {_WHOLE} FROM es_event "  # noqa: S608
    "WHERE position = ANY (%s::bigint[]) AND tenant + 0 = %s ORDER BY position"
)


class LogReader:
    """Reads one tenant's events."""

    def __init__(
        self, pool: Pool, tenant: int, types: EventTypes, codec: Codec, sealing: PersonalSealing
    ) -> None:
        self._sealing = sealing
        self._pool = pool
        self._tenant = tenant
        self._types = types
        self._codec = codec
        self._readers: dict[tuple[int, int], Callable[[bytes], Any]] = {}

    def safe_position(self) -> tuple[int, int]:
        """The last final position, and the last one handed out to a writer."""
        return safe_position(self._pool)

    def after(
        self,
        position: int,
        limit: int,
        safe: int,
        names: Iterable[str] | None = None,
        wanted: Callable[[UUID], bool] | None = None,
    ) -> list[Recorded]:
        """Events beyond a position and up to `safe`, which must have been read before.

        Of streams that are not `wanted` nothing is decoded or given.
        """
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
        if wanted is not None:
            rows = [row for row in rows if wanted(row[1])]
        return self._recorded(rows)

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        """The events at these positions, in order, as far as they are this tenant's."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                AT_POSITIONS, (list(positions), self._tenant), prepare=True, binary=True
            ).fetchall()
        return self._recorded(rows)

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
        return self._recorded(rows)

    def _fact(self, kind: int, schema_version: int, data: bytes) -> Any:
        try:
            reader = self._readers[kind, schema_version]
        except KeyError:
            reader = self._codec.reader(self._types.name(kind), schema_version)
            self._readers[kind, schema_version] = reader
        return reader(data)

    def _recorded(self, rows: Sequence[tuple[Any, ...]]) -> list[Recorded]:
        """The events of a command stand together mostly, and then share their who, when and why."""
        self._sealing.fetch(self._tenant, [row[14] for row in rows])
        with without_pauses():
            return self._told(rows)

    def _told(self, rows: Sequence[tuple[Any, ...]]) -> list[Recorded]:
        events: list[Recorded] = []
        said: tuple[Any, ...] = ()
        meta: Meta
        for row in rows:
            if row[5:12] != said:
                said = row[5:12]
                meta = Meta(*said)
            position, stream_id, version, kind = row[:4]
            name = self._types.name(kind)
            data, sealed = row[12], row[14]
            if sealed is not None:
                data = self._sealing.opened(
                    self._tenant, stream_id.bytes, version, name, data, sealed
                )
            fact = self._fact(kind, row[4], data)
            events.append(Recorded(position, stream_id, version, name, fact, meta, row[13]))
        return events


def safe_position(pool: Pool) -> tuple[int, int]:
    """The last final position of the log, and the last one handed out to a writer."""
    with pool.connection() as conn:
        result = _SAFE_POSITION.run(conn, ())
    safe, last = (result.get_value(0, column) or b"" for column in (0, 1))
    return int.from_bytes(safe, "big"), int.from_bytes(last, "big")


_SAFE_POSITION = Statement("bima_safe_position", "SELECT safe, last FROM es_safe_position()", ())
