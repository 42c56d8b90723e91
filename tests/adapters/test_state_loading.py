"""Kept states and snapshots are a shorter way to the same result, and never another result."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.codec import UnreadableEvent
from adapters.envelope import Loaded, OtherKind
from adapters.event_store import EventStore, open_store
from adapters.snapshots import EVERY
from domain.decider import Decider
from tests.adapters.premiums import ACCOUNT, CATALOGUE, Account, Fact, meta, paid

STREAM = UUID("01900000-0000-7000-8000-000000000001")
LONG = 250


@pytest.fixture
def forgetful(database_url: str) -> Iterator[EventStore]:
    """A store that keeps no states in memory: only snapshots shorten its way."""
    with open_store(database_url, CATALOGUE, kept_states=0) as opened:
        yield opened


def fill(store: EventStore, count: int, stream: UUID = STREAM) -> None:
    loaded = store.load(ACCOUNT, stream)
    store.append(loaded, [paid(1)] * count, meta())


def snapshot(store: EventStore, stream: UUID = STREAM) -> tuple[int, int] | None:
    with store.pool.connection() as conn:
        row = conn.execute(
            "SELECT version, state_version FROM es_snapshot WHERE stream_id = %s", (stream,)
        ).fetchone()
    return None if row is None else (row[0], row[1])


def change(store: EventStore, what: str) -> None:
    with store.pool.connection() as conn:
        assert conn.execute(f"UPDATE es_snapshot SET {what}").rowcount == 1


def events_read(store: EventStore, decider: Decider[Account, Sequence[Fact], Fact]) -> int:
    tail, _ = store.states.reader.tail_and_snapshot(STREAM, decider.name, decider.state_version)
    return len(tail.facts)


def test_a_long_stream_is_loaded_from_its_snapshot(forgetful: EventStore) -> None:
    fill(forgetful, LONG)
    first = forgetful.load(ACCOUNT, STREAM)
    assert snapshot(forgetful) == (LONG, 1)
    fill(forgetful, 3)
    assert events_read(forgetful, ACCOUNT) == 4
    again = forgetful.load(ACCOUNT, STREAM)
    assert (first.version, first.state) == (LONG, Account(LONG, LONG))
    assert (again.version, again.state) == (LONG + 3, Account(LONG + 3, LONG + 3))
    assert again.last_hash == forgetful.stream(STREAM)[-1].hash


def test_a_short_stream_gets_no_snapshot(forgetful: EventStore) -> None:
    fill(forgetful, EVERY - 1)
    forgetful.load(ACCOUNT, STREAM)
    assert snapshot(forgetful) is None


def test_a_snapshot_follows_every_hundred_events(store: EventStore) -> None:
    for _ in range(5):
        fill(store, 50)
    store.load(ACCOUNT, STREAM)
    assert snapshot(store) == (200, 1)


@pytest.mark.parametrize(
    "what",
    [
        "state = convert_to(replace(convert_from(state, 'UTF8'), '250', '999'), 'UTF8')",
        "state = '\\x00'",
        "state = convert_to('[\"EventStore\", {}]', 'UTF8')",
        "state_hash = sha256(state)",
        "version = 249",
        "version = 999",
    ],
)
def test_a_snapshot_that_does_not_fit_is_set_aside(forgetful: EventStore, what: str) -> None:
    fill(forgetful, LONG)
    whole = forgetful.load(ACCOUNT, STREAM)
    change(forgetful, what)
    assert forgetful.load(ACCOUNT, STREAM) == whole
    assert forgetful.load_many(ACCOUNT, [STREAM]) == {STREAM: whole}


def test_a_snapshot_of_an_older_meaning_is_set_aside_and_replaced(forgetful: EventStore) -> None:
    fill(forgetful, LONG)
    forgetful.load(ACCOUNT, STREAM)
    newer = replace(ACCOUNT, state_version=2)
    assert events_read(forgetful, newer) == LONG
    assert forgetful.load(newer, STREAM).state == Account(LONG, LONG)
    assert snapshot(forgetful) == (LONG, 2)


@dataclass(frozen=True, slots=True)
class Odd:
    """A state that JSON cannot hold."""

    home: Path = Path("a")
    seen: int = 0


def test_a_state_that_cannot_be_stored_exactly_is_folded_each_time(forgetful: EventStore) -> None:
    odd: Decider[Odd, Sequence[Fact], Fact] = Decider(
        "account",
        Odd(),
        lambda state, facts: facts,
        lambda state, fact: Odd(state.home, state.seen + 1),
    )
    fill(forgetful, LONG)
    assert forgetful.load(odd, STREAM).state == Odd(seen=LONG)
    assert snapshot(forgetful) is None


def test_a_kept_state_is_brought_up_to_date(store: EventStore, forgetful: EventStore) -> None:
    fill(store, 2)
    assert store.load(ACCOUNT, STREAM).version == 2
    fill(forgetful, 1)
    loaded = store.load(ACCOUNT, STREAM)
    assert (loaded.version, loaded.state) == (3, Account(3, 3))
    assert store.load_many(ACCOUNT, [STREAM]) == {STREAM: loaded}
    fill(forgetful, 1)
    assert store.load_many(ACCOUNT, [STREAM])[STREAM].state == Account(4, 4)


def test_a_kept_state_of_another_history_is_dropped(store: EventStore) -> None:
    """As after a restore from a backup: the same stream, other events."""
    fill(store, 2)
    kept = store.load(ACCOUNT, STREAM)
    with store.pool.connection() as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("DELETE FROM es_event")
        conn.execute("RESET session_replication_role")
    assert store.load(ACCOUNT, STREAM) == Loaded(STREAM, 0, Account())
    assert store.load_many(ACCOUNT, [STREAM])[STREAM].version == 0
    store.append(Loaded(STREAM, 0, Account()), [paid(7), paid(8)], meta())
    loaded = store.load(ACCOUNT, STREAM)
    assert loaded.version == kept.version
    assert loaded.state == Account(15, 2)
    assert loaded.last_hash != kept.last_hash


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("DELETE FROM es_event WHERE version = 1", "missing from stream"),
        ("DELETE FROM es_event WHERE version = 2", "missing from stream"),
        (
            "UPDATE es_event SET data = 'nothing' WHERE version = 2",
            "premium_paid version 1.*stream",
        ),
        ("UPDATE es_event SET data = '1,1' WHERE version = 2", "premium_paid version 1.*stream"),
        ("UPDATE es_event SET schema_version = 2 WHERE version = 2", "version 2.*reads up to 1"),
        ("UPDATE es_type SET name = 'account.fee_paid'", r"account\.fee_paid.*stream"),
    ],
)
def test_a_stream_that_cannot_be_read_whole_is_not_folded(
    database_url: str, deed: str, said: str
) -> None:
    with open_store(database_url, CATALOGUE) as writer:
        fill(writer, 3)
        with writer.pool.connection() as conn:
            conn.execute("SET session_replication_role = replica")
            assert conn.execute(deed).rowcount == 1
            conn.execute("RESET session_replication_role")
    with open_store(database_url, CATALOGUE) as reader:
        with pytest.raises(UnreadableEvent, match=said):
            reader.load(ACCOUNT, STREAM)
        with pytest.raises(UnreadableEvent):
            reader.load_many(ACCOUNT, [STREAM])


def test_only_so_many_states_are_kept(database_url: str) -> None:
    with open_store(database_url, CATALOGUE, kept_states=2) as store:
        streams = [uuid4() for _ in range(3)]
        for stream in streams:
            fill(store, 1, stream)
            store.load(ACCOUNT, stream)
        held = [store.states.cache.get("account", stream) is not None for stream in streams]
        assert held == [False, True, True]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 130), st.booleans(), st.booleans()), max_size=6))
def test_every_way_of_loading_gives_the_fold_of_all_facts(
    store: EventStore, forgetful: EventStore, rounds: list[tuple[int, bool, bool]]
) -> None:
    stream, total = uuid4(), 0
    for count, elsewhere, look in rounds:
        fill(forgetful if elsewhere else store, count, stream)
        total += count
        if look:
            store.load(ACCOUNT, stream)
    facts = [event.fact for event in store.stream(stream)]
    state = ACCOUNT.fold(facts)
    assert state == Account(total, total)
    for each in (store, forgetful):
        loaded = each.load(ACCOUNT, stream)
        assert (loaded.version, loaded.state) == (total, state)
        assert each.load_many(ACCOUNT, [stream]) == {stream: loaded}


def test_a_command_on_a_stream_of_ten_thousand_events_reads_few_of_them(
    forgetful: EventStore,
) -> None:
    for _ in range(4):
        fill(forgetful, 2_500)
    assert forgetful.load(ACCOUNT, STREAM).version == 10_000
    for _ in range(5):
        forgetful.append(forgetful.load(ACCOUNT, STREAM), [paid(1)], meta())
        assert events_read(forgetful, ACCOUNT) <= EVERY


def test_a_stream_is_not_read_as_another_kind_of_thing(
    store: EventStore, forgetful: EventStore
) -> None:
    other: Decider[int, Sequence[Fact], Fact] = Decider(
        "policy", 0, lambda state, facts: facts, lambda state, fact: state + 1
    )
    fill(store, 2)
    for asked in (store, forgetful):
        with pytest.raises(OtherKind, match="of one account, not of one policy"):
            asked.load(other, STREAM)
        with pytest.raises(OtherKind):
            asked.load_many(other, [STREAM])
        with pytest.raises(OtherKind):
            asked.load(other, STREAM, up_to_position=10**9)
        assert asked.load(ACCOUNT, STREAM).version == 2
