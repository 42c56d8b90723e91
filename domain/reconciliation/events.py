"""What can happen to a bank statement: it is held against our payments, once or again."""

from dataclasses import dataclass
from datetime import date

from domain.money import Money


@dataclass(frozen=True, slots=True)
class Differing:
    """In what statement and books differed; `line` is that of the statement, None where no line
    speaks of the payment. `booked` where the statement was right and our books followed it;
    `why_not` where they could not."""

    what: str
    number: str
    on: date
    says: str
    bank: Money | None = None
    ours: Money | None = None
    line: int | None = None
    booked: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class StatementReconciled:
    """`run` counts how often the same statement was compared; `digest` is the SHA-256 of its bytes.

    Its days are half-open: from the first movement's day, until the day after the last one's.
    """

    number: str
    run: int
    statement: str
    digest: str
    from_on: date
    until_on: date
    lines: int
    matched: int
    differences: tuple[Differing, ...]
    reconciled_by: str


ReconciliationEvent = StatementReconciled
