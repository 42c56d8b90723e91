"""What happens to a claim, as the actuary reads it: with the day it took effect and the day it was
recorded."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.money import Money

Segment = tuple[tuple[str, str], ...]


class MovementKind(StrEnum):
    """RESERVE is a change of the case reserve; SERVICE_DATE corrects the day of service; MERGED
    moves everything to another claim."""

    OPENED = "opened"
    PAID = "paid"
    RESERVE = "reserve"
    CLOSED = "closed"
    REOPENED = "reopened"
    SERVICE_DATE = "service_date"
    VOID = "void"
    MERGED = "merge"


@dataclass(frozen=True, slots=True)
class ClaimMovement:
    """One fact about a claim; `seq` orders facts of one day as the ledger recorded them.

    `segment` holds (name, value) pairs; a movement without one has that of its claim's opening.
    """

    seq: int
    claim: str
    kind: MovementKind
    effective_on: date
    recorded_on: date
    amount: Money | None = None
    service_on: date | None = None
    into: str = ""
    segment: Segment = ()
