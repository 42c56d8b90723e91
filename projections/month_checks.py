"""Proves that closed months of movements are what was closed: rows, totals, and the files.

The rows of a month are read from the table within the bounds that were recorded and hashed again;
a file that lies here must have the hash that was recorded when it was written.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from adapters.postgres import Connection, connect
from projections.movement_layout import file_digest, rows_digest
from projections.movement_reading import ClosedMonth, closed_months, from_table
from projections.verifying import Check

NAME = "closed months of movements are what was closed"


def check_months(dsn: str, folder: Path, tenant: int, tell: Callable[[int, int], None]) -> Check:
    """Every closed month, with its file where it lies in `folder`."""
    started, faults, rows, files = time.monotonic(), [], 0, 0
    with connect(dsn, application="bima-verify") as conn:
        conn.execute("SET statement_timeout = 0")
        months = closed_months(conn, tenant)
        before: ClosedMonth | None = None
        for done, month in enumerate(months, 1):
            faults += list(_rows(conn, tenant, before, month))
            if (folder / month.file_name).is_file():
                files += 1
                faults += list(_file(folder / month.file_name, month))
            rows += month.rows
            before = month
            tell(done, len(months))
    looked_at = f"{rows} rows of {len(months)} months, {files} files"
    return Check(NAME, looked_at, time.monotonic() - started, tuple(faults))


def _rows(
    conn: Connection, tenant: int, before: ClosedMonth | None, month: ClosedMonth
) -> Iterator[str]:
    found = from_table(conn, tenant, after=before, until=month)
    if found.height != month.rows:
        yield f"{month.month:%Y-%m}: {found.height} rows, {month.rows} were closed"
    elif rows_digest(found) != month.rows_sha256:
        yield f"{month.month:%Y-%m}: the rows are not those that were closed"


def _file(path: Path, month: ClosedMonth) -> Iterator[str]:
    if month.file_sha256 and file_digest(path) != month.file_sha256:
        yield f"{path}: is not the file that was written; delete it and `bima movements close`"
