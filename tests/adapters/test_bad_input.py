"""What the log may meet at its worst ends in a clear state, and costs nothing that was promised."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters import seal_rows
from adapters.codec import CorruptEvent, EventFromTheFuture, UnknownEvent, UnreadableEvent
from adapters.envelope import Change, Loaded
from adapters.event_store import EventStore, open_store
from adapters.postgres import Connection, connect
from adapters.seal_verification import verify_seals
from adapters.sealer import Sealer
from adapters.secret_keys import log_signing_key
from adapters.verification import verify_streams
from deploy.children import wait_until
from domain.catalogue import Catalogue, Entry
from tests.adapters.premiums import ACCOUNT, CATALOGUE, Account, PremiumPaid, meta, paid

GOOD, BAD = UUID(int=1), UUID(int=2)


@dataclass(frozen=True, slots=True)
class PremiumReturned:
    note: str


# What a later version of this code may have written.
LATER = Catalogue([
    *(entry for entry in CATALOGUE.entries if entry.name != "account.premium_paid"),
    Entry("account.premium_returned", PremiumReturned),
    Entry("account.premium_paid", PremiumPaid, 2, {1: lambda fields: fields}),
])  # fmt: skip


def append(store: EventStore, stream: UUID, *facts: object) -> None:
    loaded = store.load(ACCOUNT, stream)
    store.append_together((Change(loaded, facts),), meta())


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection]:
    with connect(database_url) as opened:
        yield opened


def unknown_name(database_url: str, conn: Connection) -> str:
    """An event under a name that this code does not know."""
    with open_store(database_url, LATER) as later:
        changes = (Change(Loaded(BAD, 0, Account()), (PremiumReturned("twice paid"),)),)
        later.append_together(changes, meta())
    return "account.premium_returned"


def newer_version(database_url: str, conn: Connection) -> str:
    """An event in a version that this code cannot read yet."""
    with open_store(database_url, LATER) as later:
        changes = (Change(Loaded(BAD, 0, Account()), (paid(5),)),)
        later.append_together(changes, meta())
    return "written in version 2; this code reads up to 1"


def corrupted(database_url: str, conn: Connection) -> str:
    """Stored bytes that are no longer what was written."""
    with open_store(database_url, CATALOGUE) as store:
        append(store, BAD, paid(5))
    with conn.transaction():
        conn.execute("SET LOCAL session_replication_role = replica")
        conn.execute("UPDATE es_event SET data = data || '\\x7b' WHERE stream_id = %s", (BAD,))
    return "account.premium_paid"


@pytest.mark.parametrize(
    ("spoil", "error"),
    [(unknown_name, UnknownEvent), (newer_version, EventFromTheFuture), (corrupted, CorruptEvent)],
)
def test_an_event_that_cannot_be_read_is_named_and_stops_nothing_else(
    store: EventStore,
    conn: Connection,
    tmp_path: Path,
    spoil: Callable[[str, Connection], str],
    error: type[UnreadableEvent],
) -> None:
    append(store, GOOD, paid(1), paid(2))
    said = spoil(store.pool.dsn, conn)
    append(store, GOOD, paid(3))

    with pytest.raises(error, match=said):
        store.load(ACCOUNT, BAD)
    with pytest.raises(error, match=said):
        store.read_after(0, 100)
    assert store.load(ACCOUNT, GOOD).version == 3, "others are loaded and written as before"
    named = [str(fault) for fault in verify_streams(store.pool.dsn, codec=store.codec).faults]
    assert any(said in fault and str(BAD) in fault for fault in named), named
    sealer = Sealer(conn, log_signing_key(tmp_path))
    assert sealer.take_over(), "sealing asks for no meaning"
    assert sealer.seal(sealer.bounds()[0]) == 4


def test_what_a_newer_version_wrote_is_read_by_it(database_url: str, conn: Connection) -> None:
    unknown_name(database_url, conn)
    with open_store(database_url, LATER) as later:
        (event,) = later.stream(BAD)
        assert event.fact == PremiumReturned("twice paid")


def test_a_lost_signing_key_gets_a_successor_and_old_seals_stay_good(
    store: EventStore, conn: Connection, tmp_path: Path
) -> None:
    append(store, GOOD, paid(1))
    with connect(store.pool.dsn) as own:
        first = Sealer(own, log_signing_key(tmp_path))
        assert first.take_over()
        first.seal(first.bounds()[0])
    (tmp_path / "log-signing.pem").unlink()
    append(store, GOOD, paid(2))
    key = log_signing_key(tmp_path)
    with connect(store.pool.dsn) as own:
        second = Sealer(own, key)
        assert wait_until(second.take_over, 120)
        second.seal(second.bounds()[0])
    assert len(seal_rows.keys(conn)) == 2
    assert verify_seals(conn, key).faults == []
    assert [one.size for one in seal_rows.checkpoints(conn)] == [1, 2]


def test_a_command_that_nobody_could_answer_is_answered_when_it_is_repeated(
    store: EventStore,
) -> None:
    """The answer was lost on the way: the same command again adds nothing."""
    command = meta(command_id=uuid4())
    changes = (Change(Loaded(GOOD, 0, Account()), (paid(1),)),)
    first = store.append_together(changes, command)
    again = store.append_together(changes, command)
    assert (again.position, again.repeated) == (first.position, True)
    assert len(store.stream(GOOD)) == 1
