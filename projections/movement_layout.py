"""The file of a closed month: its columns, and the one way in which its bytes are made.

The rows of a month are written as Parquet in the total order (event, line), with fixed settings,
from one block of memory: the same rows are the same bytes, whoever writes them, with however many
threads. The library that writes them may change one day; `rows_sha256` is made of the rows as
text and stays the same.
"""

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from domain.movement_book.events import MovementTotal

LAYOUT = 1
"""Number of this form of the file; it is raised with every change of the columns below."""

SCHEMA: Mapping[str, pl.DataType] = {
    "event": pl.Int64(),
    "line": pl.Int32(),
    "stream_id": pl.String(),
    "version": pl.Int32(),
    "kind": pl.String(),
    "effective_on": pl.Date(),
    "recorded_at": pl.Datetime("us", "UTC"),
    "service_on": pl.Date(),
    "currency": pl.String(),
    "minor": pl.Int64(),
    "claim_no": pl.Int64(),
    "claim_id": pl.String(),
    "claim_kind": pl.String(),
    "member_id": pl.String(),
    "policy_id": pl.String(),
    "product_id": pl.String(),
    "provider_id": pl.String(),
    "treaty_id": pl.String(),
}
ORDER = ("event", "line")
ROW_GROUP = 131_072  # rows that are read or passed over together
PAGE = 1_048_576  # bytes
LEVEL = 3  # of zstd
INSTANT = "%Y-%m-%dT%H:%M:%S%.6fZ"


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds: rows, their totals by kind and currency, and both hashes."""

    rows: int
    totals: tuple[MovementTotal, ...]
    rows_sha256: str
    file_sha256: str


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in their total order, with exactly the columns of the layout, in one block."""
    columns = [pl.col(name).cast(kind) for name, kind in SCHEMA.items()]
    return frame.select(columns).sort(ORDER).rechunk()


def canonical_csv(frame: pl.DataFrame) -> bytes:
    """The rows as text: a heading, then one line a row; nothing stands for what is not known."""
    out = io.BytesIO()
    ordered(frame).write_csv(out, datetime_format=INSTANT, null_value="", line_terminator="\n")
    return out.getvalue()


def write(frame: pl.DataFrame, path: Path) -> Written:
    """Write the rows to a file, which appears when it is whole and on the disk.

    A file in its place is replaced: who closes a month writes it under another name first.
    """
    rows = ordered(frame)
    rows.write_parquet(
        path,
        compression="zstd",
        compression_level=LEVEL,
        statistics=True,
        row_group_size=ROW_GROUP,
        data_page_size=PAGE,
    )
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return Written(rows.height, totals(rows), rows_digest(rows), file_digest(path))


def totals(frame: pl.DataFrame) -> tuple[MovementTotal, ...]:
    """Rows and sums by kind and currency, in the order of their names."""
    sums = (
        frame.group_by("kind", "currency")
        .agg(pl.len().alias("rows"), pl.col("minor").cast(pl.Int128).sum().alias("minor"))
        .sort("kind", "currency")
    )
    return tuple(
        MovementTotal(kind, currency, rows, int(minor))
        for kind, currency, rows, minor in sums.iter_rows()
    )


def rows_digest(frame: pl.DataFrame) -> str:
    """SHA-256 of the rows as canonical text: the same for every format of file."""
    return hashlib.sha256(canonical_csv(frame)).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file; raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
