"""Tells readers that the log has grown, after the commit and never inside it.

A NOTIFY inside an append would make all appends of the server commit one after another. Here a
thread of its own sends at most one notice in 5 ms for a whole process, over its own connection;
readers of the same process are woken directly. A lost notice costs a poll interval, no event.
"""

import os
import threading
from collections.abc import Callable

import psycopg

from adapters.postgres import LATER_ON_DISK, connect

CHANNEL = "bima_log"
_SHORTEST = 0.005  # seconds between two notices of one process
_RETRY = 1.0
_GLANCE = 0.5  # seconds after which a listener looks whether it shall end


class Wakeup:
    """One for each process and database; the threads start when they are first needed."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._reset()

    def _reset(self) -> None:
        self._process = os.getpid()
        self._grown = threading.Condition()
        self._ticket = 0
        self._unsent = threading.Event()
        self._closed = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._sender_pid = 0

    def grown(self) -> None:
        """Called after a commit: wake this process at once and the others within 5 ms."""
        self._start("notices", self._send)
        self._tick()
        self._unsent.set()

    def listen(self) -> None:
        """From now on commits of other processes move the ticket, too."""
        self._start("listening", self._listen)

    @property
    def ticket(self) -> int:
        """A number that moves when the log grows; take it before reading, then wait on it."""
        return self._ticket

    def wait(self, ticket: int, seconds: float) -> None:
        """Until the ticket has moved, or the time is over, or `nudge` was called."""
        with self._grown:
            if self._ticket == ticket:
                self._grown.wait(seconds)

    def nudge(self) -> None:
        """Wake all who wait in this process, so that they look whether they shall stop."""
        self._tick()

    def close(self) -> None:
        """End the threads; sends what is unsent first."""
        self._closed.set()
        self._unsent.set()
        self._tick()
        for thread in self._threads.values():
            if thread is not threading.current_thread():
                thread.join(5)
        self._reset()

    def _tick(self) -> None:
        with self._grown:
            self._ticket += 1
            self._grown.notify_all()

    def _start(self, name: str, work: Callable[[], None]) -> None:
        if self._process != os.getpid():  # threads and locks do not survive a fork
            self._reset()
        if name not in self._threads:
            thread = threading.Thread(target=work, name=f"bima-log-{name}", daemon=True)
            if self._threads.setdefault(name, thread) is thread:
                thread.start()

    def _send(self) -> None:
        unsent, closed = self._unsent, self._closed
        while not closed.is_set():
            try:
                # A notice may be lost with the power: it needs no disk, nor do those who wait.
                with connect(self._dsn, application="bima-notices", settings=LATER_ON_DISK) as conn:
                    self._sender_pid = conn.info.backend_pid
                    while not closed.is_set():
                        unsent.wait()
                        unsent.clear()
                        conn.execute(f"SELECT pg_notify('{CHANNEL}', '')")
                        closed.wait(_SHORTEST)
            except psycopg.OperationalError:
                closed.wait(_RETRY)  # readers poll meanwhile

    def _listen(self) -> None:
        closed = self._closed
        while not closed.is_set():
            try:
                with connect(self._dsn, application="bima-listening") as conn:
                    conn.execute(f"LISTEN {CHANNEL}", prepare=False)
                    self._tick()  # what was said before we listened was not heard
                    while not closed.is_set():
                        for notice in conn.notifies(timeout=_GLANCE, stop_after=1):
                            if notice.pid != self._sender_pid:
                                self._tick()
            except psycopg.errors.ReadOnlySqlTransaction:
                return  # a standby hears no notices: its readers look by themselves
            except psycopg.OperationalError:
                closed.wait(_RETRY)
