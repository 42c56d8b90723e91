"""Starting and stopping a whole Bima from another command, as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.children import start_child, wait_until
from deploy.folders import PROJECT, NotReady, private_folder
from deploy.leftovers import end, end_leftovers
from deploy.running import Running, last_note, running


def start_stack(
    state: Path, *, tied: bool, seconds: float = 300, program: Sequence[str] = ("cli", "up")
) -> Running:
    """Start `bima up` beside this process and wait until all of it is ready.

    A `tied` stack ends when this process does; otherwise it runs until `bima down`. Another
    `program` (a module and its arguments) may run the supervisor instead.
    Raises NotReady, with the end of its log, if it does not come up.
    """
    if (there := running(state)) is not None and there.ready:
        raise NotReady(f"Bima already runs at {there.api_url}: `bima down` stops it")
    log = private_folder(private_folder(state) / "logs") / "supervisor.log"
    argv = [sys.executable, "-P", "-u", "-m", *program]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "BIMA_HOME": str(state)}
    with log.open("ab") as output:
        begin = output.tell()
        # Its answer to SIGTERM is to stop everything in order.
        death_signal = signal.SIGTERM if tied else 0
        child = start_child(
            argv, output=output, env=environment, cwd=PROJECT, death_signal=death_signal
        )
    wait_until(lambda: _ready(state, child) or child.poll() is not None, seconds, every=0.05)
    started = running(state)
    if started is None or not started.ready:
        end(child.pid)
        child.wait()
        raise NotReady(f"Bima did not start\n{log.read_bytes()[begin:].decode(errors='replace')}")
    return started


def stop_stack(state: Path, seconds: float = 90) -> float | None:
    """Stop the stack that runs over `state`; how long it took in seconds, or None if none runs.

    Also ends what an interrupted stop may have left. Raises NotReady if something stays.
    """
    started = time.monotonic()
    noted = last_note(state)
    if noted is None:
        return None
    ours = running(state) is not None
    if ours:
        os.kill(noted.supervisor, signal.SIGTERM)
        if not wait_until(lambda: running(state) is None, seconds, every=0.02):
            os.kill(noted.supervisor, signal.SIGKILL)
    left = end_leftovers(state)
    return time.monotonic() - started if ours or left else None


def _ready(state: Path, child: subprocess.Popen[bytes]) -> bool:
    found = running(state)
    return found is not None and found.ready and found.supervisor == child.pid
