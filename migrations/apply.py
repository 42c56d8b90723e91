"""Brings a database up to date: each numbered folder once, in order, whole or not at all.

A step is `NNNN_name/up.sql`, beside it `check.sql` (rows of a rule and whether it holds) and
`notes.md`. An applied file is never edited; a change is a new step.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from adapters.postgres import Connection, connect

FOLDER = Path(__file__).parent
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+")
_LOCK = 1112100173  # one number for this lock alone; the log's locks are its neighbours


class MigrationRefused(Exception):
    """The steps and the database do not fit together; nothing of the refused step was stored."""


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered folder; `digest` is the SHA-256 of its up.sql."""

    name: str
    up: str
    check: str
    digest: bytes

    @property
    def whole(self) -> bool:
        """Whether it runs in one transaction; `-- no-transaction` in its first line says no."""
        return not self.up.startswith("-- no-transaction")


def apply(
    dsn_or_conn: str | Connection,
    report: Callable[[str], None] | None = None,
    folder: Path = FOLDER,
) -> list[str]:
    """Apply the steps that the database lacks and return their names; safe for many at once.

    Each step's check runs in its own transaction: a rule that does not hold undoes the step.
    Raises MigrationRefused when an applied file was edited, when a rule does not hold, or when
    the database is ahead of this code.
    """
    steps = read_steps(folder)
    with _connection(dsn_or_conn) as conn:
        conn.execute("SET lock_timeout = 0")  # as many wait here as start at once
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        try:
            conn.execute(_REGISTER)
            missing = _missing(conn, steps)
            for step in missing:
                _apply_one(conn, step)
                if report is not None:
                    report(step.name)
            if missing and _knows_roles(conn):
                conn.execute("SELECT es_settle_rights()")
            return [step.name for step in missing]
        finally:
            if not conn.closed:
                conn.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))
                conn.execute("RESET lock_timeout")


def pending(dsn_or_conn: str | Connection, folder: Path = FOLDER) -> list[str]:
    """The names of the steps that the database lacks; changes nothing."""
    steps = read_steps(folder)
    with _connection(dsn_or_conn) as conn:
        found = conn.execute("SELECT to_regclass('meta_migration')").fetchone()
        if found is None or found[0] is None:
            return [step.name for step in steps]
        return [step.name for step in _missing(conn, steps)]


def read_steps(folder: Path = FOLDER) -> list[Step]:
    """All steps of a folder in order; raises MigrationRefused for a wrong or doubled number."""
    steps: list[Step] = []
    numbers: dict[str, str] = {}
    for path in sorted(p.parent for p in folder.glob("*/up.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise MigrationRefused(f"{path.name}: a step is named like 0007_claim_inbox")
        if match[1] in numbers:
            raise MigrationRefused(f"{path.name} and {numbers[match[1]]} have the same number")
        numbers[match[1]] = path.name
        up = (path / "up.sql").read_bytes()
        check = path / "check.sql"
        if not check.exists():
            raise MigrationRefused(f"{path.name} has no check.sql")
        digest = hashlib.sha256(up).digest()
        steps.append(Step(path.name, up.decode(), check.read_text("utf-8"), digest))
    return steps


_REGISTER = """CREATE TABLE IF NOT EXISTS meta_migration (
    name       text        PRIMARY KEY,
    digest     bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)"""


def _missing(conn: Connection, steps: list[Step]) -> list[Step]:
    applied = {
        name: bytes(digest)
        for name, digest in conn.execute("SELECT name, digest FROM meta_migration").fetchall()
    }
    known = {step.name for step in steps}
    ahead = sorted(set(applied) - known)
    if ahead:
        raise MigrationRefused(
            f"the database has {', '.join(ahead)}, which this code does not know: "
            "run a newer version of Bima against it"
        )
    for step in steps:
        if applied.get(step.name, step.digest) != step.digest:
            raise MigrationRefused(
                f"{step.name}/up.sql was edited after it had been applied to this database: "
                "restore the file and put the change into a new step"
            )
    return [step for step in steps if step.name not in applied]


def _knows_roles(conn: Connection) -> bool:
    row = conn.execute("SELECT to_regproc('es_settle_rights') IS NOT NULL").fetchone()
    return row == (True,)


def _apply_one(conn: Connection, step: Step) -> None:
    try:
        if step.whole:
            with conn.transaction():
                conn.execute(step.up.encode(), prepare=False)
                _record(conn, step)
        else:
            for statement in step.up.split(";\n"):
                if statement.strip():
                    conn.execute(statement.encode(), prepare=False)
            _record(conn, step)
    except psycopg.Error as error:
        raise MigrationRefused(f"{step.name}: {error}") from error


def _record(conn: Connection, step: Step) -> None:
    rows: list[tuple[Any, ...]] = conn.execute(step.check.encode(), prepare=False).fetchall()
    broken = [str(rule) for rule, holds in rows if not holds]
    if broken:
        raise MigrationRefused(f"{step.name}: does not hold afterwards: {'; '.join(broken)}")
    conn.execute(
        "INSERT INTO meta_migration (name, digest) VALUES (%s, %s)", (step.name, step.digest)
    )


@contextmanager
def _connection(dsn_or_conn: str | Connection) -> Iterator[Connection]:
    if isinstance(dsn_or_conn, str):
        with connect(dsn_or_conn, application="bima-migrate") as conn:
            yield conn
    else:
        yield dsn_or_conn
