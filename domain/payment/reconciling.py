"""A bank statement held against our payments, line by line: what differs, and what it means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.money import Money


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement as the bank tells it: money that left, or, `returned`, that came back.

    `instruction_id` is the number of the payment that it was made for.
    """

    line: int
    on: date
    amount: Money
    instruction_id: str
    reference: str = ""
    returned: bool = False


@dataclass(frozen=True, slots=True)
class OwnPayment:
    """A payment as our books have it; `paid_on` where the bank has confirmed it."""

    payment_id: UUID
    number: str
    stage: str
    amount: Money
    paid_on: date | None


class Differs(StrEnum):
    """What can be wrong with a line, or with a payment that no line speaks of."""

    UNKNOWN = "unknown_payment"
    AMOUNT = "amount_differs"
    TWICE = "paid_twice"
    UNCONFIRMED = "not_confirmed_here"
    RETURN_UNBOOKED = "return_not_booked_here"
    NOT_PAID = "not_paid_here"
    ABSENT = "missing_at_bank"


BOOKABLE = (Differs.UNCONFIRMED, Differs.RETURN_UNBOOKED)
"""Our books have not heard of it yet; the statement says what to book."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`line` is that of the statement; None for a payment that it does not show."""

    what: Differs
    line: StatementLine | None
    payment: OwnPayment | None
    says: str


def compare(
    lines: Sequence[StatementLine], payments: Iterable[OwnPayment]
) -> tuple[Difference, ...]:
    """Everything in which statement and books differ, in the statement's order.

    A confirmed payment of the statement's days that no line shows is missing at the bank.
    """
    known = {payment.number: payment for payment in payments}
    seen: set[tuple[str, bool]] = set()
    found: list[Difference] = []
    for line in lines:
        difference = _of_line(line, known, seen)
        if difference is not None:
            found.append(difference)
        seen.add((line.instruction_id, line.returned))
    if lines:
        first, last = min(line.on for line in lines), max(line.on for line in lines)
        found += [
            Difference(Differs.ABSENT, None, it, f"{it.number} is confirmed for {it.paid_on}")
            for it in known.values()
            if it.paid_on is not None and first <= it.paid_on <= last
            if (it.number, False) not in seen
        ]
    return tuple(found)


def _of_line(
    line: StatementLine, known: Mapping[str, OwnPayment], seen: set[tuple[str, bool]]
) -> Difference | None:
    payment = known.get(line.instruction_id)
    if payment is None:
        says = f"we made no payment {line.instruction_id or 'without a number'}"
        return Difference(Differs.UNKNOWN, line, None, says)
    if (line.instruction_id, line.returned) in seen:
        return Difference(Differs.TWICE, line, payment, f"{payment.number} is there already")
    if line.amount != payment.amount:
        says = f"the bank moved {line.amount}, we instructed {payment.amount}"
        return Difference(Differs.AMOUNT, line, payment, says)
    if line.returned and payment.stage != "returned":
        says = f"it came back, and is {payment.stage} here"
        return Difference(Differs.RETURN_UNBOOKED, line, payment, says)
    if not line.returned and payment.paid_on is None:
        what = Differs.UNCONFIRMED if payment.stage == "instructed" else Differs.NOT_PAID
        if payment.stage == "returned":
            return None  # it came back before its arrival was heard of
        return Difference(what, line, payment, f"the bank has paid, it is {payment.stage} here")
    return None
