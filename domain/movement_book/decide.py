"""What we allow: months are closed when they are over, in their order, and once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.movement_book.events import MonthClosed, MovementBookEvent, MovementTotal
from domain.movement_book.state import MovementBook
from domain.periods import add_months
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class CloseMonth:
    """Closes the month that begins on `month`, asked for at `asked_at`.

    The rows, their totals and hashes are those of the file that has been written.
    """

    month: date
    ends_at: datetime
    asked_at: datetime
    cut_off: int
    layout: int
    rows: int
    totals: tuple[MovementTotal, ...]
    rows_sha256: str
    file_sha256: str
    closed_by: str


MovementBookCommand = CloseMonth


def decide(book: MovementBook, command: MovementBookCommand) -> Sequence[MovementBookEvent]:
    closed = book.of(command.month)
    if closed is not None:
        return repeated(closed, command)
    may_be_closed(book, command.month, command.ends_at, command.asked_at)
    last = book.last
    if last is not None and (command.cut_off < last.cut_off or command.ends_at <= last.ends_at):
        raise RuleBroken(
            "movement_book.behind_the_last",
            f"{last.month:%Y-%m} was closed at position {last.cut_off}: a later month cannot "
            f"end before it or stop at position {command.cut_off}",
            field="cut_off",
        )
    return [
        MonthClosed(
            command.month,
            command.ends_at,
            command.cut_off,
            command.layout,
            command.rows,
            command.totals,
            command.rows_sha256,
            command.file_sha256,
            command.closed_by,
        )
    ]


def repeated(closed: MonthClosed, command: CloseMonth) -> Sequence[MovementBookEvent]:
    """A closed month asked for again changes nothing; another content for it is refused."""
    if command.rows_sha256 == closed.rows_sha256:
        return []
    raise WrongStage(
        "movement_book.already_closed",
        f"{closed.month:%Y-%m} was closed with {closed.rows} rows and the hash "
        f"{closed.rows_sha256[:12]}…: what came later belongs to the next month",
        field="month",
    )


def may_be_closed(book: MovementBook, month: date, ends_at: datetime, asked_at: datetime) -> None:
    """Refuses a day that begins no month, a month that is not over, and a month whose
    predecessor is open."""
    if month.day != 1:
        raise RuleBroken(
            "movement_book.not_a_month", f"{month} is not the first day of a month", field="month"
        )
    if asked_at < ends_at:
        raise RuleBroken(
            "movement_book.not_over",
            f"{month:%Y-%m} ends at {ends_at.isoformat()}: it cannot be closed before",
            field="month",
        )
    last = book.last
    if last is not None and month != add_months(last.month, 1):
        raise RuleBroken(
            "movement_book.predecessor_open",
            f"{last.month:%Y-%m} was closed last: the next is {add_months(last.month, 1):%Y-%m}",
            field="month",
        )
