"""What proof costs: sealing behind the writers, room in the database, delay, and proofs themselves.

The writers do nothing for it but hash their own events; that is part of every append measured
elsewhere.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from uuid import uuid4

from adapters import seal_rows
from adapters.evidence import proven, stored
from adapters.postgres import Connection, connect
from adapters.seal_verification import verify_seals
from adapters.sealer import Sealer
from adapters.secret_keys import log_signing_key
from cli.benches.ledger import TOGETHER, Book, enrolled
from cli.benches.measuring import Work
from workers.sealing import Sealing

_TABLES = ("seal_tile", "seal_checkpoint", "seal_key", "seal_log")
PACE = 0.002  # seconds between two appends while the delay is measured


class ProofBook:
    """A log to seal; each round adds events and seals them."""

    def __init__(self, book: Book, url: str, folder: Path) -> None:
        self._book = book
        self._url = url
        self._folder = folder
        self._key = log_signing_key(folder)

    def add(self, events: int) -> None:
        """Members of their own, one event each."""
        for _ in range(0, events, TOGETHER):
            self._book.write(
                [(uuid4(), (enrolled(next(self._book.number)),)) for _ in range(TOGETHER)]
            )

    def sealed(self, events: int) -> Work:
        """Events a second of one sealer, reading, hashing, signing and storing."""

        def rate() -> float:
            self.add(events)
            with self._sealer() as sealer:
                safe, _ = sealer.bounds()
                started, done = time.perf_counter(), 0
                while now := sealer.seal(safe):
                    done += now
                return done / (time.perf_counter() - started)

        return Work("seal the log", "events/s", rate)

    def cost(self, events: int) -> Work:
        """Processor time of sealing an event, the sealer's and that of its session together."""

        def rate() -> float:
            self.add(events)
            with self._sealer() as sealer:
                safe, _ = sealer.bounds()
                before, done = time.process_time() + _session_seconds(sealer), 0
                while now := sealer.seal(safe):
                    done += now
                spent = time.process_time() + _session_seconds(sealer) - before
                return spent / done * 1_000_000

        return Work("processor time of sealing", "us/event", rate)

    def room(self) -> Work:
        """Bytes an event that the proof takes, with indexes."""

        def rate() -> float:
            with connect(self._url) as conn:
                total = _one(conn, "SELECT max(tree_size) FROM seal_checkpoint")
                sizes = (_one(conn, f"SELECT pg_total_relation_size('{t}')") for t in _TABLES)
                return sum(sizes) / total

        return Work("room for the proof", "bytes/event", rate)

    def delay(self, seconds: float) -> Work:
        """From the acknowledgement to the signature, p99, while appends come one after another."""

        def rate() -> float:
            acknowledged: dict[int, float] = {}
            works = Sealing(self._url, self._folder)
            thread = threading.Thread(target=works.run)
            thread.start()
            until = time.time() + max(seconds, 3.0)
            while time.time() < until:
                self._book.write([(uuid4(), (enrolled(next(self._book.number)),))])
                with connect(self._url) as conn:
                    acknowledged[_one(conn, "SELECT max(position) FROM es_event")] = time.time()
                time.sleep(PACE)
            works.stop()
            thread.join()
            return quantiles(self._waits(acknowledged), n=100)[98] * 1_000

        return Work("acknowledged to signed, p99", "ms", rate)

    def _waits(self, acknowledged: dict[int, float]) -> list[float]:
        with connect(self._url) as conn:
            signed = [(one.position, one.sealed_at) for one in seal_rows.checkpoints(conn)]
        waits, at = [], 0
        for position, when in sorted(acknowledged.items()):
            while signed[at][0] < position:
                at += 1
            waits.append(signed[at][1].timestamp() - when)
        return waits

    def proofs(self, count: int = 500) -> Work:
        """Inclusion proofs a second, of events from anywhere in the log."""

        def rate() -> float:
            with connect(self._url) as conn:
                last = seal_rows.last_checkpoint(conn)
                assert last is not None
                chance = Random(count)  # noqa: S311  # the same events every time
                positions = [chance.randint(1, last.position) for _ in range(count)]
                started = time.perf_counter()
                shown = proven(conn, stored(conn, 1, positions))
                return len(shown["events"]) / (time.perf_counter() - started)

        return Work("prove that an event is in the log", "events/s", rate)

    def verified(self) -> Work:
        """Events a second of `bima verify` holding the log against every signature."""

        def rate() -> float:
            with connect(self._url) as conn:
                conn.execute("SET statement_timeout = 0")
                started = time.perf_counter()
                result = verify_seals(conn, self._key)
                assert not result.faults, result.faults
                return result.events / (time.perf_counter() - started)

        return Work("hold the log against its seals", "events/s", rate)

    @contextmanager
    def _sealer(self) -> Iterator[Sealer]:
        with connect(self._url) as conn:
            sealer = Sealer(conn, self._key)
            assert sealer.take_over()
            yield sealer


def _session_seconds(sealer: Sealer) -> float:
    """Processor time of the server's process behind the sealer; 0 where it is elsewhere."""
    try:
        stat = Path(f"/proc/{sealer.session}/stat").read_text()
    except OSError:
        return 0.0
    words = stat.rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _one(conn: Connection, statement: str) -> int:
    row = conn.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def keys_folder() -> Iterator[Path]:
    """A folder for a signing key that goes when the bench ends."""
    with TemporaryDirectory(prefix="bima-bench-") as folder:
        yield Path(folder)


def suite(book: Book, url: str, folder: Path, events: int, seconds: float) -> tuple[Work, ...]:
    """All works, in the order of their running."""
    proof = ProofBook(book, url, folder)
    return (
        proof.sealed(events),
        proof.cost(events),
        proof.room(),
        proof.proofs(),
        proof.verified(),
        proof.delay(seconds),
    )
