"""Reads the log: one stream, many streams, or everything after a position, in order.

A position may be read only once every smaller one is final (`es_safe_position`); a reader that
remembers the last position it was given therefore never misses and never meets an event twice.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from adapters.codec import Codec
from adapters.collecting import without_pauses
from adapters.envelope import Recorded
from adapters.event_types import EventTypes
from adapters.personal_sealing import PersonalSealing
from adapters.postgres import Pool
from adapters.recorded_rows import COLUMNS, RecordedRows
from adapters.statements import Statement

# The tenant is compared and not looked up: a plan made before the table was ever analysed would
# otherwise read all events of the tenant, and be kept.
AT_POSITIONS = (
    f"SELECT {COLUMNS} FROM es_event "  # noqa: S608  # nosec B608  # columns named here
    "WHERE position = ANY (%s::bigint[]) AND tenant + 0 = %s ORDER BY position"
)


class LogReader:
    """Reads one tenant's events."""

    def __init__(
        self, pool: Pool, tenant: int, types: EventTypes, codec: Codec, sealing: PersonalSealing
    ) -> None:
        self._pool = pool
        self._tenant = tenant
        self._types = types
        self._rows = RecordedRows(codec, types.name, lambda: sealing)

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
        with without_pauses():  # what the driver makes of the answer is in use, too
            with self._pool.connection() as conn:
                rows = conn.execute(
                    f"SELECT {COLUMNS} FROM es_event "  # noqa: S608  # nosec B608  # columns named here
                    f"WHERE tenant = %s AND position > %s AND position <= %s {only}"
                    "ORDER BY position LIMIT %s",
                    (*parameters, limit),
                    prepare=True,
                    binary=True,
                ).fetchall()
            if wanted is not None:
                rows = [row for row in rows if wanted(row[1])]
            return self._rows.events(rows)

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        """The events at these positions, in order, as far as they are this tenant's."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                AT_POSITIONS, (list(positions), self._tenant), prepare=True, binary=True
            ).fetchall()
        return self._rows.events(rows)

    def stream(self, stream_id: UUID) -> list[Recorded]:
        """All events of one stream, in order."""
        with self._pool.connection() as conn:
            rows = conn.execute(
                f"SELECT {COLUMNS} FROM es_event "  # noqa: S608  # nosec B608  # columns named here
                "WHERE tenant = %s AND stream_id = %s ORDER BY version",
                (self._tenant, stream_id),
                prepare=True,
                binary=True,
            ).fetchall()
        return self._rows.events(rows)


def safe_position(pool: Pool) -> tuple[int, int]:
    """The last final position of the log, and the last one handed out to a writer."""
    with pool.connection() as conn:
        result = _SAFE_POSITION.run(conn, ())
    safe, last = (result.get_value(0, column) or b"" for column in (0, 1))
    return int.from_bytes(safe, "big"), int.from_bytes(last, "big")


_SAFE_POSITION = Statement("bima_safe_position", "SELECT safe, last FROM es_safe_position()", ())
