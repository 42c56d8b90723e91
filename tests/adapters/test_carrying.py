"""Calls that a loop carries: they wait side by side, beside threads, and nobody waits for good."""

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
import pytest

from adapters.carrying import Lock, Places, Turn, carried, carrying, elsewhere, pause, wait_for
from adapters.envelope import Conflict, Loaded
from adapters.event_store import EventStore
from adapters.postgres import Connection, NoConnection, Pool
from adapters.statements import Statement
from tests.adapters.premiums import ACCOUNT, Account, meta, paid

T = TypeVar("T")
ASLEEP = "SELECT pg_sleep(0.2)"
_STATEMENT = Statement("test_sum", "SELECT $1 + 1", (23,))
_LOCK = Statement("test_lock", "SELECT pg_advisory_xact_lock($1)", (20,))
_ONE = (1).to_bytes(8, "big")


def together(*calls: Callable[[], T]) -> list[T | BaseException]:
    """What all calls come to, carried by one loop at once."""

    async def run() -> list[T | BaseException]:
        async with asyncio.timeout(60):
            return await asyncio.gather(*map(carried, calls), return_exceptions=True)

    return asyncio.run(run())


def test_a_call_is_carried_with_its_arguments_context_and_errors() -> None:
    word: ContextVar[str] = ContextVar("word")

    def call(one: int, *, two: int) -> tuple[int, str, bool]:
        pause(0.01)
        return one + two, word.get(), carrying() is not None

    def failing() -> None:
        pause(0.01)
        raise LookupError("as it said")

    async def run() -> None:
        word.set("heard")
        assert await carried(call, 1, two=2) == (3, "heard", True)
        with pytest.raises(LookupError, match="as it said"):
            await carried(failing)

    asyncio.run(run())
    assert carrying() is None


def test_an_error_of_what_is_awaited_belongs_to_the_call() -> None:
    async def fails() -> int:
        raise LookupError

    def call() -> str:
        with pytest.raises(LookupError):
            wait_for(fails())
        return "went on"

    assert together(call) == ["went on"]


def test_while_one_waits_for_the_server_the_others_go_on(database_url: str) -> None:
    """Whoever waits for what another holds would not be let in, were one to block the loop."""
    pool = Pool(database_url, largest=4)

    def tells() -> None:
        with pool.connection() as conn:
            conn.execute("SELECT pg_advisory_lock(1)")
            conn.execute(ASLEEP)
            conn.execute("SELECT pg_advisory_unlock(1)")

    def hears(says: Callable[[Connection], object]) -> None:
        pause(0.05)
        with pool.connection() as conn:
            says(conn)

    def plain(conn: Connection) -> None:
        conn.execute("SELECT pg_advisory_xact_lock(1)")

    def quick(conn: Connection) -> None:
        _LOCK.run(conn, [_ONE])

    def quick_in_a_transaction(conn: Connection) -> None:
        with conn.transaction():
            _LOCK.run(conn, [_ONE])

    ways = plain, quick, quick_in_a_transaction
    assert together(tells, *[lambda way=way: hears(way) for way in ways]) == [None] * 4
    pool.close()


def test_many_share_few_connections_and_none_is_lost(database_url: str) -> None:
    pool = Pool(database_url, largest=2)

    def plain() -> int:
        with pool.connection() as conn:
            row = conn.execute("SELECT 1").fetchone()
            assert row is not None
            return int(row[0])

    def quick() -> int:
        with pool.connection() as conn:
            result = _STATEMENT.run(conn, [(41).to_bytes(4, "big")])
            return int.from_bytes(result.get_value(0, 0) or b"", "big")

    def wrong() -> int:
        with pool.connection() as conn:
            conn.execute("SELECT nothing")
        return 0

    found = together(*[plain, quick, wrong] * 20)
    assert found[0::3] == [1] * 20
    assert found[1::3] == [42] * 20
    assert all(isinstance(one, psycopg.errors.UndefinedColumn) for one in found[2::3])
    assert len(pool._idle) == 2
    pool.close()


def test_who_waits_too_long_for_a_connection_is_told(database_url: str) -> None:
    pool = Pool(database_url, largest=1)

    told: list[str] = []

    def holds() -> None:
        with pool.connection():
            while not told:
                pause(0.01)

    def asks() -> None:
        with pytest.raises(NoConnection, match=r"0\.05 s"), pool.connection(timeout=0.05):
            pass
        told.append("none was free")

    assert together(holds, asks, holds) == [None] * 3
    pool.close()


def test_a_call_that_is_given_up_gives_its_connection_back(database_url: str) -> None:
    pool = Pool(database_url, largest=1)

    def asks(seconds: float) -> None:
        with pool.connection() as conn:
            conn.execute("SELECT pg_sleep(%s)", (seconds,))

    async def run() -> None:
        given_up = asyncio.create_task(carried(asks, 60))
        waits = asyncio.create_task(carried(asks, 60))
        await asyncio.sleep(0.3)
        waits.cancel()
        given_up.cancel()
        outcomes = await asyncio.gather(given_up, waits, return_exceptions=True)
        assert [type(one) for one in outcomes] == [asyncio.CancelledError] * 2
        await asyncio.wait_for(carried(asks, 0), 30)

    asyncio.run(run())
    pool.close()


def test_a_server_that_hangs_up_fails_its_own_call_alone(database_url: str) -> None:
    pool = Pool(database_url, largest=2)

    def dies() -> None:
        with pool.connection() as conn:
            conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def goes_on() -> int:
        with pool.connection() as conn:
            conn.execute(ASLEEP)
            return 1

    died, went_on = together(dies, goes_on)
    assert isinstance(died, psycopg.OperationalError)
    assert went_on == 1
    assert together(goes_on) == [1]
    pool.close()


def test_a_lock_is_held_across_a_wait_by_threads_and_carried_calls_alike() -> None:
    lock, inside, most = Lock(), 0, 0

    def call() -> None:
        nonlocal inside, most
        for _ in range(5):
            with lock:
                inside += 1
                most = max(most, inside)
                pause(0.002)
                inside -= 1

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert together(*[call] * 4) == [None] * 4
    for thread in threads:
        thread.join(30)
    assert (inside, most) == (0, 1)


def test_places_are_given_in_order_and_to_who_still_waits() -> None:
    places, order = Places(1), list[str]()

    def comes(name: str, seconds: float) -> None:
        if places.take(seconds):
            order.append(name)
            while len(order) < 2:
                pause(0.01)
            places.give_back()
        else:
            order.append(f"{name} left")

    calls: list[Callable[[], None]] = [
        lambda: comes("first", 30),
        lambda: comes("impatient", 0.05),
        lambda: comes("second", 30),
        lambda: comes("third", 30),
    ]
    assert together(*calls) == [None] * 4
    assert order == ["first", "impatient left", "second", "third"]
    assert places.take(0)
    assert not places.take(0)


def test_a_turn_can_be_given_from_a_thread_and_before_it_is_waited_for() -> None:
    def call() -> list[bool]:
        late, early, never = Turn(), Turn(), Turn()
        early.give()
        timer = threading.Timer(0.05, late.give)
        timer.start()
        return [late.wait(30), early.wait(30), never.wait(0.05)]

    assert together(call) == [[True, True, False]]
    assert call() == [True, True, False]


def test_what_can_only_block_is_done_by_a_thread() -> None:
    here = threading.get_ident()
    assert elsewhere(threading.get_ident) == here
    assert together(lambda: elsewhere(threading.get_ident)) != [here]


def test_threads_and_a_loop_append_to_one_log(store: EventStore) -> None:
    """Each gets its own answer, whoever wrote for whom; who lost a race is told so."""
    stream = uuid4()
    stale = store.load(ACCOUNT, stream)
    store.append(stale, [paid(1)], meta())
    outcomes: list[object] = []

    def command(number: int) -> None:
        for again in range(3):
            lost = (number, again) == (7, 1)
            loaded: Loaded[Any] = stale if lost else Loaded(uuid4(), 0, Account())
            try:
                receipt = store.append(loaded, [paid(number)], meta())
            except Conflict:
                outcomes.append("lost")
            else:
                assert store.load(ACCOUNT, loaded.stream_id).version == 1
                outcomes.append(receipt.position)

    threads = [threading.Thread(target=command, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    together(*[lambda n=n: command(n) for n in range(10, 20)], *[lambda: command(7)])
    for thread in threads:
        thread.join(60)
    positions = [event.position for event in store.read_after(0, 999)][1:]
    told = [one for one in outcomes if one != "lost"]
    assert outcomes.count("lost") == 2
    assert sorted(map(int, map(str, told))) == sorted(positions)
    assert len(positions) == 61
