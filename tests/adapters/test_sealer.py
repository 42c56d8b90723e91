"""What is written is sealed: in order, whole, once, and never over a log that was changed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from adapters import seal_rows
from adapters.checkpoints import BadCheckpoint, Key, read
from adapters.envelope import Batch, Change, Loaded
from adapters.event_store import EventStore
from adapters.merkle import (
    inclusion_path,
    root_by_inclusion,
    root_of,
)
from adapters.postgres import Connection, connect
from adapters.seal_verification import verify_seals
from adapters.sealer import EVERY, Overtaken, Sealer, SealRefused
from adapters.secret_keys import log_signing_key
from deploy.children import wait_until
from tests.adapters.premiums import Account, meta, paid


@pytest.fixture
def key(tmp_path: Path) -> bytes:
    return log_signing_key(tmp_path / "secrets")


@pytest.fixture
def conn(store: EventStore) -> Iterator[Connection]:
    with connect(store.pool.dsn) as opened:
        yield opened


@pytest.fixture
def sealer(conn: Connection, key: bytes) -> Sealer:
    made = Sealer(conn, key)
    assert made.take_over()
    return made


def write(store: EventStore, streams: int, events: int = 1) -> None:
    batches = [
        Batch(
            (Change(Loaded(uuid4(), 0, Account()), tuple(paid(n) for n in range(events))),), meta()
        )
        for _ in range(streams)
    ]
    store.append_many(batches)


def seal_all(sealer: Sealer) -> int:
    safe, _ = sealer.bounds()
    total = 0
    while done := sealer.seal(safe):
        total += done
    return total


def sealed(conn: Connection) -> seal_rows.Sealed:
    last = seal_rows.last_checkpoint(conn)
    assert last is not None
    return last


def root_over_all(conn: Connection, most: int | None = None) -> bytes:
    return root_of(seal_rows.leaves(conn, 0, 2**62, most).hashes)


def test_a_statement_is_over_every_event_in_order_and_signed(
    store: EventStore, conn: Connection, sealer: Sealer
) -> None:
    write(store, 3, 2)
    assert seal_all(sealer) == 6
    last = sealed(conn)
    assert (last.size, last.position) == (6, 6)
    assert last.root == root_over_all(conn)
    checkpoint, (signature,) = read(seal_rows.note(conn, last))
    assert seal_rows.keys(conn)[signature.key_id].signed(checkpoint, signature)
    assert datetime.now(UTC) - checkpoint.sealed_at < timedelta(minutes=1)


def test_nothing_new_is_not_stated_again(
    store: EventStore, conn: Connection, sealer: Sealer
) -> None:
    write(store, 1)
    assert (seal_all(sealer), seal_all(sealer)) == (1, 0)
    assert [one.size for one in seal_rows.checkpoints(conn)] == [1]


@pytest.mark.parametrize("size", [1, 255, 256, 257, 2_600])
def test_a_sealer_goes_on_where_another_ended_whatever_the_size(
    store: EventStore, conn: Connection, key: bytes, size: int
) -> None:
    for more in (size, 1, 300):
        write(store, 1, more)
        with connect(store.pool.dsn) as own:
            next_one = Sealer(own, key)
            assert wait_until(next_one.take_over, 120)
            assert seal_all(next_one) == more
    last = sealed(conn)
    assert (last.size, last.root) == (size + 301, root_over_all(conn))


def test_groups_of_groups_are_kept_and_gone_on_with(
    store: EventStore, conn: Connection, sealer: Sealer, key: bytes
) -> None:
    for _ in range(14):
        write(store, 1, 4_700)
    total = seal_all(sealer)
    found = conn.execute("SELECT level, count(*) FROM seal_tile GROUP BY 1 ORDER BY 1").fetchall()
    assert (total, found) == (65_800, [(0, 257), (1, 1)])
    last = sealed(conn)
    assert last.root == root_over_all(conn)
    groups = seal_rows.Groups(conn, last)
    for index in (0, 255, 256, 65_535, 65_536, total - 1):
        leaf = groups.tile(index // 256).hashes[index % 256]
        path = inclusion_path(index, total, groups.subtree)
        assert root_by_inclusion(index, total, leaf, path) == last.root
        assert groups.index_of(groups.tile(index // 256).positions[index % 256]) == index

    sealer._conn.execute("SELECT pg_advisory_unlock_all()")
    write(store, 1, 300)
    with connect(store.pool.dsn) as own:
        next_one = Sealer(own, key)
        assert next_one.take_over()
        assert seal_all(next_one) == 300
    assert sealed(conn).root == root_over_all(conn)
    assert verify_seals(conn, key).faults == []


def test_statements_are_over_a_thousand_events_at_most(
    store: EventStore, conn: Connection, sealer: Sealer
) -> None:
    write(store, 25, 100)
    seal_all(sealer)
    sizes = [one.size for one in seal_rows.checkpoints(conn)]
    assert sizes == [EVERY, 2 * EVERY, 2_500]
    for one in seal_rows.checkpoints(conn):
        assert one.root == root_over_all(conn, one.size)


def test_an_event_that_is_not_final_is_not_sealed_and_nothing_after_it(
    store: EventStore, conn: Connection, sealer: Sealer
) -> None:
    write(store, 2)
    with connect(store.pool.dsn) as slow, slow.transaction():
        group = store.writer.group(
            Batch((Change(Loaded(uuid4(), 0, Account()), (paid(1),)),), meta())
        )
        store.writer.call(slow, [group])  # has its position, and is not committed yet
        write(store, 3)
        assert seal_all(sealer) == 2
    assert seal_all(sealer) == 4
    assert sealed(conn).root == root_over_all(conn)


def test_an_append_that_was_undone_leaves_no_mark(
    store: EventStore, conn: Connection, sealer: Sealer
) -> None:
    write(store, 1)
    with connect(store.pool.dsn) as slow, slow.transaction(force_rollback=True):
        group = store.writer.group(
            Batch((Change(Loaded(uuid4(), 0, Account()), (paid(1),)),), meta())
        )
        store.writer.call(slow, [group])
    write(store, 1)
    assert seal_all(sealer) == 2
    assert sealed(conn).position == 3


def test_there_is_one_sealer(store: EventStore, sealer: Sealer, key: bytes) -> None:
    with connect(store.pool.dsn) as other:
        assert not Sealer(other, key).take_over()
    sealer._conn.close()
    with connect(store.pool.dsn) as other:  # the server ends the session when it gets round to it
        assert wait_until(Sealer(other, key).take_over, 120)


def test_a_sealer_that_lost_its_lease_seals_nothing_twice(
    store: EventStore, conn: Connection, sealer: Sealer, key: bytes
) -> None:
    write(store, 1)
    conn.execute("SELECT pg_advisory_unlock_all()")
    with connect(store.pool.dsn) as other:
        second = Sealer(other, key)
        assert second.take_over()
        seal_all(second)
    with pytest.raises(Overtaken):
        seal_all(sealer)
    assert [one.size for one in seal_rows.checkpoints(conn)] == [1]


@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM es_event WHERE position = 2",
        "UPDATE es_event SET hash = sha256('x') WHERE position = 2",
        "UPDATE es_event SET position = 1000 - position WHERE position IN (2, 3)",
        "UPDATE es_event SET position = 0 WHERE position = 3",
    ],
)
def test_over_a_log_that_was_changed_nothing_more_is_signed(
    store: EventStore, conn: Connection, sealer: Sealer, key: bytes, deed: str
) -> None:
    write(store, 3)
    seal_all(sealer)
    sealer._conn.execute("SELECT pg_advisory_unlock_all()")
    with conn.transaction():
        conn.execute("SET LOCAL session_replication_role = replica")
        conn.execute(deed.encode())
    with connect(store.pool.dsn) as own, pytest.raises(SealRefused, match="not what was sealed"):
        Sealer(own, key).take_over()
    why = conn.execute("SELECT error FROM es_checkpoint WHERE name = 'sealer'").fetchone()
    assert why is not None
    assert "not what was sealed over 3 events" in why[0]


def test_what_was_sealed_can_neither_be_changed_nor_removed(
    store: EventStore, conn: Connection, sealer: Sealer
) -> None:
    write(store, 300)
    seal_all(sealer)
    for table in ("seal_checkpoint", "seal_tile", "seal_key", "seal_log"):
        for deed in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(Exception, match="never changed or removed"):
                conn.execute(deed.encode())
    with pytest.raises(Exception, match="never changed or removed"):
        conn.execute("UPDATE seal_checkpoint SET position = 1")


def test_a_key_is_handed_on_as_one_word(conn: Connection, sealer: Sealer) -> None:
    (key,) = seal_rows.keys(conn).values()
    assert Key.read(str(key)) == key
    name, number, rest = str(key).split("+", 2)
    for wrong in ("", name, f"{name}+00000000+{rest}", f"x{key}", f"{name}+{number}+AAAA"):
        with pytest.raises(BadCheckpoint):
            Key.read(wrong)


def test_a_checkpoint_that_was_altered_is_not_signed(
    store: EventStore, conn: Connection, sealer: Sealer
) -> None:
    write(store, 2)
    seal_all(sealer)
    note = seal_rows.note(conn, sealed(conn))
    (key,) = seal_rows.keys(conn).values()
    for was, becomes in (
        ("\n2\n", "\n3\n"),
        ("position 2", "position 3"),
        ("sealed 2", "sealed 1"),
    ):
        checkpoint, (signature,) = read(note.replace(was, becomes))
        assert not key.signed(checkpoint, signature)
    for broken in (
        "",
        "x",
        note.replace("position", "place"),
        note.replace("\n\n", "\n"),
        note[:-9],
    ):
        with pytest.raises(BadCheckpoint):
            read(broken)
