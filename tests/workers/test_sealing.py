"""The sealer's process: everything is sealed soon, and being killed costs nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import pytest

from adapters.envelope import Change, Loaded
from adapters.event_store import EventStore, open_store
from adapters.merkle import root_of
from adapters.postgres import Connection, connect
from adapters.seal_rows import checkpoints, leaves
from tests.adapters.premiums import CATALOGUE, Account, meta, paid
from workers.sealing import Sealing

PROJECT = Path(__file__).resolve().parents[2]


def append(store: EventStore, events: int = 1) -> int:
    facts = tuple(paid(n) for n in range(events))
    return store.append_together((Change(Loaded(uuid4(), 0, Account()), facts),), meta()).position


@contextmanager
def sealing(dsn: str, folder: Path) -> Iterator[Sealing]:
    works = Sealing(dsn, folder)
    thread = threading.Thread(target=works.run)
    thread.start()
    try:
        yield works
    finally:
        works.stop()
        thread.join(60)
        assert not thread.is_alive()


def sealed_while_written(dsn: str, folder: Path) -> list[float]:
    """Seconds from an append's answer to the checkpoint over it, all of the log being sealed."""
    acknowledged: dict[int, float] = {}
    with open_store(dsn, CATALOGUE) as store:
        with sealing(dsn, folder):
            until = time.time() + 3
            while time.time() < until:
                acknowledged[append(store, 3)] = time.time()
                time.sleep(0.01)
        with connect(dsn) as conn:
            signed = list(checkpoints(conn))
            total = leaves(conn, 0, 2**62).hashes
    assert signed[-1].root == root_of(total)
    assert signed[-1].position == max(acknowledged)
    assert len(signed) <= 12, "quiet seconds need few statements"
    return [
        next(one.sealed_at for one in signed if one.position >= position).timestamp() - at
        for position, at in acknowledged.items()
    ]


def test_every_event_is_sealed_while_others_are_written(database_url: str, tmp_path: Path) -> None:
    assert sealed_while_written(database_url, tmp_path)


@pytest.mark.long
def test_every_event_is_sealed_within_a_second(database_url: str, tmp_path: Path) -> None:
    """A figure, so nothing else may run beside it."""
    assert quantiles(sealed_while_written(database_url, tmp_path), n=100)[98] < 1.0


def test_the_safe_position_is_published_as_the_log_grows(database_url: str, tmp_path: Path) -> None:
    with (
        open_store(database_url, CATALOGUE) as store,
        connect(database_url) as conn,
        sealing(database_url, tmp_path),
    ):
        position = append(store)
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            row = conn.execute("SELECT safe FROM es_published WHERE shard = 0").fetchone()
            if row is not None and row[0] >= position:
                return
            time.sleep(0.01)
    raise AssertionError(f"the log is final up to {position}, and nobody says so")


def test_a_sealer_that_is_killed_again_and_again_seals_everything_once(
    database_url: str, tmp_path: Path
) -> None:
    environment = {
        **os.environ, "PYTHONPATH": str(PROJECT), "DATABASE_URL": database_url,
        "BIMA_HOME": str(tmp_path), "BIMA_SECRETS_DIR": str(tmp_path / "secrets"),
    }  # fmt: skip
    stop = threading.Event()
    with open_store(database_url, CATALOGUE) as store, connect(database_url) as conn:

        def write() -> None:
            while not stop.is_set():
                append(store, 7)
                time.sleep(0.005)

        writer = threading.Thread(target=write)
        writer.start()
        before = 0
        for _ in range(3):
            with subprocess.Popen(
                [sys.executable, "-m", "workers.sealing"], cwd=PROJECT, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ) as child:  # fmt: skip
                try:
                    wait_for_more(conn, before)
                finally:
                    child.send_signal(signal.SIGKILL)
            before = sealed_size(conn)
        stop.set()
        writer.join()
        with sealing(database_url, tmp_path / "secrets"):
            wait_for_more(conn, before)
        total = leaves(conn, 0, 2**62).hashes
        for one in checkpoints(conn):
            assert one.root == root_of(total[: one.size])
        assert sealed_size(conn) == len(total)


def sealed_size(conn: Connection) -> int:
    row = conn.execute("SELECT COALESCE(max(tree_size), 0) FROM seal_checkpoint").fetchone()
    assert row is not None
    return int(row[0])


def wait_for_more(conn: Connection, than: int) -> None:
    give_up = time.monotonic() + 30
    while sealed_size(conn) <= than:
        assert time.monotonic() < give_up, "nothing was sealed"
        time.sleep(0.02)
