"""A disk that is full: writers are told so, and what was acknowledged is there afterwards."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.envelope import Change, Loaded
from adapters.event_store import EventStore, open_store
from adapters.postgres import connect
from adapters.verification import verify_streams
from deploy.children import wait_until
from deploy.postgres import PostgresServer
from migrations.apply import apply
from tests.adapters.premiums import CATALOGUE, Account, meta, paid

MEGABYTES = 220
chance = random.Random(1)
SMALL = {
    "fsync": "on", "shared_buffers": "16MB", "max_wal_size": "64MB", "min_wal_size": "32MB",
    "checkpoint_timeout": "30s", "log_min_duration_statement": "-1",
}  # fmt: skip


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0700", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk cannot be mounted here: that takes an administrator")
    try:
        yield place
    finally:
        # Sessions of the server may hold it for a moment.
        unmount = ["umount", str(place)]
        assert wait_until(
            lambda: subprocess.run(unmount, capture_output=True, check=False).returncode == 0, 20
        )


def append(store: EventStore, events: int = 20) -> UUID:
    """The id of a command that was acknowledged."""
    command = uuid4()
    facts = tuple(replace(paid(n), note=chance.randbytes(1_000).hex()) for n in range(events))
    store.append_together((Change(Loaded(uuid4(), 0, Account()), facts),), meta(command_id=command))
    return command


def append_until_told(store: EventStore, acknowledged: set[UUID]) -> None:
    """Append until the server says that it cannot go on."""
    while len(acknowledged) < 20_000:
        acknowledged.add(append(store))


def test_a_full_disk_is_said_and_loses_nothing(small_disk: Path) -> None:
    server = PostgresServer(small_disk, SMALL)
    url = server.start()
    try:
        apply(url)
        acknowledged: set[UUID] = set()
        ballast = small_disk / "ballast"
        with open_store(url, CATALOGUE) as store:
            store.writer.patience = 0.5
            acknowledged.update(append(store) for _ in range(50))
            fill(ballast, small_disk)
            with pytest.raises((psycopg.errors.DiskFull, psycopg.OperationalError)):
                append_until_told(store, acknowledged)
        ballast.unlink()
        if not wait_until(lambda: answers(url), 5):  # its own log had no room: it stopped
            server.stop()
            url = server.start()
        with open_store(url, CATALOGUE) as store, connect(url) as conn:
            acknowledged.add(append(store))
            stored = {
                command for (command,) in conn.execute("SELECT DISTINCT command_id FROM es_event")
            }
        assert acknowledged <= stored
        assert verify_streams(url).faults == []
    finally:
        server.stop()


def fill(ballast: Path, disk: Path) -> None:
    """Leave a few megabytes."""
    with ballast.open("wb") as file:
        try:
            while free(disk) > 6_000_000:
                file.write(bytes(1_000_000))
                file.flush()
        except OSError:
            return


def free(disk: Path) -> int:
    return shutil.disk_usage(disk).free


def answers(url: str) -> bool:
    try:
        with connect(url) as conn:
            return conn.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
