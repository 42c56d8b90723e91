"""Days and amounts as bank statements write them, and what is said of a statement that cannot be
read."""

from datetime import date
from decimal import Decimal, InvalidOperation

from domain.money import Money


class StatementUnreadable(Exception):
    """Every line that cannot be read, with its fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def day(text: str | None) -> date:
    """A day like 2025-03-05; raises ValueError."""
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError as error:
        raise ValueError(f"date: {text!r} is no day like 2025-03-05") from error


def amount(text: str | None, currency: str | None) -> Money:
    """An amount above zero, with a full stop before its decimals; raises ValueError."""
    try:
        found = Money.of(Decimal((text or "").strip()), (currency or "").strip())
    except (InvalidOperation, ValueError) as error:
        raise ValueError(f"amount: {text!r} {currency!r} is no amount of money") from error
    if found.minor <= 0:
        raise ValueError(f"amount: {text!r} is not above zero")
    return found
