"""Connections to the ledger's database: times in UTC, bounded waits, safe to fork before use."""

import os
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any
from weakref import WeakSet

import psycopg
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[tuple[Any, ...]]

# A statement that waits for a lock for 10 s, or runs for a minute, is a fault that must be seen.
SESSION = (
    "-c timezone=UTC -c statement_timeout=60s -c lock_timeout=10s "
    "-c idle_in_transaction_session_timeout=300s -c jit=off"
)
# For few and always the same statements: plan them once, not for each set of parameters.
ONE_PLAN = " -c plan_cache_mode=force_generic_plan"


def connect(dsn: str, *, application: str = "bima") -> Connection:
    """One connection in autocommit; raises psycopg.OperationalError when the server is not there.

    Statements are prepared at their first use: the ledger says few things very often.
    """
    connection = psycopg.connect(dsn, autocommit=True, **_arguments(application))
    _prepare_early(connection)
    return connection


class Statement:
    """A statement of the hot path: prepared once for a connection, run without a cursor.

    Parameters and results are PostgreSQL's binary forms; the caller knows them. `types` are the
    numbers of the parameters' types, 0 where the server shall find out.
    """

    def __init__(self, name: str, sql: str, types: Sequence[int]) -> None:
        self._name = name.encode()
        self._sql = sql.encode()
        self._types = tuple(types)
        self._binary = [Format.BINARY] * len(self._types)
        self._ready: WeakSet[Connection] = WeakSet()

    def run(self, conn: Connection, parameters: Sequence[bytes]) -> PGresult:
        """The result; raises what psycopg raises for this error of the server.

        The driver makes the server forget all prepared statements after a rollback, and says
        nothing. Outside a transaction the statement is then prepared again; inside one, where a
        failed try would cost the transaction, it is not relied upon.
        """
        at_rest = conn.pgconn.transaction_status == TransactionStatus.IDLE
        if not at_rest:
            return self._unprepared(conn, parameters)
        if conn not in self._ready:
            _checked(conn, conn.pgconn.prepare(self._name, self._sql, self._types))
            self._ready.add(conn)
        try:
            return self._prepared(conn, parameters)
        except psycopg.errors.InvalidSqlStatementName:
            self._ready.discard(conn)
        return self.run(conn, parameters)

    def _prepared(self, conn: Connection, parameters: Sequence[bytes]) -> PGresult:
        result = conn.pgconn.exec_prepared(self._name, parameters, self._binary, Format.BINARY)
        return _checked(conn, result)

    def _unprepared(self, conn: Connection, parameters: Sequence[bytes]) -> PGresult:
        result = conn.pgconn.exec_params(
            self._sql, parameters, self._types, self._binary, Format.BINARY
        )
        return _checked(conn, result)


def _checked(conn: Connection, result: PGresult) -> PGresult:
    if result.status in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        return result
    error = psycopg.errors.error_from_result(result, conn.info.encoding)
    if conn.closed and error.sqlstate is None:  # said by the driver, not by the server
        raise psycopg.OperationalError(str(error))
    raise error


def _arguments(application: str, settings: str = "") -> dict[str, Any]:
    return {"options": SESSION + settings, "application_name": application, "connect_timeout": 10}


def _prepare_early(connection: Connection) -> None:
    connection.prepare_threshold = 0


class Pool:
    """Connections shared by the threads of a process, opened when the first one is asked for.

    A process that was forked from one that had used its pool gets connections of its own.
    """

    def __init__(
        self,
        dsn: str,
        smallest: int = 0,
        largest: int = 8,
        application: str = "bima",
        settings: str = "",
    ) -> None:
        self.dsn = dsn
        self._size = (smallest, largest)
        self._arguments = _arguments(application, settings)
        self._lock = threading.Lock()
        self._process = 0
        self._pool: ConnectionPool[Connection] | None = None

    def connection(self, timeout: float = 30.0) -> AbstractContextManager[Connection]:
        """A context manager that lends a connection; it commits at its end, or rolls back.

        Raises psycopg_pool.PoolTimeout (an OperationalError) when none is free in time.
        """
        if self._pool is None or self._process != os.getpid():
            self._open()
        assert self._pool is not None
        return self._pool.connection(timeout)

    def _open(self) -> None:
        with self._lock:
            if self._pool is not None and self._process == os.getpid():
                return
            smallest, largest = self._size
            self._pool = ConnectionPool(
                self.dsn,
                connection_class=psycopg.Connection,
                kwargs={"autocommit": True, **self._arguments},
                min_size=smallest,
                max_size=largest,
                configure=_prepare_early,
                open=True,
                max_idle=120,
                reconnect_timeout=5,
            )
            self._process = os.getpid()

    def close(self) -> None:
        """Give all connections back to the server; the pool opens again when it is used again."""
        with self._lock:
            if self._pool is not None and self._process == os.getpid():
                self._pool.close()
            self._pool = None


def pool(dsn: str, min: int = 0, max: int = 8, *, application: str = "bima") -> Pool:  # noqa: A002
    """A pool that opens nothing before its first use; workers that fork may inherit it."""
    return Pool(dsn, min, max, application)
