"""The note that a running Bima leaves in its state folder, so that other commands find it."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.children import alive

NOTE = "run.json"
LOCK = "supervisor.lock"


@dataclass(slots=True)
class Running:
    """Where the parts of a running stack are reached, and the process ids behind them.

    `database_url` is the services' way to the database; its owner's and that of the owner of
    the read models are named beside it. `started_at` is in UTC, ISO 8601; `processes` maps a
    part's name to its process id, 0 while it does not run; `restarts` to how often it had to be
    started again.
    """

    supervisor: int
    started_at: str
    database_url: str
    redis_url: str
    api_url: str
    processes: dict[str, int] = field(default_factory=dict)
    restarts: dict[str, int] = field(default_factory=dict)
    ready: bool = False
    owner_database_url: str = ""
    models_database_url: str = ""

    def write(self, state: Path) -> None:
        """Replace the note as a whole; a reader sees the old one or this one."""
        fresh = state / f"{NOTE}.new"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n")
        fresh.replace(state / NOTE)


def running(state: Path) -> Running | None:
    """The stack that runs over `state`, or None. The note of one that was killed does not count:
    a process id may belong to another program by now, but the lock is held by its owner only."""
    noted = last_note(state) if _lock_is_held(state / LOCK) else None
    return noted if noted is not None and alive(noted.supervisor) else None


def last_note(state: Path) -> Running | None:
    """The note as it lies there, whether or not its stack still runs."""
    try:
        return Running(**json.loads((state / NOTE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def forget(state: Path) -> None:
    """Remove this process's own note."""
    noted = last_note(state)
    if noted is not None and noted.supervisor == os.getpid():
        (state / NOTE).unlink(missing_ok=True)


def _lock_is_held(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
