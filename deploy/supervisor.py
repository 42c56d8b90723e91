"""Starts all parts of Bima in order, keeps them running, and stops them in the opposite order.

Everything it starts is tied to it: if it is killed, the kernel ends the rest.
"""

import fcntl
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event

from deploy.folders import PROJECT, NotReady, private_folder
from deploy.leftovers import end_leftovers
from deploy.part_process import PartProcess
from deploy.parts import PARTS, Part
from deploy.running import LOCK, NOTE, Running, forget
from deploy.servers import Servers

Tell = Callable[[str, str], None]
WATCH_SECONDS = 0.2


class Supervisor:
    """The process tree of one running Bima over one state folder.

    `tell(part, what)` is called with every step, for the console; `scheme` is how the API is
    spoken to.
    """

    def __init__(
        self,
        state: Path,
        host: str,
        port: int,
        tell: Tell,
        parts: Sequence[Part] = PARTS,
        *,
        scheme: str = "http",
    ) -> None:
        self.state = state
        self._scheme = scheme
        self._address = (host, port)
        self._console = tell
        self._table = parts
        self._servers = Servers(state)
        self._parts: list[PartProcess] = []
        self._stop = Event()
        self._note: Running | None = None
        self._lock: int | None = None
        self._listener: socket.socket | None = None

    def run(self) -> None:
        """Start everything, keep it running until a signal says stop, then stop everything.

        Raises NotReady if a part does not come up; then nothing is left running.
        """
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, lambda *_: self._stop.set())
        try:
            self._start()
            while not self._stop.wait(WATCH_SECONDS):
                self._watch()
        finally:
            self._finish()

    def _start(self) -> None:
        private_folder(self.state)
        self._lock = take_lock(self.state / LOCK)
        end_leftovers(self.state)
        (self.state / NOTE).unlink(missing_ok=True)
        logs = private_folder(self.state / "logs")
        self._timed("servers", self._servers.start)
        self._timed("database", self._migrate)
        if self._stop.is_set():
            return
        self._listener = listening(*self._address)
        api_url = f"{self._scheme}://{self._address[0]}:{self._listener.getsockname()[1]}"
        environment = {
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "DATABASE_URL": self._servers.app_url,
            "REDIS_URL": self._servers.redis_url,
            "BIMA_HOME": str(self.state),
            "BIMA_API_URL": api_url,
        }
        self._note = Running(
            supervisor=os.getpid(),
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            database_url=self._servers.app_url,
            owner_database_url=self._servers.database_url,
            models_database_url=self._servers.models_url,
            redis_url=self._servers.redis_url,
            api_url=api_url,
        )
        called_at = self._listener.fileno()
        environment.pop("BIMA_OWNER_DATABASE_URL", None)
        environment.pop("BIMA_MODELS_DATABASE_URL", None)
        as_models = {**environment, "DATABASE_URL": self._servers.models_url}
        self._parts = [
            PartProcess(p, logs, as_models if p.owns_models else environment, called_at)
            for p in self._table
        ]
        for process in self._parts:
            process.start()
        self._write_note(ready=False)
        for process in self._parts:
            self._timed(process.name, partial(self._await, process))
        if not self._stop.is_set():
            self._write_note(ready=True)
            self._tell("bima", f"is up at {api_url}")

    def _await(self, process: PartProcess) -> None:
        deadline = time.monotonic() + process.part.start_seconds
        while not process.ready() and not self._stop.wait(0.02):
            if process.ended or time.monotonic() > deadline:
                what = "ended" if process.ended else "was not ready in time"
                raise NotReady(f"{process.name} {what} while starting\n{process.last_words()}")

    def _migrate(self) -> None:
        import psycopg

        from migrations.apply import MigrationRefused, apply

        try:
            apply(self._servers.database_url, report=lambda step: self._tell("database", step))
        except MigrationRefused as refused:
            raise NotReady(f"the database was not brought up to date: {refused}") from refused
        except psycopg.OperationalError as error:
            raise NotReady(f"the database does not answer: {error}") from error

    def _watch(self) -> None:
        changed = False
        try:
            for server in self._servers.restart_ended():
                self._tell(server, "had ended; started again")
                changed = True
        except NotReady as failure:
            self._tell("servers", f"{failure}; trying again")
        for process in self._parts:
            if what := process.watch(time.monotonic()):
                self._tell(process.name, what)
                changed = True
        if changed:
            self._write_note(ready=True)

    def _finish(self) -> None:
        started = time.monotonic()
        if self._listener is not None:
            self._listener.close()  # the API's own processes close theirs as they end
        if self._parts:
            self._tell("bima", "stopping")
        for process in reversed(self._parts):
            if not process.stop():
                self._tell(process.name, f"did not stop in {process.part.stop_seconds:g} s; ended")
        self._servers.stop()
        forget(self.state)
        if self._lock is not None:
            os.close(self._lock)
        self._tell("bima", f"stopped after {time.monotonic() - started:.1f} s")

    def _tell(self, part: str, what: str) -> None:
        with suppress(OSError):  # the terminal may be closed; the rest must stop in order even so
            self._console(part, what)

    def _write_note(self, *, ready: bool) -> None:
        assert self._note is not None
        self._note.ready = ready
        self._note.processes = self._servers.processes() | {p.name: p.pid for p in self._parts}
        self._note.restarts = {p.name: p.restarts for p in self._parts}
        self._note.write(self.state)

    def _timed(self, name: str, work: Callable[[], object]) -> None:
        if self._stop.is_set():
            return
        started = time.monotonic()
        work()
        if not self._stop.is_set():
            self._tell(name, f"ready after {time.monotonic() - started:.1f} s")


def take_lock(path: Path, seconds: float = 2) -> int:
    """Be the only supervisor of a state folder; the kernel frees the lock when this one ends.

    Raises NotReady if another one runs.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + seconds  # one who only asks holds it for a moment, too
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise NotReady(
                    f"Bima already runs over {path.parent}: `bima status` shows it, "
                    "`bima down` stops it"
                ) from None
            time.sleep(0.05)


def listening(host: str, wanted: int) -> socket.socket:
    """A socket that takes calls on port `wanted` if nobody else does, else on one that is free.

    Raises NotReady where none can be opened.
    """
    for port in (wanted, 0):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Handed down to every call. Without it the second part of an answer waits 40 ms for the
        # client to confirm the first: a server that is given a socket does not set it itself.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind((host, port))
            listener.listen(2048)
            return listener
        except OSError:
            listener.close()
    raise NotReady(f"no port can be opened at {host}: correct BIMA_API_HOST")
