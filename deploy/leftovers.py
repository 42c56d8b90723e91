"""Processes of a stack whose supervisor is gone, found by the note it left, and ended."""

import os
import signal
from pathlib import Path

from deploy.children import alive, wait_until
from deploy.folders import NotReady
from deploy.running import last_note


def leftovers(state: Path) -> list[int]:
    """Living processes that the last stack over `state` noted as its own."""
    noted = last_note(state)
    pids = noted.processes.values() if noted is not None else ()
    return [pid for pid in pids if pid and belongs(pid, state)]


def end_leftovers(state: Path) -> int:
    """End them and tell how many there were. Raises NotReady if one stays."""
    left = leftovers(state)
    for pid in left:
        end(pid)
    if stays := [pid for pid in left if belongs(pid, state)]:
        raise NotReady(f"processes {stays} of an earlier start do not end: `kill -9` them")
    return len(left)


def belongs(pid: int, state: Path) -> bool:
    """Whether this process is a living part of the stack over `state`: its command line or its
    environment names the folder. A number that went to another program does not count."""
    if not alive(pid):
        return False
    try:
        known = (
            Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        )
    except OSError:
        return False
    return os.fsencode(state) in known


def end(pid: int, seconds: float = 30) -> None:
    """Ask a process to stop cleanly, and kill it if it does not within `seconds`."""
    for signum in (signal.SIGINT, signal.SIGKILL):
        try:
            os.kill(pid, signum)
        except ProcessLookupError:
            return
        if wait_until(lambda: not alive(pid), seconds):
            return
