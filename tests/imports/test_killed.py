"""An import that is killed at any moment leaves whole records, and the next run ends the work."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.verification import verify_streams
from commands.context import Desk
from deploy.folders import PROJECT
from tests.imports.conftest import Figures
from tests.imports.test_synthea import KNOWN


def start(folder: Path, database_url: str, home: Path) -> subprocess.Popen[bytes]:
    """`bima import synthea FOLDER` as a process of its own."""
    command = [sys.executable, "-m", "cli", "import", "synthea", str(folder)]
    own = {"DATABASE_URL": database_url, "BIMA_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(command, cwd=home, env={**os.environ, **own}, stdout=subprocess.DEVNULL)


def claims_recorded(desk: Desk) -> int:
    return len(desk.store.read_after(0, 10_000_000, names=["claim.taken_over"]))


@pytest.mark.parametrize("kill_after", [0, 1, 700])
def test_a_killed_import_is_finished_by_the_next_one(
    desk: Desk, shared_data: Path, database_url: str, tmp_path: Path, kill_after: int
) -> None:
    """Killed before its first event, within the first records, and amid the claims."""
    folder = shared_data / "data/synthea-csv/ma27"
    importing = start(folder, database_url, tmp_path)
    give_up = time.monotonic() + 60
    while desk.store.safe_position() < kill_after and time.monotonic() < give_up:
        assert importing.poll() is None, "the import ended before it could be killed"
        time.sleep(0.005)
    importing.kill()
    importing.wait(timeout=60)
    assert desk.store.safe_position() >= kill_after
    recorded = claims_recorded(desk)
    assert recorded < KNOWN["ma27"].claims
    again = start(folder, database_url, tmp_path)
    assert again.wait(timeout=120) == 0
    assert Figures.of_ledger(desk) == KNOWN["ma27"]
    assert verify_streams(database_url).faults == []
