"""Statements of the hot path, run without a cursor: the caller knows the binary forms."""

from collections.abc import Sequence
from weakref import WeakSet

import psycopg
from psycopg.generators import execute
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

from adapters.carrying import carrying
from adapters.postgres import Connection


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
            self._prepare(conn)
            self._ready.add(conn)
        try:
            return self._prepared(conn, parameters)
        except psycopg.errors.InvalidSqlStatementName:
            self._ready.discard(conn)
        return self.run(conn, parameters)

    def _prepare(self, conn: Connection) -> PGresult:
        given = self._name, self._sql, self._types
        if carrying() is None:
            return _checked(conn, conn.pgconn.prepare(*given))
        conn.pgconn.send_prepare(*given)
        return _awaited(conn)

    def _prepared(self, conn: Connection, parameters: Sequence[bytes]) -> PGresult:
        given = self._name, parameters, self._binary, Format.BINARY
        if carrying() is None:
            return _checked(conn, conn.pgconn.exec_prepared(*given))
        conn.pgconn.send_query_prepared(*given)
        return _awaited(conn)

    def _unprepared(self, conn: Connection, parameters: Sequence[bytes]) -> PGresult:
        given = self._sql, parameters, self._types, self._binary, Format.BINARY
        if carrying() is None:
            return _checked(conn, conn.pgconn.exec_params(*given))
        conn.pgconn.send_query_params(*given)
        return _awaited(conn)


def _awaited(conn: Connection) -> PGresult:
    """The result of what was sent; others go on until it is there."""
    return _checked(conn, conn.wait(execute(conn.pgconn))[-1])


def _checked(conn: Connection, result: PGresult) -> PGresult:
    if result.status in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        return result
    error = psycopg.errors.error_from_result(result, conn.info.encoding)
    if error.sqlstate is None:  # said by the driver, not by the server: the connection is gone
        raise psycopg.OperationalError(str(error))
    raise error
