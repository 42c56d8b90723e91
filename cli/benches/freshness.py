"""How long after its commit an event shows in a read model, at a thousand commands a second.

The read model is kept by a process of its own, as in a running Bima: `python -m
cli.benches.freshness URL` follows the log until it is ended.
"""

import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles

from adapters.postgres import LATER_ON_DISK, connect
from adapters.wakeup import Wakeup
from cli.benches.log_book import PART, LogBook
from cli.benches.log_readers import PREMIUMS
from cli.benches.measuring import Work
from commands.policies import receive_premium
from projections.following import follow
from projections.running import Projector, Runner, catch_up

WANTED = 1_000  # commands a second
CALLERS = 16
FRESH = f"commit to row, p99 at {WANTED:,} commands/s"
FRESH_BESIDE = f"{FRESH}, a foreign 3 s transaction open"
HELD = "commands/s held meanwhile"
LONG_TRANSACTION = 3.0  # seconds
LOOK = 0.0005  # seconds between looks at the checkpoint
PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Seen:
    """When commands were committed, and when the read model was seen to have come how far."""

    committed: list[tuple[float, int]] = field(default_factory=list)
    looks: list[tuple[float, int]] = field(default_factory=list)

    def p99_ms(self) -> float:
        times = [at for at, _ in self.looks]
        places = [place for _, place in self.looks]
        lags = [
            max(0.0, times[min(bisect_left(places, position), len(times) - 1)] - at) * 1_000
            for at, position in self.committed
        ]
        return quantiles(lags, n=100)[98]


@dataclass
class Freshness:
    """The measurement, and how many commands a second it really got."""

    book: LogBook
    url: str
    seconds: float
    held: float = 0.0

    def works(self) -> tuple[Work, ...]:
        return (
            Work(FRESH, "ms", lambda: self.p99(0.0)),
            Work(FRESH_BESIDE, "ms", lambda: self.p99(LONG_TRANSACTION)),
            Work(HELD, "commands/s", lambda: self.held),
        )

    def p99(self, foreign: float) -> float:
        catch_up(self.url, [PREMIUMS])
        seconds = max(self.seconds, foreign)
        with follower(self.url), foreign_transaction(self.url, foreign):
            seen = Seen()
            done = threading.Event()
            watcher = threading.Thread(target=watch, args=(self.url, seen, done))
            watcher.start()
            took = self._command(seen, seconds)
            last = seen.committed[-1][1]
            give_up = time.monotonic() + 10
            while (not seen.looks or seen.looks[-1][1] < last) and time.monotonic() < give_up:
                time.sleep(0.01)
            done.set()
            watcher.join()
        rate = len(seen.committed) / took
        self.held = min(rate, self.held) if foreign else rate
        return seen.p99_ms()

    def _command(self, seen: Seen, seconds: float) -> float:
        """Callers who each begin a command when it is due, however late the one before came.

        Returns how many seconds it took until all were committed.
        """
        begin = time.perf_counter() + 0.1
        turns = count()
        total = int(WANTED * seconds)

        def call() -> None:
            while (nth := next(turns)) < total:
                wait = begin + nth / WANTED - time.perf_counter()
                if wait > 0:
                    time.sleep(wait)
                policy = self.book.policies[nth % len(self.book.policies)]
                done = receive_premium(self.book.desk, self.book.context(), policy, PART, "bench")
                assert done.receipt is not None
                seen.committed.append((time.perf_counter(), done.receipt.position))

        threads = [threading.Thread(target=call) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - begin
        seen.committed.sort(key=lambda each: each[1])
        return took


def watch(url: str, seen: Seen, done: threading.Event) -> None:
    """Look again and again how far the read model has come."""
    with connect(url, application="bench-watch") as conn:
        while not done.is_set():
            row = conn.execute(
                "SELECT position FROM es_checkpoint WHERE name = %s", (PREMIUMS.name,), binary=True
            ).fetchone()
            assert row is not None
            seen.looks.append((time.perf_counter(), row[0]))
            time.sleep(LOOK)


@contextmanager
def follower(url: str) -> Iterator[None]:
    """A process that keeps the read model up to date for the length of a block."""
    command = [sys.executable, "-m", "cli.benches.freshness", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()  # it says when it has begun
            yield
        finally:
            process.terminate()


@contextmanager
def foreign_transaction(url: str, seconds: float) -> Iterator[None]:
    """Somebody else's long transaction that writes, as a report or a migration does."""
    if not seconds:
        yield
        return
    with connect(url, application="bench-foreign") as conn:
        conn.execute("BEGIN")
        conn.execute("CREATE TEMPORARY TABLE report AS SELECT 1 AS n", prepare=False)
        try:
            yield
        finally:
            conn.execute("ROLLBACK")


def keep(url: str, told: Callable[[], None]) -> None:
    """Follow the log with the bench's read model, until the process is ended."""
    wakeup = Wakeup(url)
    wakeup.listen()
    with connect(url, application="bench-projector", settings=LATER_ON_DISK) as conn:
        projector = Projector([Runner(PREMIUMS)])
        projector.take_over(conn)
        told()
        follow(conn, projector, wakeup, threading.Event())


if __name__ == "__main__":
    keep(sys.argv[1], lambda: print("follows", flush=True))
