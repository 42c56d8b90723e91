"""Reads the whole log in order, whichever tenant wrote, for the read models of one database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.codec import Codec, UnreadableEvent
from adapters.collecting import without_pauses
from adapters.envelope import Recorded
from adapters.person_keys import person_keys
from adapters.personal_sealing import PersonalSealing
from adapters.postgres import Connection, dsn_of
from adapters.recorded_rows import COLUMNS, KIND, SEALED, TENANT, RecordedRows, StoredRow

Logged = tuple[int, Recorded]  # tenant and event


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in the place of a fact that this code cannot read; whoever wants it stops here."""

    error: UnreadableEvent


class LogScan:
    """One reader for a group of projections: an event is read and decoded once for all.

    The fact of an event whose name is not among `decoded` is None.
    """

    def __init__(self, codec: Codec, decoded: Iterable[str]) -> None:
        self._codec = codec
        self._sealing: PersonalSealing | None = None
        self._names: dict[int, str] = {}
        self._rows = RecordedRows(codec, self._names.__getitem__, self._opening, decoded)

    def safe_position(self, conn: Connection) -> tuple[int, int]:
        """The last final position, and the last one that was handed out to a writer."""
        row = conn.execute("SELECT safe, last FROM es_safe_position()", binary=True).fetchone()
        assert row is not None
        return row[0], row[1]

    def between(
        self,
        conn: Connection,
        after: int,
        until: int,
        limit: int,
        names: Iterable[str] | None = None,
    ) -> list[Logged]:
        """At most `limit` events beyond `after` and up to `until`, which must be final."""
        only, kinds = "", []
        if names is not None:
            only, kinds = "AND type = ANY (%s::smallint[]) ", [self._kinds(conn, names)]
        with without_pauses():  # what the driver makes of the answer is in use, too
            rows = conn.execute(
                f"SELECT {COLUMNS} FROM es_event "  # noqa: S608  # nosec B608  # columns and a condition named here
                f"WHERE position > %s AND position <= %s {only}ORDER BY position LIMIT %s",
                (after, until, *kinds, limit),
                binary=True,
            ).fetchall()
            return self._all(conn, rows)

    def chosen(self, conn: Connection, condition: str, parameters: Sequence[Any]) -> list[Recorded]:
        """Events that meet a condition on the log's columns, in order."""
        rows = conn.execute(
            f"SELECT {COLUMNS} FROM es_event WHERE {condition} ORDER BY position",  # noqa: S608  # nosec B608  # columns and a condition named here
            parameters,
            binary=True,
        ).fetchall()
        return [event for _, event in self._all(conn, rows)]

    def _all(self, conn: Connection, rows: Sequence[StoredRow]) -> list[Logged]:
        """Decoded, or with what says why not in the place of the fact."""
        if any(row[KIND] not in self._names for row in rows):
            self._learn(conn)
        if self._sealing is None and any(row[SEALED] is not None for row in rows):
            self._sealing = PersonalSealing(self._codec, person_keys(dsn_of(conn)))
        events = self._rows.events(rows, Unreadable)
        return [(row[TENANT], event) for row, event in zip(rows, events, strict=True)]

    def _opening(self) -> PersonalSealing:
        assert self._sealing is not None
        return self._sealing

    def _kinds(self, conn: Connection, names: Iterable[str]) -> list[int]:
        """Numbers of the names that occur; learnt each time, for new names appear as it runs."""
        self._learn(conn)
        wanted = frozenset(names)
        return [kind for kind, name in self._names.items() if name in wanted]

    def _learn(self, conn: Connection) -> None:
        self._names.update(conn.execute("SELECT id, name FROM es_type").fetchall())
