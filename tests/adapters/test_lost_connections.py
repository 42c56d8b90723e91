"""A lost connection neither loses nor doubles a command, whenever it was lost."""

import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.command_rows import Group
from adapters.envelope import Batch, Change, Loaded
from adapters.event_store import EventStore
from adapters.log_writing import Appended
from adapters.postgres import Connection, connect
from tests.adapters.premiums import Account, meta, paid

STREAM = UUID("01900000-0000-7000-8000-000000000001")


def cut(conn: Connection, url: str) -> None:
    """End the server's side of a connection, as a restart or a failover would."""
    with connect(url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (conn.info.backend_pid,))


@pytest.mark.parametrize("call", ["quick_call", "call"])
@pytest.mark.parametrize("moment", ["before the call", "after the commit"])
def test_an_append_over_a_lost_connection_is_one_effect(
    store: EventStore, database_url: str, monkeypatch: pytest.MonkeyPatch, moment: str, call: str
) -> None:
    monkeypatch.setattr(store.writer, "_careful", int(call == "call"))
    real = getattr(store.writer, call)
    cuts: list[str] = []

    def interrupted(conn: Connection, groups: Sequence[Group]) -> Appended:
        if not cuts and moment == "before the call":
            cut(conn, database_url)
            cuts.append(moment)
        row: Appended = real(conn, groups)
        if not cuts:
            cut(conn, database_url)
            cuts.append(moment)
            conn.execute("SELECT 1")
        return row

    monkeypatch.setattr(store.writer, call, interrupted)
    said = meta()
    receipt = store.append(Loaded(STREAM, 0, Account()), [paid(1)], said, answer={"n": 7})
    assert cuts == [moment]
    assert receipt.answer == {"n": 7}
    assert [(e.fact, e.position) for e in store.stream(STREAM)] == [(paid(1), receipt.position)]


def test_the_same_command_from_two_threads_at_once_is_one_effect(store: EventStore) -> None:
    for _ in range(20):
        said, streams = meta(), [uuid4(), uuid4()]
        receipts = run_both(store, said, streams)
        assert sorted(receipt.repeated for receipt in receipts) == [False, True]
        assert receipts[0].position == receipts[1].position
        assert sum(len(store.stream(stream)) for stream in streams) == 1


def run_both(store: EventStore, said: Any, streams: Sequence[UUID]) -> list[Any]:
    receipts: list[Any] = []
    start = threading.Barrier(2)

    def command(stream: UUID) -> None:
        change = Change(Loaded(stream, 0, Account()), (paid(1),))
        group = store.writer.group(Batch((change,), said))
        start.wait()
        receipts.extend(store.writer.write([group]))  # past the lane, so that they truly meet

    threads = [threading.Thread(target=command, args=(stream,)) for stream in streams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return receipts


def test_a_server_that_stays_away_is_reported_after_a_while(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.writer.patience = 0.2

    def gone(conn: Connection, groups: Sequence[Group]) -> Appended:
        raise psycopg.errors.AdminShutdown("terminating connection")

    monkeypatch.setattr(store.writer, "quick_call", gone)
    with pytest.raises(psycopg.OperationalError, match="terminating"):
        store.append(Loaded(STREAM, 0, Account()), [paid(1)], meta())


def test_a_server_that_refuses_is_not_asked_again(store: EventStore, database_url: str) -> None:
    """A read-only server, as a standby is: the answer is immediate and clear."""
    with connect(database_url) as conn:
        name = conn.info.dbname
        conn.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        store.append(Loaded(STREAM, 0, Account()), [paid(1)], meta())
