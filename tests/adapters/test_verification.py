"""Whatever is done to the stored events behind the ledger's back is found."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from adapters.codec import Codec
from adapters.envelope import Loaded
from adapters.event_store import EventStore, open_store
from adapters.postgres import Connection, connect
from adapters.verification import verify_streams
from domain.catalogue import Catalogue, Entry
from tests.adapters.premiums import CATALOGUE, Account, AccountOpened, meta, paid
from tests.support.servers import DatabaseMaker

ONE = UUID("01900000-0000-7000-8000-000000000001")
TWO = UUID("01900000-0000-7000-8000-000000000002")


@pytest.fixture(scope="module")
def filled(new_database: DatabaseMaker) -> Iterator[EventStore]:
    """Two streams of three events: 1, 2, 3 and 4, 5, 6."""
    with open_store(new_database(), CATALOGUE) as store:
        for stream, first in ((ONE, 1), (TWO, 4)):
            facts = tuple(paid(first + n) for n in range(3))
            store.append(Loaded(stream, 0, Account()), facts, meta(reason="opening"))
        yield store


@pytest.fixture
def behind(filled: EventStore) -> Iterator[Connection]:
    """Somebody with all rights who has switched the triggers off; undone after the test."""
    with connect(filled.pool.dsn) as conn, conn.transaction(force_rollback=True):
        conn.execute("SET session_replication_role = replica")
        yield conn


def test_a_log_as_it_was_written_is_clean(filled: EventStore) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, expected: int) -> None:
        told.append((done, expected))

    result = verify_streams(filled.pool.dsn, codec=filled.codec, progress=progress)
    assert (result.events, result.streams, result.faults) == (6, 2, [])
    assert told == [(6, 6)]


SWAP = """UPDATE es_event e SET data = o.data FROM es_event o
    WHERE o.stream_id = e.stream_id AND e.version > 1 AND o.version = 5 - e.version"""
FORGE = """INSERT INTO es_event SELECT 99, recorded_at, caused_by, tenant, 4, effective_on, type,
    schema_version, stream_id, command_id, correlation_id, actor, reason, data, sealed, hash
    FROM es_event WHERE {two}"""


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("UPDATE es_event SET data = '\\x7b7d' WHERE {two}", "hash"),
        ("UPDATE es_event SET actor = 'nobody' WHERE {two}", "hash"),
        ("UPDATE es_event SET reason = '' WHERE {two}", "hash"),
        ("UPDATE es_event SET recorded_at = recorded_at + interval '1 us' WHERE {two}", "hash"),
        ("UPDATE es_event SET effective_on = effective_on + 1 WHERE {two}", "hash"),
        ("UPDATE es_event SET command_id = gen_random_uuid() WHERE {two}", "hash"),
        ("UPDATE es_event SET correlation_id = gen_random_uuid() WHERE {two}", "hash"),
        ("UPDATE es_event SET caused_by = 0 WHERE {two}", "hash"),
        ("UPDATE es_event SET schema_version = 2 WHERE {two}", "hash"),
        ("UPDATE es_event SET sealed = '' WHERE {two}", "hash"),
        ("UPDATE es_event SET hash = sha256('x') WHERE {two}", "hash"),
        ("UPDATE es_event SET type = 99 WHERE {two}", "name number 99"),
        ("UPDATE es_event SET tenant = 2 WHERE {two}", "hash"),
        ("UPDATE es_event SET stream_id = gen_random_uuid() WHERE {two}", "hash"),
        ("UPDATE es_event SET position = 5 WHERE {two}", "more than one event"),
        ("UPDATE es_event SET position = 99 WHERE {two}", "not after"),
        ("DELETE FROM es_event WHERE {two}", "1 events are missing"),
        ("DELETE FROM es_event WHERE stream_id = '{one}' AND version = 1", "events are missing"),
        ("DELETE FROM es_event WHERE stream_id = '{one}' AND version = 3", "which is gone"),
        ("DELETE FROM es_event WHERE stream_id = '{one}'", "which is gone"),
        (SWAP, "hash"),
        ("UPDATE es_type SET name = 'account.premium_lost'", "hash"),
        (FORGE, "hash"),
    ],
)
def test_tampering_is_found(filled: EventStore, behind: Connection, deed: str, said: str) -> None:
    two = f"stream_id = '{ONE}' AND version = 2"
    assert behind.execute(deed.format(two=two, one=ONE).encode()).rowcount >= 1
    found = [str(fault) for fault in verify_streams(behind, codec=filled.codec).faults]
    assert any(said in fault for fault in found), found


def test_an_event_that_this_code_cannot_read_is_found(filled: EventStore) -> None:
    lacking = Codec(Catalogue([Entry("account.opened", AccountOpened)]))
    result = verify_streams(filled.pool.dsn, codec=lacking)
    assert [fault.version for fault in result.faults] == [1, 2, 3] * 2
    assert "account.premium_paid" in str(result.faults[0])
