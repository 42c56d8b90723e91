"""Adds events to the log: many commands in one call, each whole or not at all.

One call is one transaction and one round trip (`es_append` in the first migration).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import psycopg

from adapters.chain import Place, link, stamp_of
from adapters.codec import Codec, Encoded
from adapters.columns import BigInts, Blobs, Days, Ints, SmallInts, Texts, Times, Uuids
from adapters.envelope import Batch, Change, CommandReused, Conflict, Meta, Receipt
from adapters.event_types import EventTypes
from adapters.postgres import Connection, Pool

T = TypeVar("T")
Answer = Receipt | Conflict | CommandReused

_LARGEST_CALL = 5_000  # events; beyond that a longer call costs memory and gains no speed
_RACES = 3


@dataclass(slots=True)
class Group:
    """One command as rows: its receipt, the versions it counts on, and its events."""

    command_id: UUID
    meta: Meta
    fingerprint: bytes
    answer: bytes | None
    expected: list[tuple[UUID, int]] = field(default_factory=list)
    events: list[tuple[UUID, int, date, Encoded, bytes]] = field(default_factory=list)

    @classmethod
    def of(cls, batch: Batch, tenant: int, codec: Codec) -> "Group":
        """Encode and chain the facts of a batch; raises ValueError for a stream named twice."""
        meta = batch.meta
        answer = None if batch.answer is None else msgspec.json.encode(batch.answer)
        group = cls(meta.command_id, meta, batch.fingerprint, answer)
        seen: set[UUID] = set()
        for change in batch.changes:
            stream = change.loaded.stream_id
            if stream in seen:
                raise ValueError(f"stream {stream} is changed twice in one command")
            seen.add(stream)
            if change.facts:
                group.expected.append((stream, change.loaded.version))
                group.events += _chained(change, tenant, meta, codec)
        return group

    @property
    def empty(self) -> bool:
        """Nothing to store: no facts, and nothing to remember the command by."""
        return not self.events and not self.fingerprint and self.answer is None


def _chained(
    change: Change, tenant: int, meta: Meta, codec: Codec
) -> Iterator[tuple[UUID, int, date, Encoded, bytes]]:
    """The facts of one stream with their versions, days, stored forms and hashes."""
    stream = change.loaded.stream_id
    previous = change.loaded.last_hash
    days = change.days or (meta.effective_on,) * len(change.facts)
    stamps = {day: stamp_of(replace(meta, effective_on=day)) for day in {*days}}
    versions = range(change.loaded.version + 1, change.loaded.version + 1 + len(change.facts))
    for version, fact, day in zip(versions, change.facts, days, strict=True):
        stored = codec.encode(fact)
        place = Place(tenant, stream.bytes, version, stored.name, stored.schema_version)
        previous = link(previous, place, stamps[day], stored.data, stored.sealed)
        yield stream, version, day, stored, previous


class LogWriter:
    """Writes for one tenant; `on_commit` is called after each call that stored events."""

    def __init__(
        self, pool: Pool, tenant: int, types: EventTypes, on_commit: Callable[[], None]
    ) -> None:
        self._pool = pool
        self._tenant = tenant
        self._types = types
        self.on_commit = on_commit
        self.patience = 10.0  # seconds that a lost server is waited for, as in a failover

    def write(self, groups: Sequence[Group]) -> list[Answer]:
        """One answer for each command, in order: its receipt, or why it was left out."""
        answers: list[Answer | None] = [None] * len(groups)
        for call in _calls(groups):
            for index, answer in zip(call, self._call([groups[i] for i in call]), strict=True):
                answers[index] = answer
        for index, group in enumerate(groups):
            if answers[index] is None:
                answers[index] = Receipt(group.command_id, 0)
        return [answer for answer in answers if answer is not None]

    def _call(self, groups: list[Group]) -> list[Answer]:
        for _ in range(_RACES):
            try:
                return self._settle(groups, self.once(groups))
            except (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected):
                # A rival committed between the look and the insert; nothing of ours was stored.
                if len(groups) > 1:
                    return [answer for group in groups for answer in self._call([group])]
        return [_conflict(groups[0])]

    def once(
        self, groups: Sequence[Group], also: Callable[[Connection], None] | None = None
    ) -> tuple[Any, ...]:
        """The call as it is answered by the database, repeated when the connection was lost.

        The first try may have been committed all the same: then the repeated call finds the
        receipt and adds nothing. `also` is done in the same transaction, if anything is added.
        Raises psycopg.errors.UniqueViolation when a rival was first; nothing is stored then.
        """
        give_up = time.monotonic() + self.patience
        pause = 0.02
        while True:
            conn: Connection | None = None
            try:
                with self._pool.connection() as conn:
                    if also is None:
                        return append_call(conn, self._tenant, groups, self._types)
                    with conn.transaction():
                        row = append_call(conn, self._tenant, groups, self._types)
                        if not row[2]:
                            also(conn)
                        return row
            except psycopg.OperationalError as error:
                if not lost(error, conn) or time.monotonic() > give_up:
                    raise
            time.sleep(pause)
            pause = min(pause * 2, 0.5)

    def _settle(self, groups: list[Group], row: tuple[Any, ...]) -> list[Answer]:
        positions, stale, commands, fingerprints, known_positions, known_answers = row
        moved = set(stale or ())
        known = dict(
            zip(
                commands or (),
                zip(fingerprints or (), known_positions or (), known_answers or (), strict=True),
                strict=True,
            )
        )
        if positions or known:
            self.on_commit()
        answers: list[Answer] = []
        last = 0
        for index, group in enumerate(groups, 1):
            last += len(group.events)
            if group.command_id in known:
                answers.append(_repeated(group, *known[group.command_id]))
            elif index in moved:
                answers.append(_conflict(group))
            else:
                position = positions[last - 1] if group.events else 0
                answers.append(Receipt(group.command_id, position, _answer(group.answer)))
        return answers


def lost(error: psycopg.OperationalError, conn: Connection | None) -> bool:
    """Whether the server went away, as opposed to refusing what it was asked."""
    return conn is None or conn.closed or isinstance(error, psycopg.errors.AdminShutdown)


def _calls(groups: Sequence[Group]) -> list[list[int]]:
    """Which commands go into which call: none twice, no stream twice, none too long."""
    calls: list[list[int]] = []
    waiting = [index for index, group in enumerate(groups) if not group.empty]
    while waiting:
        taken: list[int] = []
        later: list[int] = []
        streams: set[UUID] = set()
        commands: set[UUID] = set()
        events = 0
        for index in waiting:
            group = groups[index]
            wanted = {stream for stream, _ in group.expected}
            fits = not taken or events + len(group.events) <= _LARGEST_CALL
            # A later command on a stream that waits must wait too: their order is kept.
            if not fits or group.command_id in commands or not streams.isdisjoint(wanted):
                later.append(index)
            else:
                taken.append(index)
                events += len(group.events)
            streams |= wanted
            commands.add(group.command_id)
        calls.append(taken)
        waiting = later
    return calls


def _conflict(group: Group) -> Conflict:
    streams = ", ".join(f"{stream} at version {version}" for stream, version in group.expected)
    return Conflict(f"changed by somebody else meanwhile: {streams}")


def _repeated(group: Group, fingerprint: bytes, position: int, answer: str | None) -> Answer:
    if bytes(fingerprint) != group.fingerprint:
        return reused(group.command_id)
    stored = None if answer is None else answer.encode()
    return Receipt(group.command_id, position, _answer(stored), repeated=True)


def reused(command_id: UUID) -> CommandReused:
    return CommandReused(f"command {command_id} was used before for another request")


def _answer(stored: bytes | None) -> dict[str, Any]:
    answer: dict[str, Any] = {} if stored is None else msgspec.json.decode(stored)
    return answer


_APPEND = f"SELECT * FROM es_append({', '.join(['%s'] * 24)})"  # noqa: S608


def append_call(
    conn: Connection, tenant: int, groups: Sequence[Group], types: EventTypes
) -> tuple[Any, ...]:
    """The one statement, in whatever transaction the connection is in."""
    parameters = _parameters(tenant, groups, types)
    row = conn.execute(_APPEND, parameters, prepare=True, binary=True).fetchone()
    assert row is not None
    return row


def _parameters(tenant: int, groups: Sequence[Group], types: EventTypes) -> list[Any]:
    command, fingerprint, answer = Uuids(), Blobs(), Texts()
    recorded, last = Times(), Ints()
    check_group, check_stream, check_version = Ints(), Uuids(), Ints()
    event_group, stream, version, kind, schema = Ints(), Uuids(), Ints(), SmallInts(), SmallInts()
    recorded_at, effective_on, actor, by, correlation = Times(), Days(), Texts(), Uuids(), Uuids()
    caused_by, reason, data, sealed, chained = BigInts(), Texts(), Blobs(), Blobs(), Blobs()
    number = types.number
    for index, group in enumerate(groups, 1):
        command.add(group.command_id)
        fingerprint.add(group.fingerprint)
        answer.add(None if group.answer is None else group.answer.decode())
        recorded.add(group.meta.recorded_at)
        for stream_id, expected in group.expected:
            check_group.add(index)
            check_stream.add(stream_id)
            check_version.add(expected)
        for stream_id, at, day, fact, hashed in group.events:
            effective_on.add(day)
            event_group.add(index)
            stream.add(stream_id)
            version.add(at)
            kind.add(number(fact.name))
            schema.add(fact.schema_version)
            data.add(fact.data)
            sealed.add(fact.sealed)
            chained.add(hashed)
        _repeat_meta(
            group.meta,
            len(group.events),
            (recorded_at, actor, by, correlation, caused_by, reason),
        )
        last.add(len(stream) if group.events else 0)
    return [
        tenant, command, fingerprint, answer, recorded, last,
        check_group, check_stream, check_version,
        event_group, stream, version, kind, schema, recorded_at, effective_on, actor, by,
        correlation, caused_by, reason, data, sealed, chained,
    ]  # fmt: skip


def _repeat_meta(
    meta: Meta, times: int, columns: tuple[Times, Texts, Uuids, Uuids, BigInts, Texts]
) -> None:
    """The same who, when and why beside each event of a command."""
    recorded_at, actor, command, correlation, caused_by, reason = columns
    if not times:
        return
    recorded_at.add(meta.recorded_at)
    actor.add(meta.actor)
    command.add(meta.command_id)
    correlation.add(meta.correlation_id)
    caused_by.add(meta.caused_by)
    reason.add(meta.reason)
    for column in columns:
        column.cells.extend([column.cells[-1]] * (times - 1))
