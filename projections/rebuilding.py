"""Fills read models anew beside the ones in use and puts them in their place, all at once.

The old tables serve readers and go on following the log until the swap. What was filled is kept
with its position: after a kill the next run goes on from there.
"""

import math
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress

import psycopg

from adapters.postgres import Connection, connect
from projections import in_the_server, standing, tables
from projections.declaring import Projection
from projections.guarding import guard
from projections.running import Projector, Runner
from projections.standing import BESIDE

SCHEMA = "beside"
LARGEST = 10_000  # events in a transaction: nobody waits for these rows yet
LOCK = 1112100182  # one rebuild of a projection at a time
MOMENT = 0.5  # seconds for which writing may wait while the last events are caught up
TRIES = 30  # for the moment in which nobody reads the old tables
Report = Callable[[int, int], None]  # log positions done, and to be done


class RebuildRefused(Exception):
    """Somebody else is rebuilding the same read model."""


class Rebuild:
    """Rebuilds some projections in one scan of the log; those that fail leave the others alone.

    `report` is told how far the scan is. `fresh` sets aside what a killed run has left.
    """

    def __init__(
        self,
        dsn: str,
        projections: Sequence[Projection],
        *,
        fresh: bool = False,
        report: Report | None = None,
        largest: int = LARGEST,
    ) -> None:
        self._dsn = dsn
        self._projections = tuple(projections)
        self._fresh = fresh
        self._report = report or (lambda done, of: None)
        self._largest = largest

    def run(self) -> dict[str, str]:
        """Rebuild and swap; returns for each projection why it could not be done, or "".

        Raises RebuildRefused, and changes nothing, where one is being rebuilt already.
        """
        with connect(self._dsn, application="bima-rebuild") as conn:
            conn.execute("SET statement_timeout = 0")
            for projection in self._projections:
                self._reserve(conn, projection)
            for projection in self._projections:
                prepare(conn, projection, fresh=self._fresh)
            runners = [Runner(p, SCHEMA, BESIDE) for p in self._projections]
            projector = Projector(runners, largest=self._largest)
            projector.take_over(conn)
            self._fill_in_the_server(conn, projector)
            self._fill(conn, projector)
            filled = [runner for runner in runners if not runner.stopped]
            for runner in filled:
                make_indexes(conn, runner.projection)
            self._fill(conn, projector)
            for runner in filled:
                if not runner.stopped:
                    swap(conn, runner)
            # The next one may begin before the server has noticed that this connection is closed.
            conn.execute("SELECT pg_advisory_unlock_all()")
            return {runner.projection.name: runner.stopped for runner in runners}

    def _reserve(self, conn: Connection, projection: Projection) -> None:
        key = zlib.crc32(projection.name.encode()) & 0x7FFFFFFF
        row = conn.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK, key)).fetchone()
        if row != (True,):
            raise RebuildRefused(f"{projection.name} is being rebuilt already")

    def _fill_in_the_server(self, conn: Connection, projector: Projector) -> None:
        """Those that can be: a plan by position for so many rows would look each of them up."""
        safe = projector.scan.safe_position(conn)[0]
        conn.execute("SET enable_seqscan = on")
        for runner in projector.runners:
            for _ in in_the_server.fill(conn, runner, SCHEMA, safe):
                self._report(min(r.position for r in projector.runners), safe)
        conn.execute("SET enable_seqscan = off")

    def _fill(self, conn: Connection, projector: Projector) -> None:
        """Come so near to the end of the log that what is left is a moment's work."""
        took = math.inf
        while took > MOMENT:
            started, safe = time.monotonic(), projector.scan.safe_position(conn)[0]
            while projector.round(conn, safe):
                self._report(min(r.position for r in projector.runners), safe)
            self._report(safe, safe)
            took = time.monotonic() - started


def prepare(conn: Connection, projection: Projection, *, fresh: bool) -> None:
    """Tables to fill: those that a killed run left in this version, or new ones."""
    name = projection.name + BESIDE
    with conn.transaction():
        known = standing.positions(conn).get(name)
        whole = all(_exists(conn, SCHEMA, table.name) for table in projection.tables)
        if known is not None and known[1] == projection.version and whole and not fresh:
            return
        discard(conn, projection)
        for table in projection.tables:
            conn.execute(tables.create(table, SCHEMA))
        standing.register(conn, name, projection.version)


def discard(conn: Connection, projection: Projection) -> None:
    """Remove what was being filled."""
    for table in projection.tables:
        conn.execute(f"DROP TABLE IF EXISTS {SCHEMA}.{table.name}")
    standing.unregister(conn, projection.name + BESIDE)


def make_indexes(conn: Connection, projection: Projection) -> None:
    """The indexes that filling went without; those that a killed run made already stay."""
    for table in projection.tables:
        for statement in tables.indexes(table, SCHEMA):
            with suppress(psycopg.errors.DuplicateTable):
                conn.execute(statement)
        conn.execute(f"ANALYZE {SCHEMA}.{table.name}")


def swap(conn: Connection, runner: Runner) -> None:
    """The new tables become the ones in use, in one transaction with their position.

    Who reads the old tables at this moment is waited for, never long: a reader that comes would
    wait behind us.
    """
    projection = runner.projection
    standing.register(conn, projection.name, projection.version)
    for attempt in range(TRIES):
        try:
            with conn.transaction():
                conn.execute("SET LOCAL lock_timeout = '1s'")
                _swap(conn, runner)
            return
        except psycopg.errors.LockNotAvailable:
            if attempt == TRIES - 1:
                raise
            runner.rows.forget()
            runner.position = standing.positions(conn)[runner.name][0]
            time.sleep(0.2)


def _swap(conn: Connection, runner: Runner) -> None:
    """With both checkpoints held the projector stands still; what came meanwhile is caught up."""
    projection = runner.projection
    shown = standing.lock(conn, [projection.name, runner.name])[projection.name][0]
    Projector([runner]).catch_up(conn)
    if runner.stopped or runner.position < shown:
        return  # readers have seen more than the new tables hold
    for table in projection.tables:
        conn.execute(f"DROP TABLE IF EXISTS public.{table.name}")
        conn.execute(f"ALTER TABLE {SCHEMA}.{table.name} SET SCHEMA public")
    guard(conn, [projection])
    standing.replace(conn, projection.name, projection.version, runner.position)
    standing.unregister(conn, runner.name)


def _exists(conn: Connection, schema: str, name: str) -> bool:
    row = conn.execute("SELECT to_regclass(%s) IS NOT NULL", (f"{schema}.{name}",)).fetchone()
    return row == (True,)
