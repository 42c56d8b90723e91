"""Adds events to the log: many commands in one call, each whole or not at all.

One call is one transaction and one round trip. The quick one (`es_add`) stores all that it is
given or nothing; then the careful one (`es_append`) sorts out what is wrong with which.
"""

import struct
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from psycopg.adapt import Transformer
from psycopg.pq.abc import PGresult

from adapters.arrays import ints, longs
from adapters.carrying import pause
from adapters.codec import Codec
from adapters.command_rows import Group, group_of, packed, written
from adapters.envelope import Batch, CommandReused, Conflict, Receipt
from adapters.event_types import EventTypes
from adapters.personal_sealing import PersonalSealing
from adapters.postgres import Connection, Pool
from adapters.statements import Statement

Answer = Receipt | Conflict | CommandReused

_LARGEST_CALL = 5_000  # events; beyond that a longer call costs memory and gains no speed
_RACES = 3
_CAREFUL_CALLS = 4  # after a quick one that stored nothing: conflicts seldom come alone


class Appended(NamedTuple):
    """What the database did: a position for each event, the groups left out because a stream had
    moved on, and the commands that had their receipt before, with what it says."""

    positions: Sequence[int]
    stale: Sequence[int]
    known: dict[UUID, tuple[bytes, int, str | None]]


class LogWriter:
    """Writes for one tenant; `on_commit` is called after each call that stored events."""

    def __init__(
        self,
        pool: Pool,
        tenant: int,
        types: EventTypes,
        on_commit: Callable[[], None],
        codec: Codec | None = None,
        sealing: PersonalSealing | None = None,
    ) -> None:
        self._pool = pool
        self._tenant = tenant
        self._types = types
        self._codec = codec
        self._sealing = sealing
        self.on_commit = on_commit
        self.patience = 10.0  # seconds that a lost server is waited for, as in a failover
        self._careful = 0  # calls to be made carefully from here on

    def group(self, batch: Batch) -> Group:
        """A command ready to be written; raises ValueError for a stream named twice."""
        assert self._codec is not None
        assert self._sealing is not None
        return group_of(batch, self._tenant, self._codec, self._types, self._sealing)

    def groups(self, batches: Sequence[Batch]) -> list[Group]:
        """The same for many commands, with one look for the keys of all persons in them."""
        assert self._sealing is not None
        self._sealing.prepare(batches, self._tenant)
        return [self.group(batch) for batch in batches]

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
        if self._careful:
            self._careful -= 1
        elif all(group.rows for group in groups):
            try:
                return self._settle(groups, self.once(groups, quick=True))
            except _LOST_RACES:
                self._careful = _CAREFUL_CALLS
        return self._sort_out(groups)

    def _sort_out(self, groups: list[Group]) -> list[Answer]:
        for _ in range(_RACES):
            try:
                return self._settle(groups, self.once(groups))
            except _LOST_RACES:
                # A rival committed between the look and the insert; nothing of ours was stored.
                if len(groups) > 1:
                    return [answer for group in groups for answer in self._sort_out([group])]
        return [_conflict(groups[0])]

    def write_with(self, group: Group, also: Callable[[Connection], None]) -> Answer:
        """One command, and what `also` does over the connection, in one transaction."""
        try:
            return self._settle([group], self.once([group], also))[0]
        except (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected):
            return _conflict(group)

    def once(
        self,
        groups: Sequence[Group],
        also: Callable[[Connection], None] | None = None,
        *,
        quick: bool = False,
    ) -> Appended:
        """The call as it is answered by the database, repeated when the connection was lost.

        The first try may have been committed all the same: then the repeated call finds the
        receipt and adds nothing. `also` is done in the same transaction, if anything is added.
        Raises psycopg.errors.UniqueViolation when a rival was first, and `quick` whenever not all
        can be added; nothing is stored then.
        """
        give_up = time.monotonic() + self.patience
        seconds = 0.02
        while True:
            conn: Connection | None = None
            try:
                self._types.rows()  # learnt before a connection is held: there may be only one
                with self._pool.connection() as conn:
                    if quick:
                        return self.quick_call(conn, groups)
                    if also is None:
                        return self.call(conn, groups)
                    with conn.transaction():
                        row = self.call(conn, groups)
                        if not row.known and not row.stale:
                            also(conn)
                        return row
            except psycopg.OperationalError as error:
                if not lost(error, conn) or time.monotonic() > give_up:
                    raise
            pause(seconds)
            seconds = min(seconds * 2, 0.5)

    def quick_call(self, conn: Connection, groups: Sequence[Group]) -> Appended:
        """The quick statement, in whatever transaction the connection is in: all or nothing."""
        events = written(groups, self._types.rows()[2])
        result = _ADD.run(conn, (_INT4.pack(self._tenant), events))
        return Appended(longs(result.get_value(0, 0)), (), {})

    def call(self, conn: Connection, groups: Sequence[Group]) -> Appended:
        """The careful statement, in whatever transaction the connection is in."""
        events, receipts = packed(groups, *self._types.rows()[:2])
        result = _APPEND.run(conn, (_INT4.pack(self._tenant), events, receipts))
        positions = longs(result.get_value(0, 0))
        stale = ints(result.get_value(0, 1))
        if result.get_value(0, 2) is None:
            return Appended(positions, stale, {})
        return Appended(positions, stale, _known(result, conn))

    def _settle(self, groups: Sequence[Group], row: Appended) -> list[Answer]:
        if row.positions or row.known:
            self.on_commit()
        answers: list[Answer] = []
        last = 0
        for index, group in enumerate(groups, 1):
            last += len(group.rows)
            if group.command_id in row.known:
                answers.append(_repeated(group, *row.known[group.command_id]))
            elif index in row.stale:
                answers.append(_conflict(group))
            else:
                position = row.positions[last - 1] if group.rows else 0
                answers.append(Receipt(group.command_id, position, _answer(group.answer)))
        return answers


def lost(error: psycopg.OperationalError, conn: Connection | None) -> bool:
    """Whether the server went away, as opposed to refusing what it was asked."""
    went = (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown)
    return conn is None or conn.closed or error.sqlstate is None or isinstance(error, went)


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
            wanted = {stream for stream, _ in group.streams}
            fits = not taken or events + len(group.rows) <= _LARGEST_CALL
            # A later command on a stream that waits must wait too: their order is kept.
            if not fits or group.command_id in commands or not streams.isdisjoint(wanted):
                later.append(index)
            else:
                taken.append(index)
                events += len(group.rows)
            streams |= wanted
            commands.add(group.command_id)
        calls.append(taken)
        waiting = later
    return calls


def _conflict(group: Group) -> Conflict:
    streams = ", ".join(f"{stream} at version {version}" for stream, version in group.streams)
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


_LOST_RACES = (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected)
_ADD = Statement("bima_add", "SELECT es_add($1, $2)", (23, 0))
_APPEND = Statement("bima_append", "SELECT * FROM es_append($1, $2, $3)", (23, 0, 0))
_INT4 = struct.Struct(">i")


def _known(result: PGresult, conn: Connection) -> dict[UUID, tuple[bytes, int, str | None]]:
    """Seldom needed, so read by the driver's own means."""
    transformer = Transformer(conn)
    transformer.set_pgresult(result)
    row = transformer.load_row(0, tuple)
    assert row is not None
    _, _, commands, fingerprints, positions, answers = row
    receipts = zip(fingerprints, positions, answers, strict=True)
    return dict(zip(commands, receipts, strict=True))
