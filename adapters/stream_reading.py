"""Reads streams for folding: only the facts and what proves them, packed by the server.

All events of one name come back as one JSON list, and are decoded in one step; who, when and why
stay in the database, because no decision is taken on them.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby, repeat
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
from psycopg.pq.abc import PGresult

from adapters.arrays import blob, blobs, ints
from adapters.chain import microseconds
from adapters.codec import Codec, CorruptEvent, UnreadableEvent
from adapters.columns import Ints, Uuids
from adapters.decoders import decoder_of
from adapters.event_types import EventTypes
from adapters.personal_sealing import PersonalSealing
from adapters.postgres import Pool
from adapters.snapshots import Snapshot
from adapters.statements import Statement

_INT2, _INT4, _INT8 = struct.Struct(">h"), struct.Struct(">i"), struct.Struct(">q")
_LAST_POSITION = (1 << 63) - 1
_LAST_TIME = _INT8.pack(_LAST_POSITION)  # PostgreSQL's "infinity"
_YEAR_2000 = 946_684_800_000_000  # PostgreSQL counts microseconds from there


@dataclass(slots=True)
class Tail:
    """The events of a stream from a version on. `first` is 0 when there are none."""

    first: int = 0
    facts: list[Any] = field(default_factory=list)
    first_hash: bytes = b""
    last_hash: bytes = b""


class StreamReader:
    """Reads one tenant's streams."""

    def __init__(
        self, pool: Pool, tenant: int, types: EventTypes, codec: Codec, sealing: PersonalSealing
    ) -> None:
        self._pool = pool
        self._number = tenant
        self._tenant = _INT4.pack(tenant)
        self._sealing = sealing
        self._types = types
        self._codec = codec
        self.catalogue = codec.catalogue

    def tail(self, stream_id: UUID, from_version: int) -> Tail:
        """The events of a stream from a version on."""
        given = (self._tenant, stream_id.bytes, _INT4.pack(from_version))
        with self._pool.connection() as conn:
            result = _TAIL.run(conn, given)
        return self._joined(stream_id, _runs(result))

    def tail_and_snapshot(
        self, stream_id: UUID, decider: str, state_version: int
    ) -> tuple[Tail, Snapshot | None]:
        """In one statement: a stream's snapshot, if there is one, and the events from the one on
        which the snapshot stands; without a snapshot all events."""
        given = (self._tenant, stream_id.bytes, decider.encode(), _INT4.pack(state_version))
        with self._pool.connection() as conn:
            result = _TAIL_AND_SNAPSHOT.run(conn, given)
        runs = _runs(result)
        stored = next((run for run in runs if run.kind == 0), None)
        if stored is None:
            return self._joined(stream_id, runs), None
        snapshot = Snapshot(stored.versions[0], stored.hash(0), stored.data)
        return self._joined(stream_id, [run for run in runs if run.kind]), snapshot

    def tail_as_known(
        self, stream_id: UUID, known_at: datetime | None, up_to_position: int | None
    ) -> Tail:
        """The beginning of a stream as far as it had been recorded by then.

        It ends before the first event that was recorded later: what follows such an event rests
        on it, even where a writer's clock was behind.
        """
        at = _LAST_TIME if known_at is None else _INT8.pack(microseconds(known_at) - _YEAR_2000)
        position = _INT8.pack(_LAST_POSITION if up_to_position is None else up_to_position)
        with self._pool.connection() as conn:
            result = _AS_KNOWN.run(conn, (self._tenant, stream_id.bytes, at, position))
        return self._joined(stream_id, _runs(result))

    def tails_and_snapshots(
        self, wanted: Sequence[tuple[UUID, int]], decider: str, state_version: int
    ) -> list[tuple[Tail, Snapshot | None]]:
        """For many streams in one statement, in their order: each from its version on, or, where
        that is 0, as `tail_and_snapshot` answers."""
        streams, versions = Uuids(), Ints()
        for stream, version in wanted:
            streams.add(stream)
            versions.add(version)
        form = (decider.encode(), _INT4.pack(state_version))
        with self._pool.connection() as conn:
            result = _TAILS.run(conn, (self._tenant, streams.packed(), versions.packed(), *form))
        found: list[list[_Part]] = [[] for _ in wanted]
        snapshots: dict[int, Snapshot] = {}
        for run in _runs(result):
            if run.kind == 0:
                snapshots[run.streams[0]] = Snapshot(run.versions[0], run.hash(0), run.data)
                continue
            facts = self._facts(run, (wanted[index - 1][0].bytes for index in run.streams))
            begin = 0
            for index, events in groupby(run.streams):
                end = begin + len(list(events))
                found[index - 1].append((run.versions[begin:end], facts[begin:end], begin, run))
                begin = end
        return [
            (_tail(stream, parts), snapshots.get(index))
            for index, (parts, (stream, _)) in enumerate(zip(found, wanted, strict=True), 1)
        ]

    def _joined(self, stream_id: UUID, runs: Sequence["_Run"]) -> Tail:
        try:
            parts = [(run.versions, self._facts(run, repeat(stream_id.bytes)), 0, run)
                     for run in runs]  # fmt: skip
        except UnreadableEvent as error:
            raise type(error)(f"{error} (in stream {stream_id})") from error
        return _tail(stream_id, parts)

    def _facts(self, run: "_Run", streams: Iterable[bytes]) -> list[Any]:
        name = self._types.name(run.kind)
        data = b"[" + run.data + b"]"
        if run.sealed is not None:
            data = self._opened(run, run.sealed, streams, name, data)
        facts = self._codec.list_reader(name, run.schema_version)(data)
        if len(facts) != len(run.versions):
            raise CorruptEvent(f"{len(run.versions)} events hold {len(facts)} facts")
        return facts

    def _opened(
        self, run: "_Run", sealed: bytes, streams: Iterable[bytes], name: str, data: bytes
    ) -> bytes:
        """The same list with what is personal in each event, as far as it can still be read."""
        found = blobs(sealed)
        self._sealing.fetch(self._number, found)
        whole = [
            bytes(public)
            if each is None
            else self._sealing.opened(self._number, stream, version, name, bytes(public), each)
            for public, each, version, stream in zip(
                _split(data), found, run.versions, streams, strict=False
            )
        ]
        return b"[" + b",".join(whole) + b"]"


_split = decoder_of(list[msgspec.Raw]).decode


class _Run:
    """All events of one name and schema version in a result; type 0 is a snapshot."""

    __slots__ = ("_hashes", "data", "kind", "schema_version", "sealed", "streams", "versions")

    def __init__(self, result: PGresult, row: int) -> None:
        kind, schema, self.data, versions, hashes = (
            result.get_value(row, column) or b"" for column in range(5)
        )
        (self.kind,), (self.schema_version,) = _INT2.unpack(kind), _INT2.unpack(schema)
        self.versions = ints(versions)
        self._hashes = hashes
        self.sealed = result.get_value(row, 5)
        self.streams = ints(result.get_value(row, 6)) if result.nfields > 6 else ()

    def hash(self, index: int) -> bytes:
        return blob(self._hashes, index)


def _runs(result: PGresult) -> list[_Run]:
    return [_Run(result, row) for row in range(result.ntuples)]


# Events of one stream that stand together in a run: versions, facts, where they begin, the run.
_Part = tuple[tuple[int, ...], list[Any], int, _Run]


def _tail(stream_id: UUID, parts: list[_Part]) -> Tail:
    """What was found of one stream, name by name, put into its own order.

    Raises CorruptEvent where a version is missing in between.
    """
    if not parts:
        return Tail()
    parts.sort(key=_versions)
    first, last = parts[0], parts[-1]
    begin, facts = first[0][0], list[Any]()
    versions = first[0] if len(parts) == 1 else tuple(chain.from_iterable(map(_versions, parts)))
    if versions != tuple(range(begin, begin + len(versions))):
        return _sorted(stream_id, parts)
    for part in parts:
        facts += part[1]
    return Tail(begin, facts, first[3].hash(first[2]), last[3].hash(last[2] + len(last[0]) - 1))


def _sorted(stream_id: UUID, parts: list[_Part]) -> Tail:
    """The same where events of several names take turns."""
    found = [
        (version, at, run, fact)
        for versions, facts, begin, run in parts
        for at, (version, fact) in enumerate(zip(versions, facts, strict=True), begin)
    ]
    found.sort(key=_version)
    first, first_at, first_run, _ = found[0]
    last, last_at, last_run, _ = found[-1]
    if [place[0] for place in found] != list(range(first, last + 1)):
        raise CorruptEvent(f"events are missing from stream {stream_id}: verify the log")
    facts = [place[3] for place in found]
    return Tail(first, facts, first_run.hash(first_at), last_run.hash(last_at))


_version: Callable[[tuple[int, int, _Run, Any]], int] = itemgetter(0)
_versions: Callable[[_Part], tuple[int, ...]] = itemgetter(0)

_SEALED = "CASE WHEN count(sealed) > 0 THEN array_agg(sealed) END"  # mostly there is nothing
_RUNS = f"string_agg(data, '\\x2c'::bytea), array_agg(version), array_agg(hash), {_SEALED}"
_TAIL = Statement(
    "bima_tail",
    f"SELECT type, schema_version, {_RUNS} FROM es_event "  # noqa: S608  # nosec B608  # columns named here
    "WHERE tenant = $1 AND stream_id = $2 AND version >= $3 GROUP BY type, schema_version",
    (23, 2950, 23),
)
_SNAPSHOT = (
    "es_snapshot WHERE tenant = $1 AND stream_id = $2 AND decider = $3 AND state_version = $4"
)
_TAIL_AND_SNAPSHOT = Statement(
    "bima_tail_and_snapshot",
    "SELECT 0::smallint, 0::smallint, state, ARRAY[version], ARRAY[state_hash], "  # noqa: S608  # nosec B608  # columns named here
    "NULL::bytea[] "
    f"FROM {_SNAPSHOT} UNION ALL "
    f"SELECT type, schema_version, {_RUNS} FROM es_event "
    "WHERE tenant = $1 AND stream_id = $2 "
    f"AND version >= COALESCE((SELECT version FROM {_SNAPSHOT}), 0) "
    "GROUP BY type, schema_version",
    (23, 2950, 25, 23),
)
_AS_KNOWN = Statement(
    "bima_as_known",
    f"SELECT type, schema_version, {_RUNS} FROM es_event "  # noqa: S608  # nosec B608  # columns named here
    "WHERE tenant = $1 AND stream_id = $2 AND version < COALESCE(("
    "SELECT min(version) FROM es_event WHERE tenant = $1 AND stream_id = $2 "
    "AND (recorded_at > $3 OR position > $4)), 2147483647) GROUP BY type, schema_version",
    (23, 2950, 1184, 20),
)
_TAILS = Statement(
    "bima_tails",
    "WITH wanted AS MATERIALIZED ("
    "SELECT s.stream, s.i::int, GREATEST(s.from_version, COALESCE(p.version, 0)) AS from_version, "
    "p.version, p.state_hash, p.state "
    "FROM unnest($2, $3) WITH ORDINALITY AS s (stream, from_version, i) "
    "LEFT JOIN LATERAL (SELECT * FROM es_snapshot WHERE tenant = $1 AND stream_id = s.stream "
    "AND decider = $4 AND state_version = $5 LIMIT 1) AS p ON s.from_version = 0) "
    "SELECT 0::smallint, 0::smallint, state, ARRAY[version], ARRAY[state_hash], NULL::bytea[], "
    "ARRAY[i] "
    "FROM wanted WHERE version IS NOT NULL UNION ALL "
    "SELECT e.type, e.schema_version, string_agg(e.data, '\\x2c'::bytea), array_agg(e.version), "
    "array_agg(e.hash), CASE WHEN count(e.sealed) > 0 THEN array_agg(e.sealed) END, "
    "array_agg(i) FROM wanted w "
    # One by one: a plan that was made before the table was ever analysed, and is kept, would
    # otherwise take the tenant for something rare and read all of its events.
    "CROSS JOIN LATERAL (SELECT * FROM es_event WHERE tenant = $1 AND stream_id = w.stream "
    "AND version >= w.from_version ORDER BY version) AS e "
    "GROUP BY e.type, e.schema_version",
    (23, 2951, 1007, 25, 23),
)
