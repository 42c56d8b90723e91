"""Proves that what readers see is what the log says: streams whole, rows as rebuilt, sums tied.

Nothing is changed: the rebuilt rows stand in a schema of their own and go when the check ends.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.codec import Codec
from adapters.postgres import Connection, connect
from adapters.seal_verification import verify_seals
from adapters.verification import verify_streams
from domain.events import CATALOGUE
from projections import PROJECTIONS, standing, tables
from projections.declaring import Projection, Table
from projections.running import Projector, Runner
from projections.sums import TIES

SCHEMA = "proof"
SUFFIX = "@proof"
LOCK = 1112100183
NAMED = 10  # things that a failed check names
PATIENCE = 10.0  # seconds in which all projections should have come to the same position
Progress = Callable[[str, int, int], None]  # what is being done, how much of it, of how much


class VerifyRefused(Exception):
    """Somebody else is verifying this database."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked; `faults` names what is wrong, none means that it holds."""

    name: str
    looked_at: str
    seconds: float
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.faults


@dataclass
class _Run:
    """One verification: where it reads, what it tells, what it found."""

    dsn: str
    projections: Sequence[Projection]
    tell: Progress
    conn: Connection  # fills the proof
    shown: Connection  # sees what readers see, at one moment
    done: list[Check] = field(default_factory=list)

    def add(self, name: str, started: float, looked_at: str, faults: Iterable[str]) -> None:
        named = tuple(faults)
        if len(named) > NAMED:
            named = (*named[:NAMED], f"and {len(named) - NAMED} more")
        self.done.append(Check(name, looked_at, time.monotonic() - started, named))


def verify(
    dsn: str,
    projections: Sequence[Projection] = PROJECTIONS,
    progress: Progress | None = None,
    log_key: bytes | None = None,
) -> list[Check]:
    """Every check of the ledger with its result; raises VerifyRefused where one runs already.

    With `log_key`, our key that signs the log (PEM), it is also seen that the seals are ours.
    """
    tell = progress or (lambda what, done, of: None)
    with connect(dsn, application="bima-verify") as conn, connect(dsn) as shown:
        conn.execute("SET statement_timeout = 0")
        shown.execute("SET statement_timeout = 0")
        shown.execute("SET idle_in_transaction_session_timeout = 0")
        row = conn.execute("SELECT pg_try_advisory_lock(%s, 0)", (LOCK,)).fetchone()
        if row != (True,):
            raise VerifyRefused("this database is being verified already")
        run = _Run(dsn, projections, tell, conn, shown)
        _streams(run)
        _seals(run, log_key)
        with _one_moment(run) as at, _proof(run) as projector:
            _standings(run, at)
            _fill(run, projector, at)
            _rows(run, projector)
            _ties(run)
    return run.done


def _streams(run: _Run) -> None:
    started = time.monotonic()
    found = verify_streams(
        run.dsn,
        codec=Codec(CATALOGUE),
        progress=lambda done, of: run.tell("events checked", done, of),
    )
    looked_at = f"{found.events} events in {found.streams} streams"
    run.add("streams are whole and chained", started, looked_at, map(str, found.faults))


def _seals(run: _Run, log_key: bytes | None) -> None:
    started = time.monotonic()
    found = verify_seals(
        run.conn,
        log_key,
        progress=lambda done, of: run.tell("sealed events compared", done, of),
    )
    looked_at = f"{found.events} events under {found.checkpoints} checkpoints"
    run.add("the log is what was sealed", started, looked_at, found.faults)


@contextmanager
def _one_moment(run: _Run) -> Iterator[dict[str, int]]:
    """What readers see at one moment, with the position of each projection: the same for all,
    unless one of them stands still."""
    names = {projection.name for projection in run.projections}
    give_up = time.monotonic() + PATIENCE
    while True:
        run.shown.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = standing.positions(run.shown)
        at = {name: position for name, (position, _) in found.items() if name in names}
        if len(set(at.values())) <= 1 or time.monotonic() > give_up:
            break
        run.shown.execute("ROLLBACK")
        time.sleep(0.05)
    try:
        yield at
    finally:
        run.shown.execute("ROLLBACK")


@contextmanager
def _proof(run: _Run) -> Iterator[Projector]:
    """The same projections over empty tables of their own, which go when the block ends."""
    _drop(run)
    for projection in run.projections:
        for table in projection.tables:
            run.conn.execute(tables.create(table, SCHEMA))
        standing.register(run.conn, projection.name + SUFFIX, projection.version)
    projector = Projector([Runner(p, SCHEMA, SUFFIX) for p in run.projections], largest=10_000)
    projector.take_over(run.conn)
    try:
        yield projector
    finally:
        _drop(run)


def _drop(run: _Run) -> None:
    with run.conn.transaction():
        for projection in run.projections:
            for table in projection.tables:
                run.conn.execute(f"DROP TABLE IF EXISTS {SCHEMA}.{table.name}")
            standing.unregister(run.conn, projection.name + SUFFIX)


def _standings(run: _Run, at: dict[str, int]) -> None:
    started = time.monotonic()
    found = {one.name: one for one in standing.standings(run.shown)}
    last = run.shown.execute("SELECT last FROM es_safe_position()").fetchone()
    assert last is not None
    faults = []
    for projection in run.projections:
        one = found.get(projection.name)
        if one is None:
            faults.append(f"{projection.name} has no checkpoint")
        elif one.error:
            faults.append(f"{projection.name} stopped {one.error}")
        elif one.version != projection.version:
            faults.append(f"{projection.name} is filled in version {one.version}")
        elif one.position > last[0]:
            faults.append(f"{projection.name} is at {one.position}, beyond the log")
    if len(set(at.values())) > 1 and not faults:
        behind = min(at, key=lambda name: at[name])
        faults.append(f"{behind} is at {at[behind]}, others are at {max(at.values())}")
    reached = f"position {min(at.values(), default=0)} of {last[0]}"
    run.add("projections follow the log", started, reached, faults)


def _fill(run: _Run, projector: Projector, at: dict[str, int]) -> None:
    """Fill the proof up to exactly where each projection stands: together, then the rest."""
    started, common = time.monotonic(), min(at.values(), default=0)
    while projector.round(run.conn, common):
        run.tell("rows made again", min(r.position for r in projector.runners), common)
    run.tell("rows made again", common, common)
    for runner in projector.runners:
        alone = Projector([runner])
        while alone.round(run.conn, at.get(runner.projection.name, 0)):
            pass
    faults = [f"{r.projection.name} stopped {r.stopped}" for r in projector.runners if r.stopped]
    made = f"{projector.applied} events"
    run.add("read models can be made again from the log", started, made, faults)


def _rows(run: _Run, projector: Projector) -> None:
    """Each table beside what the log makes of it."""
    for done, runner in enumerate(projector.runners, 1):
        started, rows = time.monotonic(), 0
        faults: list[str] = []
        for table in runner.projection.tables if not runner.stopped else ():
            rows += _compare(run, table, faults)
        name = f"{runner.projection.name} shows what the log says"
        run.add(name, started, f"{rows} rows", faults)
        run.tell("tables compared", done, len(projector.runners))


def _compare(run: _Run, table: Table[Any], faults: list[str]) -> int:
    """How many rows are shown; those that are not as they should be are named by their keys."""
    rows, digest = _digest(run.shown, table, "public")
    if (rows, digest) != _digest(run.conn, table, SCHEMA):
        faults.extend(_differences(run, table))
    return rows


def _digest(conn: Connection, table: Table[Any], schema: str) -> tuple[int, bytes]:
    digest, rows = hashlib.sha256(), 0
    with conn.cursor().copy(tables.copy_out(table, schema)) as copy:
        for data in copy:
            digest.update(data)
            rows += 1
    return rows, digest.digest()


def _differences(run: _Run, table: Table[Any]) -> Iterator[str]:
    should = {key: hash(line) for key, line in _keyed(run.conn, table, SCHEMA)}
    for key, line in _keyed(run.shown, table, "public"):
        expected = should.pop(key, None)
        if expected is None:
            yield f"{table.name} {key}: the log has no such row"
        elif expected != hash(line):
            yield f"{table.name} {key}: is not what the log says"
    for key in should:
        yield f"{table.name} {key}: is missing"


def _keyed(conn: Connection, table: Table[Any], schema: str) -> Iterator[tuple[str, str]]:
    """Every row as text, with its key: the columns after the tenant's."""
    width = len(table.key)
    with conn.cursor().copy(tables.copy_out(table, schema)) as copy:
        for data in copy:
            line = bytes(data).decode()
            yield " ".join(line.split("\t", width + 1)[1 : width + 1]), line


def _ties(run: _Run) -> None:
    for done, tie in enumerate(TIES, 1):
        started = time.monotonic()
        rows = run.shown.execute(f"SELECT what FROM ({tie.sql}) AS t (what) LIMIT 1000").fetchall()  # noqa: S608  # nosec B608  # a tie declared here
        run.add(tie.name, started, "", [what for (what,) in rows])
        run.tell("sums", done, len(TIES))
