"""The running Bima that is under fire: its processes, its servers, and the questions asked of them.

It has a state folder of its own, and everything in it is started by, and ends with, this command.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis

from adapters.postgres import Connection, connect
from adapters.settings import Settings
from cli.chaos_run.stack import ALL_PARTS
from deploy.children import alive, wait_until
from deploy.parts import Place as PlaceOfPart
from deploy.running import Running, last_note
from workers.queues import redis_broker
from workers.reactions import Queue

BACK_WITHIN = 90.0  # seconds in which whatever fell must have been started again

_PROBES = {part.name: part.ready for part in ALL_PARTS}


@dataclass(frozen=True, slots=True)
class Place:
    """One stack; `url` addresses stay the same while processes come and go."""

    state: Path
    settings: Settings
    stack: Running

    @property
    def tenant(self) -> int:
        return self.settings.tenant

    # Processes

    def pid(self, name: str) -> int:
        """The process behind a part or server, 0 while it does not run."""
        note = last_note(self.state)
        found = 0 if note is None else note.processes.get(name, 0)
        return found if found and alive(found) else 0

    def kill(self, name: str) -> int:
        """End a process at once; its id. 0 where it does not run just now."""
        if pid := self.pid(name):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not alive(pid), 5)
        return pid

    def log_of(self, name: str) -> Path:
        """What a part says."""
        return self.state / "logs" / f"{name}.log"

    def back(self, name: str, was: int, log_start: int) -> bool:
        """Whether another process does the work of one that ended; waits for it.

        What the new one says stands in its log from `log_start` on.
        """
        began = time.monotonic()

        def works() -> bool:
            if self.pid(name) in (0, was):
                return False
            if name not in _PROBES:
                return self._server_answers(name)
            seconds = time.monotonic() - began
            return _PROBES[name](PlaceOfPart(self.log_of(name), log_start, seconds))

        return wait_until(works, BACK_WITHIN, every=0.05)

    def _server_answers(self, name: str) -> bool:
        try:
            return bool(self.queues().ping() if name == "valkey" else self.ask("SELECT 1"))
        except (redis.RedisError, psycopg.OperationalError):
            return False

    @contextmanager
    def held(self, *names: str) -> Iterator[list[int]]:
        """Processes stand still (SIGSTOP) for the length of a block, with all they started."""
        pids = [pid for name in names if (pid := self.pid(name))]
        for pid in pids:
            _signal_group(pid, signal.SIGSTOP)
        try:
            yield [pid for pid in pids if wait_until(lambda pid=pid: stopped(pid), 1)]  # type: ignore[misc]  # bound early on purpose
        finally:
            for pid in pids:
                _signal_group(pid, signal.SIGCONT)

    # Servers

    @contextmanager
    def database(self) -> Iterator[Connection]:
        """A connection of this command's own, as the owner; it may be cut like all others."""
        stack = self.stack
        url = stack.owner_database_url or stack.database_url
        with connect(url, application="chaos") as conn:
            yield conn

    def ask(self, statement: str, parameters: Any = ()) -> Any:
        """The one value that a statement gives."""
        with self.database() as conn:
            row = conn.execute(statement, parameters).fetchone()
        return None if row is None else row[0]

    def queues(self) -> redis.Redis:
        return redis.Redis.from_url(self.stack.redis_url, socket_timeout=5)

    def keys_of_queues(self) -> list[tuple[str, str]]:
        """For each queue the list of waiting ids and the table of messages."""
        namespace = redis_broker(self.stack.redis_url, self.tenant).namespace
        return [(f"{namespace}:{name}", f"{namespace}:{name}.msgs") for name in Queue]


def stopped(pid: int) -> bool:
    """Whether the kernel says that a process stands still."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "T"


def _signal_group(pid: int, signum: signal.Signals) -> None:
    try:
        group = os.getpgid(pid)
        # Parts lead a group of their own; a server is met alone.
        (os.killpg if group == pid else os.kill)(pid, signum)
    except ProcessLookupError:
        return
