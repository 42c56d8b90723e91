"""The projector as a process: it says when it is ready, stops cleanly, is replaced when killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.postgres import connect
from deploy.children import wait_until
from projections import PROJECTIONS, named, standing
from projections.rebuilding import Rebuild
from tests.projections.book import Book
from tests.projections.digests import digests

PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def projector(database_url: str, state: Path) -> Iterator[subprocess.Popen[str]]:
    """A projector process of its own; killed at the end if it still runs."""
    environment = {**os.environ, "DATABASE_URL": database_url, "BIMA_HOME": str(state)}
    process = subprocess.Popen(
        [sys.executable, "-m", "projections"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def reached(database_url: str) -> int:
    """The position that all projections have come to."""
    with connect(database_url) as conn:
        return min(position for position, _ in standing.positions(conn).values())


def owners(database_url: str) -> set[str]:
    with connect(database_url) as conn:
        return {one.owner.partition(":")[2] for one in standing.standings(conn)}


def test_it_follows_the_log_and_ends_when_it_is_told(
    book: Book, database_url: str, tmp_path: Path
) -> None:
    with projector(database_url, tmp_path) as process:
        assert process.stdout is not None
        last = book.store.safe_position()
        said = json.loads(process.stdout.readline())["said"]
        assert said.startswith(f"ready at position {last} ")
        book.submit_many(8)
        assert wait_until(lambda: reached(database_url) >= book.store.safe_position(), 120)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_when_it_is_killed_another_goes_on_and_nothing_is_lost_or_doubled(
    told_book: Book, database_url: str, tmp_path: Path
) -> None:
    with projector(database_url, tmp_path) as first:
        assert wait_until(lambda: owners(database_url) == {str(first.pid)}, 120)
        with projector(database_url, tmp_path) as second:
            told_book.submit_many(16)
            first.kill()
            first.wait()
            told_book.submit_many(16)
            assert wait_until(lambda: owners(database_url) == {str(second.pid)}, 120)
            told_book.submit_many(16)
            assert wait_until(lambda: reached(database_url) >= told_book.store.safe_position(), 120)
            live = digests(database_url)
    Rebuild(database_url, PROJECTIONS).run()
    assert digests(database_url) == live
    assert live["claims"][0] == len(told_book.claims) + 2


def test_tables_of_an_earlier_version_are_filled_anew_by_themselves(
    told_book: Book, database_url: str, tmp_path: Path
) -> None:
    with connect(database_url) as conn:
        conn.execute("UPDATE read_model SET version = 0 WHERE name = 'payments'")
        conn.execute("ALTER TABLE payments DROP COLUMN queue")
    with projector(database_url, tmp_path):
        assert wait_until(lambda: reached(database_url) >= told_book.store.safe_position(), 120)
    with connect(database_url) as conn:
        row = conn.execute("SELECT count(queue) FROM payments").fetchone()
        version = standing.positions(conn)["payments"][1]
    assert row is not None
    assert row[0] > 0
    assert version == named("payments").version
