"""Connections to the ledger's database: times in UTC, bounded waits, safe to fork before use."""

import os
import select
import time
import weakref
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from adapters.carrying import Places, carrying, elsewhere, wait_for
from adapters.dialogue import dialogue

Connection = psycopg.Connection[tuple[Any, ...]]

# A statement that waits for a lock for 10 s, or runs for a minute, is a fault that must be seen.
SESSION = (
    "-c timezone=UTC -c statement_timeout=60s -c lock_timeout=10s "
    "-c idle_in_transaction_session_timeout=300s -c jit=off"
)
# For few and always the same statements: plan them once, not for each set of parameters.
ONE_PLAN = " -c plan_cache_mode=force_generic_plan"
# A commit does not wait for the disk. For what is made again from the log, or can be missed: an
# outage can take its last moments, never without what was written after them on any connection.
LATER_ON_DISK = " -c synchronous_commit=off"


def connect(dsn: str, *, application: str = "bima", settings: str = "") -> Connection:
    """One connection in autocommit; raises psycopg.OperationalError when the server is not there.

    Statements are prepared at their first use: the ledger says few things very often.
    """
    connection = psycopg.connect(dsn, autocommit=True, **_arguments(application, settings))
    _prepare_early(connection)
    return connection


def dsn_of(connection: Connection) -> str:
    """What opens another connection to the same database as the same user."""
    info = connection.info
    return make_conninfo(info.dsn, password=info.password or None)


def _arguments(application: str, settings: str = "") -> dict[str, Any]:
    return {"options": SESSION + settings, "application_name": application, "connect_timeout": 10}


def _prepare_early(connection: Connection) -> None:
    connection.prepare_threshold = 0


class _Pooled(psycopg.Connection[tuple[Any, ...]]):
    """A connection that lets others go on while it waits, where a loop carries who uses it."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if carrying() is None:
            return super().wait(gen, interval, timeout)
        assert timeout is None, "nothing that is carried waits for notices"
        return wait_for(dialogue(gen, self.pgconn.socket))


class NoConnection(psycopg.OperationalError):
    """All connections of a pool were lent for too long."""


class Pool:
    """Connections shared by the threads of a process, opened when they are asked for.

    A process that was forked from one that had used its pool gets connections of its own. A
    connection that the server has ended while nobody used it is replaced unseen.
    """

    def __init__(
        self,
        dsn: str,
        smallest: int = 0,
        largest: int = 8,
        application: str = "bima",
        settings: str = "",
    ) -> None:
        """`smallest` connections stay open when unused, at most `largest` are open at once."""
        self.dsn = dsn
        self._smallest = smallest
        self._largest = largest
        self._arguments = _arguments(application, settings)
        self._inherited: list[Connection] = []  # not ours to close
        self._idle: deque[tuple[Connection, float]] = deque()  # and since when
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        # Not __del__: in a cycle of objects the connections may be told before the pool.
        weakref.finalize(self, _close_all, self._idle, self._process)
        self._free = Places(self._largest)
        self._closings = 0

    def connection(self, timeout: float = 30.0) -> "Lease":
        """A context manager that lends a connection; an open transaction is committed at its end,
        or rolled back when it ends with an error. Raises NoConnection when none is free in time.
        """
        return Lease(self, timeout)

    def take(self, timeout: float) -> tuple[Connection, int]:
        """A connection, and a number to give it back with; `connection` is the safe way."""
        if self._process != os.getpid():
            self._disown()
            self._begin()
        if not self._free.take(timeout):
            raise NoConnection(f"no connection became free within {timeout:g} s")
        try:
            return self._usable() or elsewhere(self._open), self._closings
        except BaseException:
            self._free.give_back()
            raise

    def give_back(self, conn: Connection, number: int, *, failed: bool) -> None:
        try:
            _end_transaction(conn, failed)
            if number == self._closings and not conn.closed:
                now = time.monotonic()
                self._idle.append((conn, now))
                self._close_unused(now)
            else:
                conn.close()
        finally:
            self._free.give_back()

    def _usable(self) -> Connection | None:
        now = time.monotonic()
        while self._idle:
            try:
                conn, since = self._idle.pop()
            except IndexError:  # another thread took the last one
                return None
            if now - since < _TRUSTED or _still_there(conn):
                return conn
            conn.close()
        return None

    def _open(self) -> Connection:
        conn = _Pooled.connect(self.dsn, autocommit=True, **self._arguments)
        _prepare_early(conn)
        return conn

    def _disown(self) -> None:
        """Keep what the process that forked us had opened, and never use it."""
        self._inherited += [conn for conn, _ in self._idle]
        self._idle.clear()

    def _close_unused(self, now: float) -> None:
        if len(self._idle) > self._smallest and now - self._idle[0][1] > _UNUSED:
            conn, _ = self._idle.popleft()
            conn.close()

    def close(self) -> None:
        """Give all connections back to the server; the pool opens again when it is used again."""
        self._closings += 1
        if self._process == os.getpid():
            _close_all(self._idle, self._process)
        else:
            self._disown()


def _close_all(idle: deque[tuple[Connection, float]], process: int) -> None:
    while idle and process == os.getpid():
        conn, _ = idle.pop()
        conn.close()


class Lease:
    """One lending of a connection."""

    __slots__ = ("_conn", "_number", "_pool", "_timeout")

    def __init__(self, pool: Pool, timeout: float) -> None:
        self._pool = pool
        self._timeout = timeout

    def __enter__(self) -> Connection:
        self._conn, self._number = self._pool.take(self._timeout)
        return self._conn

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.give_back(self._conn, self._number, failed=kind is not None)


_TRUSTED = 1.0  # seconds for which an unused connection is taken to be still there
_UNUSED = 120.0  # seconds after which an unused connection goes


def _still_there(conn: Connection) -> bool:
    """Whether the server has not hung up; asks the socket, not the server."""
    while not conn.closed and select.select([conn.pgconn.socket], [], [], 0)[0]:
        try:
            conn.pgconn.consume_input()  # a last word first, then the end
        except psycopg.OperationalError:
            return False
    return not conn.closed


def _end_transaction(conn: Connection, failed: bool) -> None:
    status = conn.pgconn.transaction_status
    if status == TransactionStatus.IDLE:
        return
    if status in {TransactionStatus.ACTIVE, TransactionStatus.UNKNOWN}:
        conn.close()  # interrupted in the middle of a statement, or lost
    elif failed:
        with suppress(psycopg.Error):
            conn.rollback()
    else:
        conn.commit()


def pool(dsn: str, min: int = 0, max: int = 8, *, application: str = "bima") -> Pool:  # noqa: A002
    """A pool that opens nothing before its first use; workers that fork may inherit it."""
    return Pool(dsn, min, max, application)
