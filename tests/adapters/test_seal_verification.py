"""What the chains alone would not show is shown by the seals."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from adapters.chain import Place, link, stamp_of
from adapters.envelope import Change, Loaded, Meta
from adapters.event_store import EventStore, open_store
from adapters.postgres import Connection, connect
from adapters.seal_verification import verify_seals
from adapters.sealer import Sealer
from adapters.secret_keys import log_signing_key
from adapters.verification import verify_streams
from tests.adapters.premiums import CATALOGUE, Account, meta, paid
from tests.support.servers import DatabaseMaker

STREAMS = [UUID(int=number) for number in range(1, 61)]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return log_signing_key(tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="module")
def filled(new_database: DatabaseMaker, key: bytes) -> Iterator[EventStore]:
    """Sixty streams of ten events, sealed after the 200th, the 400th and the last."""
    with open_store(new_database(), CATALOGUE) as store, connect(store.pool.dsn) as conn:
        sealer = Sealer(conn, key)
        assert sealer.take_over()
        for number, stream in enumerate(STREAMS, 1):
            facts = tuple(paid(n) for n in range(10))
            store.append_together((Change(Loaded(stream, 0, Account()), facts),), meta())
            if number % 20 == 0:
                sealer.seal(sealer.bounds()[0])
        conn.close()
        yield store


@pytest.fixture
def behind(filled: EventStore) -> Iterator[Connection]:
    """Somebody with all rights who has switched the triggers off; undone after the test."""
    with connect(filled.pool.dsn) as conn, conn.transaction(force_rollback=True):
        conn.execute("SET session_replication_role = replica")
        yield conn


def test_an_honest_log_is_what_was_sealed(filled: EventStore, key: bytes) -> None:
    with connect(filled.pool.dsn) as conn:
        result = verify_seals(conn, key)
    assert (result.events, result.checkpoints, result.faults) == (600, 3, [])


def test_a_log_that_was_never_sealed_has_nothing_to_show(database_url: str) -> None:
    with connect(database_url) as conn:
        assert verify_seals(conn).faults == []


def forge_stream(conn: Connection, stream: UUID, amount: bytes) -> None:
    """Change an event and make every chain fit again, as somebody with all rights could."""
    rows = conn.execute(
        "SELECT e.tenant, e.version, t.name, e.schema_version, e.recorded_at, e.effective_on, "
        "e.actor, e.command_id, e.correlation_id, e.caused_by, e.reason, e.data, e.sealed "
        "FROM es_event e JOIN es_type t ON t.id = e.type WHERE e.stream_id = %s ORDER BY 2",
        (stream,),
    ).fetchall()
    previous = b""
    for row in rows:
        data = amount if row[1] == 3 else row[11]
        place = Place(row[0], stream.bytes, row[1], row[2], row[3])
        previous = link(previous, place, stamp_of(Meta(*row[4:11])), data, row[12])
        conn.execute(
            "UPDATE es_event SET data = %s, hash = %s WHERE stream_id = %s AND version = %s",
            (data, previous, stream, row[1]),
        )


def test_a_forged_stream_whose_chain_was_made_to_fit_is_found(
    filled: EventStore, behind: Connection
) -> None:
    forge_stream(behind, STREAMS[30], b'{"amount":{"minor":1,"currency":"TZS"}}')
    assert verify_streams(behind, codec=filled.codec).faults == []
    (fault,) = verify_seals(behind).faults
    assert fault.startswith("the events after position 200 up to 400 are not those")


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("DELETE FROM es_event WHERE stream_id = '{one}'", "up to 200 are not those"),
        ("DELETE FROM es_event WHERE position > 590", "590 events stand up to position 600"),
        ("DELETE FROM es_event WHERE position = 600", "599 events stand up to position 600"),
        ("DELETE FROM es_event WHERE position < 3", "598 events stand up to position 600"),
        ("UPDATE es_event SET position = 0 WHERE position = 1", "up to 200 are not those"),
        ("UPDATE es_event SET position = 601 WHERE position = 600", "599 events stand"),
        ("UPDATE es_event SET position = 1001 - position WHERE position IN (500, 501)",
         "after position 400 up to 600"),
        ("UPDATE es_event SET hash = sha256('x') WHERE position = 555", "after position 400"),
        (("INSERT INTO es_event SELECT -5, recorded_at, caused_by, tenant, 11, effective_on, type, "
         "schema_version, stream_id, command_id, correlation_id, actor, reason, data, sealed, hash "
         "FROM es_event WHERE position = 10"), "601 events stand up to position 600"),
        ("UPDATE seal_checkpoint SET root = sha256('x') WHERE tree_size = 400",
         "over 400 events is not what was signed"),
        ("UPDATE seal_checkpoint SET sealed_at = sealed_at + interval '1 us' WHERE tree_size = 400",
         "over 400 events is not what was signed"),
        ("UPDATE seal_checkpoint SET key_id = '\\x00000000' WHERE tree_size = 400",
         "nobody knows the key"),
        ("UPDATE seal_tile SET root = sha256('x') WHERE tile = 1", "group 1 of level 0"),
        ("DELETE FROM seal_tile WHERE tile = 0", "group 0 of level 0"),
        ("UPDATE seal_log SET log_id = gen_random_uuid()", "not what was signed"),
        (("INSERT INTO seal_cosignature (tree_size, key_id, signature) "
         "VALUES (400, '\\x00000000', repeat('x', 72)::bytea)"), "cosignature under"),
    ],
)  # fmt: skip
def test_tampering_with_sealed_events_or_seals_is_found(
    behind: Connection, deed: str, said: str
) -> None:
    assert behind.execute(deed.format(one=STREAMS[0]).encode()).rowcount >= 1
    found = verify_seals(behind).faults
    assert any(said in fault for fault in found), found


def test_a_log_that_somebody_else_signed_anew_is_not_ours(
    filled: EventStore, behind: Connection, key: bytes, tmp_path: Path
) -> None:
    forge_stream(behind, STREAMS[30], b"{}")
    for table in ("seal_checkpoint", "seal_tile", "seal_key"):
        behind.execute(f"DELETE FROM {table}")
    forger = Sealer(behind, log_signing_key(tmp_path))
    assert forger.take_over()
    forger.seal(2**40)
    assert verify_seals(behind).faults == []
    (fault,) = verify_seals(behind, key).faults
    assert fault == "the newest checkpoint, over 600 events, is not signed with our key"
