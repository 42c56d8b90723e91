"""Which months are closed: the last one, and what was told of each."""

from dataclasses import dataclass
from datetime import date

from domain.movement_book.events import MonthClosed, MovementBookEvent


@dataclass(frozen=True, slots=True)
class MovementBook:
    """The closed months in their order; a book begins with none."""

    months: tuple[MonthClosed, ...] = ()

    @property
    def last(self) -> MonthClosed | None:
        return self.months[-1] if self.months else None

    def of(self, month: date) -> MonthClosed | None:
        """What was closed for the month that begins on a day."""
        return next((one for one in self.months if one.month == month), None)


def evolve(book: MovementBook, event: MovementBookEvent) -> MovementBook:
    return MovementBook((*book.months, event))
