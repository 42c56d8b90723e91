"""What `bima up` starts is kept running, stops in order, and never outlives it."""

import json
import os
import signal
import socket
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
from deploy.supervisor import listening


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


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state folder of a stack that runs while this file's tests do."""
    state = tmp_path_factory.mktemp("small") / "state"
    with small_stack(state):
        yield state


def test_a_killed_supervisor_leaves_no_process_and_all_that_was_committed(state: Path) -> None:
    with small_stack(state) as (supervisor, killed):
        with psycopg.connect(killed.owner_database_url) as db:
            db.execute("CREATE TABLE kept AS SELECT 1 AS claim")
        family = descendants(supervisor.pid)
        assert len(family) >= 10  # two servers with their sessions, three parts, a worker's forks
        os.kill(supervisor.pid, signal.SIGKILL)
        supervisor.wait()
        gone = wait_until(lambda: not any(map(alive, family)), 30)
        assert gone, [pid for pid in family if alive(pid)]
        assert running(state) is None
    with small_stack(state) as (_, again), psycopg.connect(again.owner_database_url) as db:
        assert db.execute("SELECT claim FROM kept").fetchone() == (1,)


def test_it_stops_in_order_and_leaves_no_process_behind(state: Path) -> None:
    with small_stack(state) as (supervisor, _):
        family = descendants(supervisor.pid)
        assert stop_stack(state) is not None
        assert supervisor.wait(60) == 0
        assert not any(map(alive, family))
    said = (state.parent / "said").read_text()
    assert "did not stop" not in said
    assert "stopped after" in said
    assert "database system is shut down" in (state / "logs" / "postgres.log").read_text()


def test_a_part_that_dies_is_started_again_and_a_call_meanwhile_waits(stack: Path) -> None:
    before = noted(stack)
    os.kill(before.processes["api"], signal.SIGKILL)
    assert wait_until(lambda: not alive(before.processes["api"]), 5)
    assert _answers(before.api_url), "the call was turned away"
    assert wait_until(lambda: noted(stack).processes["api"] not in (0, before.processes["api"]), 30)
    assert noted(stack).restarts == {**before.restarts, "api": before.restarts["api"] + 1}


def test_a_database_that_dies_is_started_again_with_all_that_was_committed(stack: Path) -> None:
    before = noted(stack)
    with psycopg.connect(before.owner_database_url) as db:
        db.execute("CREATE TABLE kept AS SELECT 1 AS claim")
    os.kill(before.processes["postgresql"], signal.SIGKILL)

    def committed() -> bool:
        try:
            with psycopg.connect(before.owner_database_url) as db:
                return db.execute("SELECT claim FROM kept").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    assert wait_until(committed, 60, every=0.1)
    assert wait_until(
        lambda: noted(stack).processes["postgresql"] != before.processes["postgresql"], 10
    )


def test_a_second_supervisor_over_the_same_folder_is_refused(stack: Path) -> None:
    before = noted(stack)
    command = [sys.executable, "-m", "tests.support.small_stack", str(stack)]
    second = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert noted(stack) == before


def test_status_and_doctor_see_what_runs(stack: Path) -> None:
    wait_until(lambda: all(noted(stack).processes.values()), 30)
    status = bima("status", "--json", state=stack)
    assert status.returncode == 0, status.stdout
    told, running_now = json.loads(status.stdout), noted(stack)
    assert told["api_url"] == running_now.api_url
    assert {part["name"]: part["pid"] for part in told["processes"]} == {
        "supervisor": running_now.supervisor,
        **running_now.processes,
    }
    assert (told["log"]["position"], told["messages"]) == (0, 0)
    doctor = bima("doctor", state=stack)
    assert doctor.returncode == 0, doctor.stdout
    assert "answers and is up to date" in doctor.stdout


def noted(state: Path) -> Running:
    """What the running stack says of itself now."""
    found = running(state)
    assert found is not None
    return found


def bima(*words: str, state: Path) -> subprocess.CompletedProcess[str]:
    """A command of ours that looks at the stack over `state`."""
    own = ("DATABASE_URL", "REDIS_URL")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    environment |= {"BIMA_HOME": str(state), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-P", "-m", "cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/live", timeout=30) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_an_answer_in_two_parts_does_not_wait_for_the_first_to_be_confirmed() -> None:
    with (
        listening("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as call,
    ):
        assert call.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
