"""One period seen three ways: as it was known, restated with what is known now, and as booked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from domain.money import Money, total


class Dated(Protocol):
    """Anything with a day on which it took effect and a day on which it was recorded."""

    @property
    def effective_on(self) -> date: ...

    @property
    def recorded_on(self) -> date: ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class ClaimPayment:
    """A payment on a claim; a correction is negative and has its own day of recording."""

    claim: str
    amount: Money
    effective_on: date
    recorded_on: date


def as_known(movements: Iterable[D], period_end: date, known_on: date) -> list[D]:
    """Recorded by `known_on` and effective by the period's end (both days included).

    At the cut-off this is the issued report; asked again later it gives the same rows. With
    `known_on` later than the cut-off it is the restated period.
    """
    return [m for m in movements if m.recorded_on <= known_on and m.effective_on <= period_end]


def booked(movements: Iterable[D], from_on: date, until_on: date) -> list[D]:
    """Recorded in the half-open span, whatever day they took effect: never changes afterwards."""
    return [m for m in movements if from_on <= m.recorded_on < until_on]


def adjustment(
    movements: Iterable[D],
    period_end: date,
    reported_on: date,
    now_on: date,
    value: Callable[[D], Money],
    currency: str,
) -> Money:
    """What the next report adds for an earlier period: restated less as reported."""
    rows = list(movements)
    now = total(map(value, as_known(rows, period_end, now_on)), currency)
    return now - total(map(value, as_known(rows, period_end, reported_on)), currency)
