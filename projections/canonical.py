"""Reports as bytes that are the same whenever they are made: one way to write every value."""

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from domain.money import Money
from domain.ratio import Ratio

ROW_HASH = "row_sha256"
FORMULA_SIGNS = frozenset("=+-@\t\r\n")


@dataclass(frozen=True, slots=True)
class Issued:
    """A report that was written. `totals` are sums by currency and column, in major units;
    `sha256` is that of the file."""

    path: str
    rows: int
    sha256: str
    totals: Mapping[str, Mapping[str, str]]


Row = Mapping[str, object]


def write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> Issued:
    """Write rows under a heading, each ending with the hash of what stands before it.

    The file appears when it is whole. Rows must come in a total order of their own.
    """
    digest, count = hashlib.sha256(), 0
    totals: dict[str, dict[str, Money]] = {}
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            for line in _lines(columns, rows, totals):
                digest.update(line)
                file.write(line)
                count += 1
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    summed = {
        currency: {column: cell(money) for column, money in sums.items()}
        for currency, sums in sorted(totals.items())
    }
    return Issued(str(path), count - 1, digest.hexdigest(), summed)


def _lines(
    columns: Sequence[str], rows: Iterable[Row], totals: dict[str, dict[str, Money]]
) -> Iterable[bytes]:
    yield _line([*columns, ROW_HASH])
    for row in rows:
        cells = [cell(row[column]) for column in columns]
        yield _line([*cells, hashlib.sha256(_line(cells)).hexdigest()])
        for column in columns:
            value = row[column]
            if isinstance(value, Money):
                sums = totals.setdefault(value.currency, {})
                sums[column] = sums.get(column, Money.zero(value.currency)) + value


def cell(value: object) -> str:
    """A value as text; raises TypeError for a kind of value that has no agreed form."""
    match value:
        case None:
            return ""
        case Money():
            return format(value.amount, "f")
        case bool():
            return "true" if value else "false"
        case str():
            return neutral(value)
        case Ratio() | Decimal():
            return str(value) if isinstance(value, Ratio) else format(value, "f")
        case int():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case list() | tuple():
            return ";".join(cell(one) for one in value)
        case _:
            raise TypeError(f"a report cannot hold a {type(value).__name__}")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula, nor for the beginning of another row.

    A carriage return alone ends a row for many readers, and the writer of CSV does not quote it:
    it becomes a line feed, which is quoted.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text[:1] in FORMULA_SIGNS else text


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
