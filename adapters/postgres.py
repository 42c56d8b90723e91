"""Connections to the ledger's database: times in UTC, bounded waits, safe to fork before use."""

import os
import threading
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[tuple[Any, ...]]

# A statement that waits for a lock for 10 s, or runs for a minute, is a fault that must be seen.
SESSION = (
    "-c timezone=UTC -c statement_timeout=60s -c lock_timeout=10s "
    "-c idle_in_transaction_session_timeout=300s"
)


def connect(dsn: str, *, application: str = "bima") -> Connection:
    """One connection in autocommit; raises psycopg.OperationalError when the server is not there.

    Statements are prepared at their first use: the ledger says few things very often.
    """
    connection = psycopg.connect(dsn, autocommit=True, **_arguments(application))
    _prepare_early(connection)
    return connection


def _arguments(application: str) -> dict[str, Any]:
    return {"options": SESSION, "application_name": application, "connect_timeout": 10}


def _prepare_early(connection: Connection) -> None:
    connection.prepare_threshold = 0


class Pool:
    """Connections shared by the threads of a process, opened when the first one is asked for.

    A process that was forked from one that had used its pool gets connections of its own.
    """

    def __init__(self, dsn: str, smallest: int = 0, largest: int = 8, application: str = "bima"):
        self.dsn = dsn
        self._size = (smallest, largest)
        self._application = application
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
                kwargs={"autocommit": True, **_arguments(self._application)},
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
