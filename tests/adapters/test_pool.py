"""A pool lends connections, takes them back in order, and replaces those that were lost."""

import gc
import os
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from adapters import postgres
from adapters.postgres import Connection, NoConnection, Pool, connect
from adapters.statements import Statement

NUMBER = Statement("number", "SELECT $1::int4 + 1", (23,))


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    made = Pool(database_url, largest=2)
    yield made
    made.close()


def backend(conn: Connection) -> int:
    return conn.info.backend_pid


def test_a_connection_is_lent_again(pool: Pool) -> None:
    with pool.connection() as first:
        pass
    with pool.connection() as second:
        assert second is first
        with pool.connection() as third:
            assert third is not first


def test_more_than_the_largest_number_are_not_lent(pool: Pool) -> None:
    with pool.connection(), pool.connection(), pytest.raises(NoConnection, match=r"0\.05 s"):
        pool.take(0.05)
    with pool.connection(0.05), pool.connection(0.05):
        pass


def test_who_waits_gets_the_next_one(pool: Pool) -> None:
    got = threading.Event()

    def wait() -> None:
        with pool.connection(5):
            got.set()

    with pool.connection(), pool.connection():
        thread = threading.Thread(target=wait)
        thread.start()
        assert not got.wait(0.05)
    thread.join(60)
    assert got.is_set()


def in_transaction(pool: Pool, deed: str, divisor: int = 1) -> float:
    with pool.connection() as conn:
        conn.execute("BEGIN")
        conn.execute(deed.encode(), prepare=False)
        return 1 / divisor


def test_an_open_transaction_is_ended_as_the_block_ended(pool: Pool) -> None:
    with pool.connection() as conn:
        conn.execute("CREATE TABLE kept (n int)")
    in_transaction(pool, "INSERT INTO kept VALUES (1)")
    with pytest.raises(psycopg.errors.DivisionByZero):
        in_transaction(pool, "INSERT INTO kept VALUES (2); SELECT 1/0")
    with pytest.raises(ZeroDivisionError):
        in_transaction(pool, "INSERT INTO kept VALUES (3)", divisor=0)
    with pool.connection() as conn:
        assert conn.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_a_connection_that_the_server_ended_is_replaced_unseen(
    pool: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_TRUSTED", 0)
    with pool.connection() as conn:
        lost = backend(conn)
    with connect(database_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (lost,))
    with pool.connection() as conn:
        assert backend(conn) != lost
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_lost_in_use_is_not_lent_again(pool: Pool, database_url: str) -> None:
    with pool.connection() as conn, connect(database_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend(conn),))
        with pytest.raises(psycopg.OperationalError):
            conn.execute("SELECT 1")
    with pool.connection() as first, pool.connection() as second:
        assert not first.closed
        assert not second.closed


def test_unused_connections_go(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    with pool.connection() as first, pool.connection() as second:
        pass
    monkeypatch.setattr(postgres, "_UNUSED", 0)
    time.sleep(0.01)
    with pool.connection():
        pass
    assert [first.closed, second.closed].count(True) == 1


def test_a_closed_pool_opens_again_and_takes_nothing_old_back(pool: Pool) -> None:
    with pool.connection() as old:
        pool.close()
    assert old.closed
    with pool.connection() as new:
        assert new.execute("SELECT 1").fetchone() == (1,)


def test_a_pool_that_is_forgotten_gives_its_connections_back(database_url: str) -> None:
    forgotten = Pool(database_url)
    with forgotten.connection() as conn:
        pass
    del forgotten
    gc.collect()
    assert conn.closed


def test_one_that_is_forgotten_in_a_cycle_leaves_no_connection_open(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The collector may tell a connection before the pool that would have closed it."""
    complaints = list[object]()
    monkeypatch.setattr("sys.unraisablehook", complaints.append)
    for _ in range(20):
        forgotten = Pool(database_url)
        with forgotten.connection() as conn:
            conn.forgotten = forgotten  # type: ignore[attr-defined]  # closes the cycle
        del conn, forgotten
    gc.collect()
    assert complaints == []


def test_a_server_that_is_not_there_is_said_at_once(pool: Pool) -> None:
    pool.dsn = "postgresql://nobody@/nothing?host=/nowhere"
    for _ in range(3):  # and no place is lost
        with pytest.raises(psycopg.OperationalError), pool.connection(0.1):
            pass


def test_a_forked_process_leaves_its_parents_connections_alone(pool: Pool) -> None:
    with pool.connection() as conn:
        mine = backend(conn)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with pool.connection() as conn:
                code = 0 if backend(conn) != mine else 2
            pool.close()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with pool.connection() as conn:
        assert conn.execute("SELECT pg_backend_pid()").fetchone() == (mine,)


def test_a_statement_runs_before_and_after_the_driver_forgot_it(pool: Pool) -> None:
    def next_number(conn: Connection, number: int) -> int:
        result = NUMBER.run(conn, (number.to_bytes(4, "big"),))
        return int.from_bytes(result.get_value(0, 0) or b"", "big")

    with pool.connection() as conn:
        assert next_number(conn, 1) == 2
        with conn.transaction(force_rollback=True):
            assert next_number(conn, 2) == 3
            conn.execute("SELECT 1")
        conn.execute("SELECT 1")
        conn.execute("DEALLOCATE ALL")
        assert next_number(conn, 3) == 4
        with pytest.raises(psycopg.errors.NumericValueOutOfRange):
            next_number(conn, 2**31 - 1)
        assert next_number(conn, 4) == 5
