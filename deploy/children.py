"""Starting another program so that it never outlives the program that started it.

A ledger must not leave servers behind: if the starter is killed without a chance to clean up,
the kernel itself ends the child.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with_parent(parent: int | None = None, signum: int = signal.SIGKILL) -> None:
    """Ask the kernel to send `signum` to this process when its parent ends.

    The kernel watches the *thread* that made this process, so start children from the main
    thread. Where the kernel knows no such wish (macOS) nothing happens: there the next start
    and `bima doctor` find what was left.
    """
    if _LIBC is None:
        return
    parent = os.getppid() if parent is None else parent
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(1)


def start_child(
    argv: Sequence[str | Path],
    *,
    output: IO[bytes] | int | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: int = signal.SIGKILL,
    before_exec: Callable[[], None] | None = None,
    inherited: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own, so that Ctrl-C reaches only the starter, which
    stops its children in order. `output` receives what it prints; `before_exec` runs in the
    child first. `inherited` are the open files that it is handed."""
    parent = os.getpid()

    def prepare() -> None:
        if before_exec is not None:
            before_exec()
        end_with_parent(parent, death_signal)  # last: a change of user would clear it

    return subprocess.Popen(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=output if output is not None else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
        pass_fds=inherited,
        preexec_fn=prepare,  # noqa: PLW1509  # two system calls, no lock is taken
    )


def stop_child(child: subprocess.Popen[bytes], signum: int, seconds: float) -> bool:
    """Stop a child and reap it; True if it ended by itself within `seconds`, else it is killed."""
    if child.poll() is not None:
        return True
    child.send_signal(signum)
    try:
        child.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return False


def alive(pid: int) -> bool:
    """Whether a process with this id runs (one that waits to be reaped does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return sys.platform != "linux"
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def program_of(pid: int) -> str:
    """The short name of the program behind a process id; empty if it cannot be told."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.01) -> bool:
    """Ask `condition` until it holds or `seconds` are over; whether it held."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
