"""Rows that could not be taken over: where they stand, what is wrong, and what was found there."""

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

MOST_SHOWN = 80


class FileUnusable(Exception):
    """A file is missing, unreadable or not of the expected form: nothing of it was taken over."""


class BadRow(Exception):
    """One row cannot be used; `field` names the column or path, `value` what stood there."""

    def __init__(self, field: str, value: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.value = value
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reject:
    """A rejected row. `line` counts from 1 with the heading; the record of an id may be whole."""

    file: str
    line: int
    record: str
    field: str
    value: str
    reason: str

    @classmethod
    def of(cls, file: str, line: int, record: str, bad: BadRow) -> "Reject":
        return cls(file, line, record, bad.field, bad.value[:MOST_SHOWN], bad.reason)


def write_rejects(rejects: Iterable[Reject], path: Path) -> None:
    """Write rejects as CSV that a spreadsheet opens without running anything in it."""
    from projections.canonical import cell  # where there is anything to write

    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(field.name for field in fields(Reject))
        for reject in rejects:
            writer.writerow(cell(one) for one in astuple(reject))
