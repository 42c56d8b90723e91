"""Reads the whole log in order, whichever tenant wrote, for the read models of one database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.codec import Codec, UnreadableEvent
from adapters.envelope import Meta, Recorded
from adapters.person_keys import person_keys
from adapters.personal_sealing import PersonalSealing
from adapters.postgres import Connection, dsn_of

Logged = tuple[int, Recorded]  # tenant and event

_COLUMNS = (
    "tenant, position, stream_id, version, type, schema_version, recorded_at, effective_on, "
    "actor, command_id, correlation_id, caused_by, reason, data, hash, sealed"
)


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
        self._decoded = frozenset(decoded)
        self._names: dict[int, str] = {}
        self._readers: dict[tuple[int, int], Callable[[bytes], Any]] = {}

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
        rows = conn.execute(
            f"SELECT {_COLUMNS} FROM es_event "  # noqa: S608
            f"WHERE position > %s AND position <= %s {only}ORDER BY position LIMIT %s",
            (after, until, *kinds, limit),
            binary=True,
        ).fetchall()
        return self._all(conn, rows)

    def chosen(self, conn: Connection, condition: str, parameters: Sequence[Any]) -> list[Recorded]:
        """Events that meet a condition on the log's columns, in order."""
        rows = conn.execute(
            f"SELECT {_COLUMNS} FROM es_event WHERE {condition} ORDER BY position",  # noqa: S608
            parameters,
            binary=True,
        ).fetchall()
        return [event for _, event in self._all(conn, rows)]

    def _all(self, conn: Connection, rows: Sequence[tuple[Any, ...]]) -> list[Logged]:
        """Decoded, with the keys of all persons in them fetched at once."""
        whose: dict[int, list[bytes]] = {}
        for row in rows:
            if row[15] is not None:
                whose.setdefault(row[0], []).append(row[15])
        if whose:
            sealing = self._sealing = self._sealing or _sealing(conn, self._codec)
            for tenant, sealed in whose.items():
                sealing.fetch(tenant, sealed)
        return [self._logged(conn, row) for row in rows]

    def _logged(self, conn: Connection, row: tuple[Any, ...]) -> Logged:
        (tenant, position, stream, version, kind, schema, at, effective, actor, command,
         correlation, cause, reason, data, hashed, sealed) = row  # fmt: skip
        name = self._names.get(kind) or self._name(conn, kind)
        meta = Meta(at, effective, actor, command, correlation, cause, reason)
        fact = None
        if name in self._decoded:
            place = None if sealed is None else (tenant, stream.bytes, version, name)
            fact = self._fact(kind, name, schema, data, place, sealed)
        return tenant, Recorded(position, stream, version, name, fact, meta, hashed)

    def _fact(
        self,
        kind: int,
        name: str,
        schema: int,
        data: bytes,
        place: tuple[int, bytes, int, str] | None,
        sealed: bytes,
    ) -> Any:
        try:
            if place is not None:
                assert self._sealing is not None
                data = self._sealing.opened(*place, data, sealed)
            reader = self._readers.get((kind, schema))
            if reader is None:
                reader = self._readers[kind, schema] = self._codec.reader(name, schema)
            return reader(data)
        except UnreadableEvent as error:
            return Unreadable(error)

    def _name(self, conn: Connection, kind: int) -> str:
        self._learn(conn)
        return self._names[kind]

    def _kinds(self, conn: Connection, names: Iterable[str]) -> list[int]:
        """Numbers of the names that occur; learnt each time, for new names appear as it runs."""
        self._learn(conn)
        wanted = frozenset(names)
        return [kind for kind, name in self._names.items() if name in wanted]

    def _learn(self, conn: Connection) -> None:
        self._names.update(conn.execute("SELECT id, name FROM es_type").fetchall())


def _sealing(conn: Connection, codec: Codec) -> PersonalSealing:
    return PersonalSealing(codec, person_keys(dsn_of(conn)))
