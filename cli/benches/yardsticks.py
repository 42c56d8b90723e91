"""Limits of the same server in the same minute: plain SQL into a table with the log's keys."""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from adapters.postgres import connect
from cli.benches.measuring import Work, side_by_side
from deploy.postgres import find_binaries

# The columns and the primary key of the log, its index on the position, and nothing else.
TABLE = """
CREATE TABLE IF NOT EXISTS bench_plain (LIKE es_event INCLUDING DEFAULTS, PRIMARY KEY
    (tenant, stream_id, version));
CREATE INDEX IF NOT EXISTS bench_plain_position ON bench_plain (position);
CREATE SEQUENCE IF NOT EXISTS bench_position;
"""
_VALUES = """nextval('bench_position'), now(), NULL, 1, 1, current_date, 1, 1, %s, %s, %s,
'bench', '', %s, NULL, %s"""
INSERT = f"""INSERT INTO bench_plain (position, recorded_at, caused_by, tenant, version,
effective_on, type, schema_version, stream_id, command_id, correlation_id, actor, reason, data,
sealed, hash) VALUES ({_VALUES})"""  # noqa: S608  # nosec B608  # a list of places
DATA = b'{"amount":{"minor":2500000,"currency":"TZS"},"received_on":"2026-01-01","note":"' + (
    b"x" * 240 + b'"}'
)
BATCH = 500
PLAIN = "plain inserts"
BATCHED = f"inserts by {BATCH}"
PGBENCH = "pgbench"


def _row() -> tuple[Any, ...]:
    stream: UUID = uuid4()
    return (stream, stream, stream, DATA, bytes(32))


def plain_inserts(url: str, callers: int, seconds: float) -> Work:
    """One row a transaction, from this language, with prepared statements."""

    @contextmanager
    def caller(_: int) -> Iterator[Callable[[], int]]:
        with connect(url, application="bench") as conn:

            def once() -> int:
                conn.execute(INSERT, _row())
                return 1

            yield once

    return Work(PLAIN, "rows/s", lambda: side_by_side(callers, seconds, caller))


def plain_batches(url: str, seconds: float) -> Work:
    """Many rows a transaction from one caller."""

    @contextmanager
    def caller(_: int) -> Iterator[Callable[[], int]]:
        with connect(url, application="bench") as conn:

            def once() -> int:
                with conn.transaction(), conn.cursor() as cursor:
                    cursor.executemany(INSERT, [_row() for _ in range(BATCH)])
                return BATCH

            yield once

    return Work(BATCHED, "rows/s", lambda: side_by_side(1, seconds, caller))


SCRIPT = INSERT.replace(
    "%s, %s, %s,", "gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),", 1
)


def pgbench(url: str, callers: int, seconds: float) -> Work | None:
    """The server's own load generator on the same insert; None where it is not installed."""
    program = find_binaries() / "pgbench"
    if not program.is_file():
        return None

    def rate() -> float:
        said = ""
        # On a machine that is busy with others nothing at all may come of a second.
        for lasts in (max(1, round(seconds)), 10, 60):
            with _script() as script:
                said = subprocess.run(
                    [program, "-n", "-M", "prepared", "-c", str(callers), "-j", "2",
                     "-T", str(lasts), "-f", script, url],
                    capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"},
                ).stdout  # fmt: skip
            found = re.search(r"tps = ([0-9.]+)", said)
            if found is not None:
                return float(found[1])
        raise RuntimeError(f"pgbench wrote nothing within a minute: {said}")

    return Work(PGBENCH, "rows/s", rate)


@contextmanager
def _script() -> Iterator[str]:
    """The insert as a pgbench script, in a file for the length of a block."""
    text = SCRIPT.replace("%s", f"'\\\\x{DATA.hex()}'::bytea", 1)
    text = text.replace("%s", f"'\\\\x{bytes(32).hex()}'::bytea", 1)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(text.replace("\n", " ") + ";\n")
        file.flush()
        yield file.name
