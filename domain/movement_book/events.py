"""What can happen to the book of movements: a month of recording is closed for ever."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class MovementTotal:
    """What the movements of one kind and currency add up to, in minor units."""

    kind: str
    currency: str
    rows: int
    minor: int


@dataclass(frozen=True, slots=True)
class MonthClosed:
    """The movements recorded before `ends_at`, up to the log position `cut_off`, and not in an
    earlier month, were written to a file.

    `month` is its first day. `rows_sha256` is that of the rows in canonical text and outlives
    every change of file format; `file_sha256` is that of the file as it was written in `layout`.
    """

    month: date
    ends_at: datetime
    cut_off: int
    layout: int
    rows: int
    totals: tuple[MovementTotal, ...]
    rows_sha256: str
    file_sha256: str
    closed_by: str


MovementBookEvent = MonthClosed
