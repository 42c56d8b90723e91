"""Rows of a CSV file with the place where each stands, and the readings that its cells need."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cli.importing.rejects import BadRow, FileUnusable
from domain.money import BadAmount, Money


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` is its line in the file, counting the heading as 1."""

    file: str
    line: int
    cells: dict[str, str]

    def text(self, *columns: str) -> str:
        """The first of these columns that the file has; layouts name some columns differently."""
        return next((self.cells[c].strip() for c in columns if c in self.cells), "")

    def needed(self, *columns: str) -> str:
        """The same, for a cell that must not be empty."""
        found = self.text(*columns)
        if not found:
            raise BadRow(columns[0], "", "is empty")
        return found

    def day(self, *columns: str) -> date:
        """The day of an ISO date or instant."""
        found = self.needed(*columns)
        try:
            return date.fromisoformat(found[:10])
        except ValueError as error:
            raise BadRow(columns[0], found, "is not a date like 2024-02-29") from error

    def money(self, column: str, currency: str) -> Money:
        """An amount; an empty cell is zero."""
        found = self.text(column)
        try:
            return Money.of(found or "0", currency)
        except BadAmount as error:
            raise BadRow(column, found, str(error)) from error


def rows_of(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a file, read as they are asked for.

    Raises FileUnusable where the file is missing, empty, not UTF-8, lacks a column, or has a line
    with another number of cells than the heading, as a file has that was cut off.
    """
    if not path.is_file():
        raise FileUnusable(f"{path.name} is missing in {path.parent}: give the export's folder")
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.reader(lines, strict=True)
            heading = [name.strip() for name in next(reader, [])]
            missing = [column for column in columns if column not in heading]
            if missing:
                found = "is empty" if not heading else f"has no column {', '.join(missing)}"
                raise FileUnusable(f"{path.name} {found}")
            for cells in reader:
                if len(cells) != len(heading):
                    detail = f"{len(cells)} cells where the heading has {len(heading)}"
                    raise FileUnusable(f"{path.name} line {reader.line_num}: {detail}; cut off?")
                yield Row(path.name, reader.line_num, dict(zip(heading, cells, strict=True)))
    except UnicodeDecodeError as error:
        raise FileUnusable(f"{path.name} is not UTF-8 text: {error.reason}") from error
    except csv.Error as error:
        raise FileUnusable(f"{path.name} cannot be read as CSV: {error}; cut off?") from error
