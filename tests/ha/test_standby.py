"""Readers of a standby see the log as those of the primary do: in order, whole, nothing twice."""

import random
import threading
import time
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from adapters.envelope import Batch, Change, Loaded
from adapters.event_store import EventStore, open_store
from adapters.postgres import connect
from adapters.secret_keys import log_signing_key
from deploy.children import wait_until
from tests.adapters.premiums import CATALOGUE, Account, meta, paid
from tests.support.standby import pair
from workers.sealing import Sealing

SECONDS = 3.0


def write(store: EventStore, number: int, until: float) -> None:
    """Append; some transactions stay open for a while with their positions, some are undone."""
    chance = random.Random(number)
    with connect(store.pool.dsn) as own:
        while time.monotonic() < until:
            change = Change(Loaded(uuid4(), 0, Account()), (paid(1), paid(2)))
            if chance.random() < 0.7:
                store.append_many([Batch((change,), meta())])
                continue
            undone = chance.random() < 0.3
            with own.transaction(force_rollback=undone):
                store.writer.call(own, [store.writer.group(Batch((change,), meta()))])
                time.sleep(chance.random() * 0.1)


def test_readers_of_a_standby_never_skip(tmp_path: Path) -> None:
    log_signing_key(tmp_path / "secrets")
    with pair(tmp_path, synchronous=False) as (primary, standby):
        sealing = Sealing(primary.url(), tmp_path / "secrets")
        sealer = threading.Thread(target=sealing.run)
        sealer.start()
        with (
            open_store(primary.url(), CATALOGUE) as store,
            open_store(standby.url(), CATALOGUE) as read_only,
        ):
            until = time.monotonic() + SECONDS
            writers = [threading.Thread(target=write, args=(store, n, until)) for n in range(6)]
            for writer in writers:
                writer.start()
            seen, naive, cursor = [], [0], 0
            with connect(standby.url()) as careless:
                while time.monotonic() < until:
                    found = read_only.read_after(cursor, 1_000)
                    seen += [event.position for event in found]
                    cursor = seen[-1] if seen else 0
                    rows = careless.execute(
                        "SELECT position FROM es_event WHERE position > %s ORDER BY 1", naive[-1:]
                    )
                    naive += [position for (position,) in rows]
            for writer in writers:
                writer.join()
            last = store.safe_position()
            assert wait_until(lambda: read_only.safe_position() >= last, 10)
            while found := read_only.read_after(cursor, 1_000):
                seen += [event.position for event in found]
                cursor = seen[-1]
            written = [event.position for event in store.read_after(0, 1_000_000)]
        sealing.stop()
        sealer.join(60)
    assert len(written) > 100
    assert seen == written
    assert set(naive[1:]) < set(written), "who reads what is visible skips what comes later"


def test_a_standby_says_that_it_cannot_be_written_to(tmp_path: Path) -> None:
    with (
        pair(tmp_path, synchronous=False) as (_, standby),
        open_store(standby.url(), CATALOGUE) as store,
    ):
        change = Change(Loaded(uuid4(), 0, Account()), (paid(1),))
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction, match="read-only"):
            store.append_together((change,), meta())
        assert store.read_after(0, 10) == []
