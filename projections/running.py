"""Keeps read models up to date: one scan of the log feeds them all, rows and position together.

A batch of events is folded in memory and written with the new position in one transaction, so
that an event counts once, whatever is killed when. A projection that cannot handle an event stops
alone, with its reason, and is tried again; the others go on.
"""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from traceback import extract_tb

import psycopg

from adapters.codec import Codec, UnreadableEvent
from adapters.collecting import without_pauses
from adapters.postgres import Connection, connect
from domain.events import CATALOGUE
from projections import erasing, standing, tables
from projections.declaring import Handler, Projection
from projections.rows import Missing, Rows
from projections.scanning import Logged, LogScan, Unreadable

SMALLEST, LARGEST = 500, 5_000
LONGEST = 0.5  # seconds that a transaction of one who is behind should take at most
RETRY = 30.0  # seconds after which a stopped projection is tried again
AWAY = (
    psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction
)  # fmt: skip
TOO_MUCH = (psycopg.errors.ProgramLimitExceeded, psycopg.errors.QueryCanceled)  # for this batch
LEASE = 1112100181  # one owner of the live read models at a time


class Overtaken(Exception):
    """Somebody else moved the checkpoint, or the tables are of another version than this code."""


class Runner:
    """One projection at work: its position, its remembered rows, and why it stands still."""

    def __init__(self, projection: Projection, schema: str = "public", suffix: str = "") -> None:
        self.projection = projection
        self.name = projection.name + suffix
        self.rows = Rows(projection.tables, schema)
        self.position = 0
        self.stopped = ""
        self.retry_at = 0.0
        self.tables_version = projection.version
        self._handlers: dict[str, Handler] = projection.by_name
        self._any = projection.on_any
        self._personal = erasing.personal_tables(projection)
        self._schema = schema

    @property
    def ours(self) -> bool:
        """Whether its tables are of this code's version; others are left alone."""
        return self.tables_version == self.projection.version

    @property
    def wanted(self) -> frozenset[str] | None:
        """Names of the events that it reads; None for all of them."""
        if self._any is not None:
            return None
        return frozenset(self._handlers) | ({erasing.EVENT} if self._personal else frozenset())

    def of_interest(self, batch: Sequence[Logged]) -> Sequence[Logged]:
        wanted = self.wanted
        if wanted is None:
            return batch
        return [logged for logged in batch if logged[1].name in wanted]

    def fold(self, conn: Connection, batch: Sequence[Logged]) -> None:
        """Let the events change the rows in memory."""
        rows = self.rows
        mine = self.of_interest(batch)
        rows.begin(conn, mine)
        for tenant, event in mine:
            rows.now_at(tenant, event)
            handler = self._handlers.get(event.name)
            if handler is not None:
                if type(event.fact) is Unreadable:
                    raise event.fact.error
                handler(event, event.fact, rows)
            if self._any is not None:
                self._any(event, None, rows)
            if self._personal and event.name == erasing.EVENT:
                rows.flush(conn)
                erasing.erase(conn, self._personal, self._schema, tenant, event.stream_id)
                rows.forget()


class Projector:
    """Runs projections over one connection; `catch_up` once, `run` for ever."""

    def __init__(
        self,
        runners: Sequence[Runner],
        codec: Codec | None = None,
        *,
        largest: int = LARGEST,
    ) -> None:
        self.runners = list(runners)
        decoded = {name for r in runners for name in r.projection.by_name}
        self.scan = LogScan(codec or Codec(CATALOGUE), decoded)
        self._largest = largest
        self._limit = min(SMALLEST, largest)
        self.applied = 0  # events given to the projections so far

    def catch_up(self, conn: Connection, until: int | None = None) -> int:
        """Apply everything that is final, at most up to `until`; returns how far that is."""
        safe = self.scan.safe_position(conn)[0] if until is None else until
        while self.round(conn, safe):
            pass
        return safe

    def take_over(self, conn: Connection) -> None:
        """Read where the projections stand; what is remembered of the rows is dropped.

        Every statement here finds its rows by key. A plan that was made while a table was empty
        would read it whole, for as long as the server keeps the plan.
        """
        conn.execute("SET enable_seqscan = off")
        self._read_standing(conn, self.runners)

    def look_again(self, conn: Connection) -> None:
        """See whether tables of another version have been filled for this code meanwhile."""
        others = [r for r in self.runners if not r.ours]
        if others:
            self._read_standing(conn, others)

    def _read_standing(self, conn: Connection, runners: Iterable[Runner]) -> None:
        stands = standing.positions(conn)
        for runner in runners:
            runner.rows.forget()
            runner.position, runner.tables_version = stands.get(runner.name, (0, 0))

    @property
    def outdated(self) -> list[Projection]:
        """Those whose tables are of an earlier version than this code: to be filled anew."""
        return [r.projection for r in self.runners if r.tables_version < r.projection.version]

    def round(self, conn: Connection, safe: int) -> bool:
        """One batch for those who lead, then one for each who is behind; False if none was due."""
        worked = False
        bound = safe
        for position in sorted({r.position for r in self._running()}, reverse=True):
            if position < bound:
                cohort = [r for r in self._running() if r.position == position]
                self._step(conn, cohort, position, bound)
                worked = True
            bound = min(bound, position)  # whoever is behind meets the others exactly there
        return worked

    def _running(self) -> list[Runner]:
        now = time.monotonic()
        return [r for r in self.runners if r.ours and (not r.stopped or r.retry_at <= now)]

    def _step(self, conn: Connection, cohort: list[Runner], position: int, until: int) -> None:
        started, limit = time.monotonic(), self._limit
        batch = self.scan.between(conn, position, until, limit, _names(cohort))
        whole = len(batch) < limit
        reached = until if whole else batch[-1][1].position
        self._advance(conn, cohort, batch, reached)
        self.applied += len(batch)
        if time.monotonic() - started > LONGEST:
            self._limit = max(limit // 2, min(SMALLEST, self._largest))
        elif not whole:
            self._limit = min(limit * 2, self._largest)

    def _advance(
        self, conn: Connection, cohort: list[Runner], batch: Sequence[Logged], reached: int
    ) -> None:
        """Apply a batch to all; where that fails, find out for whom and at which event."""
        try:
            self._apply(conn, cohort, batch, reached)
        except Overtaken:
            self.take_over(conn)
        except Exception as error:
            for runner in cohort:
                runner.rows.forget()
            if isinstance(error, AWAY) and not isinstance(error, TOO_MUCH):
                raise  # the server, not an event: the caller comes back when it is there again
            if len(cohort) > 1:
                for runner in cohort:
                    self._advance(conn, [runner], runner.of_interest(batch), reached)
            elif len(batch) > 1:
                middle = len(batch) // 2
                self._advance(conn, cohort, batch[:middle], batch[middle - 1][1].position)
                if not cohort[0].stopped:
                    self._advance(conn, cohort, batch[middle:], reached)
            elif batch:
                self._stop(conn, cohort[0], batch[0], error)
            else:
                raise

    def _apply(
        self, conn: Connection, cohort: list[Runner], batch: Sequence[Logged], reached: int
    ) -> None:
        names = [runner.name for runner in cohort]
        with without_pauses(), conn.transaction():
            stands = standing.lock(conn, names)
            for runner in cohort:
                if stands.get(runner.name) != (runner.position, runner.projection.version):
                    raise Overtaken(runner.name)
            for runner in cohort:
                runner.fold(conn, batch)
            with conn.pipeline():
                for runner in cohort:
                    runner.rows.flush(conn)
                standing.advance(conn, names, reached)
        for runner in cohort:
            runner.position, runner.stopped = reached, ""

    def _stop(self, conn: Connection, runner: Runner, logged: Logged, error: Exception) -> None:
        event = logged[1]
        runner.stopped = f"at position {event.position} ({event.name}): {described(error)}"
        runner.retry_at = time.monotonic() + RETRY
        standing.note_stop(conn, runner.name, runner.stopped)


def _names(cohort: Iterable[Runner]) -> frozenset[str] | None:
    names: set[str] = set()
    for runner in cohort:
        if runner.wanted is None:
            return None
        names |= runner.wanted
    return frozenset(names)


def described(error: Exception) -> str:
    """What went wrong, without the values of the event: they may be somebody's own data."""
    if isinstance(error, UnreadableEvent | Missing):
        return f"{type(error).__name__}: {error}"
    if isinstance(error, psycopg.Error):
        return f"{type(error).__name__} ({error.sqlstate})"
    trace = extract_tb(error.__traceback__)
    place = next((f for f in reversed(trace) if "/projections/" in f.filename), trace[-1])
    return f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"


def ensure(conn: Connection, projections: Sequence[Projection]) -> None:
    """Make and register the tables of projections that this database has never had."""
    known = standing.positions(conn)
    for projection in projections:
        if projection.name not in known:
            with conn.transaction():
                conn.execute("SELECT pg_advisory_xact_lock(%s, 1)", (LEASE,))
                if projection.name not in standing.positions(conn):
                    for table in projection.tables:
                        conn.execute(tables.create(table, "public"))
                        for statement in tables.indexes(table, "public"):
                            conn.execute(statement)
                    standing.register(conn, projection.name, projection.version)


def catch_up(dsn: str, projections: Iterable[Projection], *, largest: int = LARGEST) -> int:
    """Bring projections up to the last final event and return its position.

    For tests and for commands that must see everything; safe beside a running projector.
    """
    with connect(dsn, application="bima-catch-up") as conn:
        projector = Projector([Runner(p) for p in projections], largest=largest)
        ensure(conn, [runner.projection for runner in projector.runners])
        projector.take_over(conn)
        return projector.catch_up(conn)
