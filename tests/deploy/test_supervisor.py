"""What `bima up` starts is kept running, stops in order, and never outlives it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from deploy.children import alive, wait_until
from deploy.folders import PROJECT
from deploy.running import Running, running
from deploy.stack import stop_stack


@contextmanager
def small_stack(state: Path) -> Iterator[tuple[subprocess.Popen[bytes], Running]]:
    """The small stack under the real supervisor, ready; ended whatever the test does."""
    own = ("DATABASE_URL", "REDIS_URL", "BIMA_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    command = [sys.executable, "-m", "tests.support.small_stack", str(state)]
    with (state.parent / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=said, stderr=said)
    try:
        wait_until(lambda: _ready(state) or process.poll() is not None, 60)
        stack = running(state)
        assert stack is not None, (state.parent / "said").read_text()
        yield process, stack
    finally:
        process.kill()
        process.wait()


def _ready(state: Path) -> bool:
    stack = running(state)
    return stack is not None and stack.ready


def descendants(pid: int) -> set[int]:
    """All living processes below `pid`."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, below = set[int](), {pid}
    while below:
        below = {child for child, parent in parents.items() if parent in below}
        found |= below
    return found


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_killed_supervisor_leaves_no_process_behind(state: Path) -> None:
    with small_stack(state) as (supervisor, _):
        family = descendants(supervisor.pid)
        os.kill(supervisor.pid, signal.SIGKILL)
        supervisor.wait()
        gone = wait_until(lambda: not any(map(alive, family)), 15)
    assert len(family) >= 10  # two servers with their sessions, three parts, the worker's forks
    assert gone, [pid for pid in family if alive(pid)]
    assert running(state) is None


def test_it_starts_again_over_what_a_kill_left(state: Path) -> None:
    with small_stack(state) as (supervisor, stack):
        with psycopg.connect(stack.database_url) as db:
            db.execute("CREATE TABLE kept AS SELECT 1 AS claim")
        os.kill(supervisor.pid, signal.SIGKILL)
        supervisor.wait()
        with small_stack(state) as (_, again), psycopg.connect(again.database_url) as db:
            assert db.execute("SELECT claim FROM kept").fetchone() == (1,)


def test_it_stops_in_order_and_leaves_no_process_behind(state: Path) -> None:
    with small_stack(state) as (supervisor, _):
        family = descendants(supervisor.pid)
        assert stop_stack(state) is not None
        assert supervisor.wait(5) == 0
        assert not any(map(alive, family))
    said = (state.parent / "said").read_text()
    assert "did not stop" not in said
    assert "stopped after" in said
    assert "database system is shut down" in (state / "logs" / "postgres.log").read_text()


def test_a_part_that_dies_is_started_again(state: Path) -> None:
    with small_stack(state) as (_, stack):
        os.kill(stack.processes["api"], signal.SIGKILL)

        def back() -> bool:
            now = running(state)
            return now is not None and now.processes["api"] not in (0, stack.processes["api"])

        assert wait_until(back, 20)
        assert wait_until(lambda: _answers(stack.api_url), 20)
        now = running(state)
        assert now is not None
        assert now.restarts == {"waits": 0, "workers": 0, "api": 1}


def test_a_database_that_dies_is_started_again_with_all_that_was_committed(state: Path) -> None:
    with small_stack(state) as (_, stack):
        with psycopg.connect(stack.database_url) as db:
            db.execute("CREATE TABLE kept AS SELECT 1 AS claim")
        os.kill(stack.processes["postgresql"], signal.SIGKILL)

        def committed() -> bool:
            try:
                with psycopg.connect(stack.database_url) as db:
                    return db.execute("SELECT claim FROM kept").fetchone() == (1,)
            except psycopg.OperationalError:
                return False

        assert wait_until(committed, 30, every=0.1)


def test_a_second_supervisor_over_the_same_folder_is_refused(state: Path) -> None:
    with small_stack(state) as (_, stack):
        command = [sys.executable, "-m", "tests.support.small_stack", str(state)]
        second = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert "already runs" in second.stderr
        assert running(state) == stack


def test_status_and_doctor_see_what_runs(state: Path) -> None:
    with small_stack(state) as (_, stack):
        status = bima("status", "--json", state=state)
        assert status.returncode == 0, status.stdout
        told = json.loads(status.stdout)
        assert told["api_url"] == stack.api_url
        assert {part["name"]: part["pid"] for part in told["processes"]} == {
            "supervisor": stack.supervisor,
            **stack.processes,
        }
        assert told["log"]["position"] == 0
        assert told["messages"] == 0
        doctor = bima("doctor", state=state)
        assert doctor.returncode == 0, doctor.stdout
        assert "answers and is up to date" in doctor.stdout


def bima(*words: str, state: Path) -> subprocess.CompletedProcess[str]:
    """A command of ours that looks at the stack over `state`."""
    own = ("DATABASE_URL", "REDIS_URL")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    environment |= {"BIMA_HOME": str(state), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-P", "-m", "cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/live", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
