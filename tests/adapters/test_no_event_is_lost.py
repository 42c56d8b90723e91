"""A reader that follows the log sees every committed event once and in order, whatever runs beside.

Interleavings of writers and a reader are made step by step on real connections, so that each one
is exactly as written; ways of reading that lose events are tried too, and must be caught.
`BIMA_INTERLEAVINGS` sets how many are tried.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.envelope import Batch, Change, Loaded
from adapters.event_store import EventStore, open_store
from adapters.postgres import Connection, connect
from tests.adapters.premiums import CATALOGUE, Account, meta, paid

TRIES = int(os.environ.get("BIMA_INTERLEAVINGS", "150"))
WRITERS = 3
SLOW = settings(
    max_examples=TRIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

Step = tuple[str, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["append", "append_carefully", "commit", "rollback", "savepoint", "undo"]),
        st.integers(0, WRITERS - 1),
    )
    | st.sampled_from([("look", 0), ("read", 0), ("read", 0), ("restart", 0)]),
    min_size=4,
    max_size=24,
)


def append_in(conn: Connection, store: EventStore, *, quick: bool = True) -> None:
    """Two events on a new stream, in whatever transaction the connection is in, either way."""
    facts = (paid(1), paid(2))
    batch = Batch((Change(Loaded(uuid4(), 0, Account()), facts),), meta())
    call = store.writer.quick_call if quick else store.writer.call
    call(conn, [store.writer.group(batch)])


@dataclass
class Following:
    """A reader that keeps its place, as a projector does, and what it was given so far."""

    store: EventStore
    place: int
    given: list[int] = field(default_factory=list)
    safe: int | None = None

    def look(self) -> None:
        self.safe = self.store.safe_position()

    def read(self) -> None:
        if self.safe is None:
            self.look()
        assert self.safe is not None
        self.take(self.safe)
        self.safe = None

    def take(self, bound: int) -> None:
        found = [e.position for e in self.store.reader.after(self.place, 100, bound)]
        self.given += found
        self.place = max(found[-1] if found else 0, bound, self.place)

    def restart(self) -> None:
        self.safe = None


class WithoutWatermark(Following):
    """Reads up to the last position handed out."""

    def look(self) -> None:
        self.safe = self.store.reader.safe_position()[1]


class BoundAfterRows(Following):
    """Reads the rows first and asks afterwards how far they were final."""

    early: list[int] | None = None

    def look(self) -> None:
        self.early = [e.position for e in self.store.reader.after(self.place, 100, 1 << 60)]

    def read(self) -> None:
        if self.early is None:
            self.look()
        assert self.early is not None
        bound = self.store.safe_position()
        self.given += [position for position in self.early if position <= bound]
        self.place = max(bound, self.place)
        self.early = None

    def restart(self) -> None:
        self.early = None


class PlaceOfLastRow(Following):
    """Without a bound at all: whatever is visible, and on from there."""

    def take(self, bound: int) -> None:
        super().take(1 << 60)
        self.place = self.given[-1] if self.given else self.place


class PlaceOnTransactionIds(Following):
    """Rows of transactions older than all that run, and on from the last position among them."""

    OLD = (
        "SELECT position FROM es_event WHERE position > %s "
        "AND xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint "
        "ORDER BY position"
    )

    def take(self, bound: int) -> None:
        with self.store.pool.connection() as conn:
            found = [position for (position,) in conn.execute(self.OLD, (self.place,)).fetchall()]
        self.given += found
        self.place = found[-1] if found else self.place


class Stage:
    """Writers on connections of their own, and a long foreign transaction beside them."""

    def __init__(self, store: EventStore, url: str, stack: ExitStack) -> None:
        self.store = store
        self.writers = [stack.enter_context(connect(url)) for _ in range(WRITERS)]
        self.foreign = stack.enter_context(psycopg.connect(url))
        self.foreign.execute("CREATE TEMPORARY TABLE report (n int)")
        self.foreign.execute("INSERT INTO report VALUES (1)")

    def play(self, script: list[Step], kind: type[Following]) -> tuple[list[int], list[int]]:
        """What the reader was given, and what it should have been given."""
        start = self.store.safe_position()
        reader = kind(self.store, start)
        saved = [False] * WRITERS
        for what, who in script:
            if what in {"look", "read", "restart"}:
                getattr(reader, what)()
            else:
                self._write(what, who, saved)
        for who in range(WRITERS):
            self._write("commit" if who % 2 else "rollback", who, saved)
        reader.restart()
        reader.read()
        with self.store.pool.connection() as conn:
            rows = conn.execute(
                "SELECT position FROM es_event WHERE position > %s ORDER BY position", (start,)
            ).fetchall()
        return reader.given, [position for (position,) in rows]

    def _write(self, what: str, who: int, saved: list[bool]) -> None:
        conn = self.writers[who]
        idle = conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        if what == "depart":
            self.foreign.rollback()
        elif what == "number":  # a transaction's number long before its first event
            conn.execute("BEGIN")
            conn.execute("SELECT pg_current_xact_id()")
        elif what in {"append", "append_carefully"}:
            if idle:
                conn.execute("BEGIN")
            append_in(conn, self.store, quick=what == "append")
        elif idle:
            return
        elif what == "savepoint":
            conn.execute("SAVEPOINT here")
            saved[who] = True
        elif what == "undo":
            if saved[who]:
                conn.execute("ROLLBACK TO here")
        else:
            conn.execute("COMMIT" if what == "commit" else "ROLLBACK")
            saved[who] = False


@pytest.fixture
def stage(store: EventStore, database_url: str) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(store, database_url, stack)


@SLOW
@given(steps)
def test_nothing_is_skipped_doubled_or_reordered(stage: Stage, script: list[Step]) -> None:
    given_out, stored = stage.play(script, Following)
    assert given_out == stored


OVERTAKEN = "append 0, append 1, commit 1, look 0, read 0, commit 0"
BETWEEN = "look 0, append 1, commit 1, read 0"
OLD_BUT_LATE = "depart 0, number 1, append 0, append 1, commit 1, read 0, commit 0"


@pytest.mark.parametrize(
    ("kind", "script"),
    [
        (WithoutWatermark, OVERTAKEN),
        (BoundAfterRows, BETWEEN),
        (PlaceOfLastRow, OVERTAKEN),
        (PlaceOnTransactionIds, OLD_BUT_LATE),
    ],
)
def test_a_way_of_reading_that_loses_events_is_caught(
    stage: Stage, kind: type[Following], script: str
) -> None:
    written = [(what, int(who)) for what, who in (step.split() for step in script.split(", "))]
    given_out, stored = stage.play(written, kind)
    assert set(given_out) < set(stored)
    given_out, stored = stage.play(written, Following)
    assert given_out == stored != []


@pytest.mark.parametrize("last", [2**31 - 2, 2**31 - 1, 2**31, 5 * 2**31 + 7])
def test_a_bound_is_found_again_after_the_31_bits_that_hold_it_overflow(
    store: EventStore, database_url: str, last: int
) -> None:
    with connect(database_url) as writer, connect(database_url) as later:
        writer.execute("SELECT setval('es_position', %s)", (last,))
        writer.execute("BEGIN")
        append_in(writer, store)
        append_in(later, store)
        assert store.reader.safe_position() == (last, last + 4)
        assert store.read_after(last, 9) == []
        writer.execute("COMMIT")
    assert [e.position for e in store.read_after(last, 9)] == [last + n for n in (1, 2, 3, 4)]


def test_a_reader_follows_busy_writers_without_a_loss(database_url: str) -> None:
    """Threads, commits, rollbacks and a long foreign transaction; the reader only subscribes."""
    writers, rounds = 6, 30
    given_out: list[int] = []
    with open_store(database_url, CATALOGUE) as store, open_store(database_url, CATALOGUE) as own:
        subscription = own.subscribe(0)

        def follow() -> None:
            for batch in subscription:
                given_out.extend(event.position for event in batch)

        def write(seed: int) -> None:
            dice = random.Random(seed)
            with connect(database_url) as conn:
                for _ in range(rounds):
                    conn.execute("BEGIN")
                    append_in(conn, store)
                    if dice.random() < 0.3:
                        conn.execute("SELECT pg_sleep(0.002)")
                    conn.execute("ROLLBACK" if dice.random() < 0.3 else "COMMIT")

        follower = threading.Thread(target=follow)
        follower.start()
        with psycopg.connect(database_url) as foreign:
            foreign.execute("CREATE TEMPORARY TABLE report (n int)")
            run_all([lambda seed=seed: write(seed) for seed in range(writers)])  # type: ignore[misc]
            closing = store.append(Loaded(uuid4(), 0, Account()), [paid(9)], meta()).position
        patience = time.monotonic() + 20
        while given_out[-1:] != [closing] and time.monotonic() < patience:
            time.sleep(0.01)
        subscription.stop()
        follower.join()
        with store.pool.connection() as conn:
            rows = conn.execute("SELECT position FROM es_event ORDER BY position").fetchall()
        committed = [position for (position,) in rows]
    assert len(committed) > writers * rounds
    assert given_out == committed


def run_all(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
