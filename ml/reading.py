"""Reads a table of claims from a CSV file; what is wrong is told by column and line.

A category may take any value: what was never seen before is the model's business, not an error.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from ml.declaring import Value

if TYPE_CHECKING:
    from _csv import Reader

MOST_FAULTS = 10


class Holds(StrEnum):
    """What stands in a column."""

    NUMBER = "a number"
    TEXT = "a text"
    DAY = "a day like 1/31/2015"
    YES_NO = "Y or N"


@dataclass(frozen=True, slots=True)
class Reading:
    """A column of the file; `gap` is the sign of a value that is not known, if there may be one."""

    holds: Holds
    gap: str | None = None


class BadTable(ValueError):
    """The file cannot be used; every line of the text names one fault."""


Row = Mapping[str, Value]


def read_table(
    path: Path, columns: Mapping[str, Reading], may_lack: frozenset[str] = frozenset()
) -> list[Row]:
    """The rows of a file with these columns; others in it are left alone. Raises BadTable.

    A column of `may_lack` need not be there; its values are then not known.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _rows(path.name, csv.reader(file, strict=True), columns, may_lack)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadTable(f"{path.name} cannot be read as CSV: {error}") from error


def _rows(
    name: str,
    lines: "Reader",
    columns: Mapping[str, Reading],
    may_lack: frozenset[str],
) -> list[Row]:
    head = [title.strip() for title in next(lines, [])]
    if not head:
        raise BadTable(f"{name} is empty: its first line must name the columns")
    if twice := sorted({title for title in head if title and head.count(title) > 1}):
        raise BadTable(f"{name}, line 1: the column {twice[0]} comes twice")
    missing = [title for title in columns if title not in head and title not in may_lack]
    if missing:
        raise BadTable(f"{name}, line 1: the column {', '.join(missing)} is missing")
    rows: list[Row] = []
    faults: list[str] = []
    for cells in lines:
        if not any(cells):
            continue
        where = f"{name}, line {lines.line_num}"
        if len(cells) != len(head):
            faults.append(f"{where}: {len(cells)} values for {len(head)} columns")
        else:
            given = dict(zip(head, cells, strict=True))
            rows.append(_row(where, given, columns, faults))
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise BadTable("\n".join(faults))
    if not rows:
        raise BadTable(f"{name} has no rows")
    return rows


def _row(
    where: str, given: Mapping[str, str], columns: Mapping[str, Reading], faults: list[str]
) -> Row:
    row: dict[str, Value] = {}
    for title, reading in columns.items():
        text = given.get(title, "").strip()
        row[title] = None
        if title not in given or (reading.gap is not None and text in (reading.gap, "")):
            continue
        try:
            row[title] = _value(text, reading.holds)
        except ValueError:
            found = f"{text[:40]!r}" if text else "nothing"
            faults.append(f"{where}: the column {title} holds {found} instead of {reading.holds}")
    return row


def _value(text: str, holds: Holds) -> Value:
    match holds:
        case Holds.NUMBER:
            number = float(text)
            if not isfinite(number) or "_" in text:
                raise ValueError
            return number
        case Holds.DAY:
            return day(text).isoformat()
        case Holds.YES_NO if text not in ("Y", "N"):
            raise ValueError
        case _ if not text:
            raise ValueError
        case _:
            return text


def day(text: str) -> date:
    """A day written month/day/year; raises ValueError."""
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007  # a day has no time zone


def numbers(rows: Sequence[Row], column: str) -> list[float]:
    """A column that was read as numbers without gaps."""
    told = [row[column] for row in rows]
    assert all(isinstance(value, float) for value in told)
    return [float(value) for value in told if value is not None]


def texts(rows: Sequence[Row], column: str) -> tuple[str, ...]:
    """A column as texts; a value that is not known is an empty one."""
    return tuple("" if row[column] is None else str(row[column]) for row in rows)
