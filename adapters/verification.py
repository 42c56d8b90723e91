"""Proves that the log is what was written: every chain recomputed, no event missing or doubled.

What a chain alone cannot show, the removal of a stream's last events, is looked for by the
receipts of the commands that wrote them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from adapters.chain import Place, link, stamp_of
from adapters.codec import Codec, UnreadableEvent
from adapters.envelope import Meta
from adapters.person_keys import person_keys
from adapters.personal_sealing import PersonalSealing
from adapters.postgres import Connection, connect, dsn_of

_PAGE = 2_000
_MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written; `stream_id` and `version` say where, if known."""

    what: str
    tenant: int | None = None
    stream_id: UUID | None = None
    version: int | None = None

    def __str__(self) -> str:
        where = "" if self.stream_id is None else f" in stream {self.stream_id}"
        which = "" if self.version is None else f" at version {self.version}"
        return f"{self.what}{where}{which}"


@dataclass(slots=True)
class Verified:
    """How much was looked at, and what was found; after 1,000 faults the list is cut."""

    events: int = 0
    streams: int = 0
    faults: list[Fault] = field(default_factory=list)

    def found(self, fault: Fault) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)


@dataclass(slots=True)
class _Stream:
    """Where the walk along one stream stands."""

    key: tuple[int, UUID]
    version: int = 0
    hash: bytes = b""
    position: int = 0


def verify_streams(
    dsn_or_conn: str | Connection,
    *,
    codec: Codec | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Walk through all streams of all tenants; `progress` is told events done and expected.

    With a codec every event is also read as the fact that it says it is.
    """
    if isinstance(dsn_or_conn, str):
        with connect(dsn_or_conn, application="bima-verify") as conn:
            conn.execute("SET statement_timeout = 0")
            return _verify(conn, codec, progress)
    return _verify(dsn_or_conn, codec, progress)


def _verify(
    conn: Connection, codec: Codec | None, progress: Callable[[int, int], None] | None
) -> Verified:
    expected = _expected(conn)
    names: dict[int, str] = dict(conn.execute("SELECT id, name FROM es_type").fetchall())
    result = Verified()
    walk: _Stream | None = None
    sealing = PersonalSealing(codec, person_keys(dsn_of(conn))) if codec is not None else None
    for row in _events(conn):
        if walk is None or walk.key != (row[0], row[1]):
            walk = _Stream((row[0], row[1]))
            result.streams += 1
        _check(walk, row, names, codec, sealing, result)
        result.events += 1
        if progress is not None and result.events % _PAGE == 0:
            progress(result.events, max(expected, result.events))
    for fault in _across_streams(conn):
        result.found(fault)
    if progress is not None:
        progress(result.events, result.events)
    return result


def _expected(conn: Connection) -> int:
    ((estimate,),) = conn.execute(
        "SELECT COALESCE(sum(GREATEST(reltuples, 0)), 0)::bigint FROM pg_class "
        "JOIN pg_inherits ON inhrelid = oid WHERE inhparent = 'es_event'::regclass"
    ).fetchall()
    return int(estimate)


def _events(conn: Connection) -> Iterator[tuple[Any, ...]]:
    """All events, each stream in one piece; a partition at a time, without sorting."""
    parts = conn.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'es_event'::regclass ORDER BY 1"
    ).fetchall()
    for (part,) in parts:
        with conn.transaction(), conn.cursor(name="bima_verify", binary=True) as cursor:
            cursor.itersize = _PAGE
            cursor.execute(
                "SELECT tenant, stream_id, version, position, type, schema_version, "  # noqa: S608  # nosec B608  # a part of the log, by number
                "recorded_at, effective_on, actor, command_id, correlation_id, caused_by, "
                f"reason, data, sealed, hash FROM {part} ORDER BY tenant, stream_id, version"
            )
            yield from cursor


def _check(
    walk: _Stream,
    row: tuple[Any, ...],
    names: dict[int, str],
    codec: Codec | None,
    sealing: PersonalSealing | None,
    result: Verified,
) -> None:
    (tenant, stream, version, position, kind, schema, at, effective, actor, command,
     correlation, cause, reason, data, sealed, stored) = row  # fmt: skip

    def found(what: str) -> None:
        result.found(Fault(what, tenant, stream, version))

    # A stream of the eventsourcing library may count from 0.
    if version != walk.version + 1 and not (walk.position == 0 and version == 0):
        found(f"{version - walk.version - 1} events are missing before this one")
    if position <= walk.position:
        found("the position is not after that of the event before")
    meta = Meta(at, effective, actor, command, correlation, cause, reason)
    name = names.get(kind)
    if name is None:
        found(f"the event's name number {kind} is not known")
    else:
        place = Place(tenant, stream.bytes, version, name, schema)
        if link(walk.hash, place, stamp_of(meta), data, sealed) != stored:
            found("the hash is not that of the stored event and its predecessor")
        if codec is not None:
            try:
                if sealed is not None and sealing is not None:
                    data = sealing.opened(tenant, stream.bytes, version, name, data, sealed)
                codec.decode(name, schema, data)
            except UnreadableEvent as error:
                found(f"the event cannot be read: {error}")
    walk.version, walk.hash, walk.position = version, stored, position


def _across_streams(conn: Connection) -> Iterator[Fault]:
    doubled = conn.execute(
        "SELECT DISTINCT position FROM (SELECT position, lag(position) OVER (ORDER BY position) "
        "AS before FROM es_event) p WHERE position = before ORDER BY 1"
    )
    for (position,) in doubled.fetchall():
        yield Fault(f"position {position} is held by more than one event")
    bereft = conn.execute(
        "SELECT r.tenant, r.command_id, r.position FROM es_receipt r WHERE r.position > 0 "
        "AND NOT EXISTS (SELECT FROM es_event e WHERE e.position = r.position "
        "AND e.command_id = r.command_id AND e.tenant = r.tenant) ORDER BY r.position"
    )
    for tenant, command, position in bereft.fetchall():
        yield Fault(f"command {command} wrote up to position {position}, which is gone", tenant)
