"""Reading the texts of case files: decimals, days and amounts, and writing them back."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.money import Money
from domain.periods import Period

Json = Mapping[str, Any]


class BadCase(ValueError):
    """A case that cannot be read; the text names the field and what is wrong with it."""


def decimal(value: Any, field: str = "value") -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise BadCase(f"{field}: {value!r} is not a decimal number") from None


def maybe_decimal(value: Any, field: str = "value") -> Decimal | None:
    return None if value is None else decimal(value, field)


def maybe_number(value: Any, field: str = "value") -> int | None:
    """A whole number; a number with a fraction is refused rather than cut."""
    if value is None:
        return None
    number = decimal(value, field)
    if number != number.to_integral_value():
        raise BadCase(f"{field}: {value!r} is not a whole number")
    return int(number)


def money(value: Any, currency: str, field: str = "amount") -> Money:
    return Money.of(decimal(value, field), currency)


def maybe_money(value: Any, currency: str, field: str = "amount") -> Money | None:
    return None if value is None else money(value, currency, field)


def day(value: Any, field: str = "day") -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadCase(f"{field}: {value!r} is not a day like 2025-01-31") from None


def maybe_day(value: Any, field: str = "day") -> date | None:
    return None if value is None else day(value, field)


def month_day(text: str) -> tuple[int, int]:
    month, _, first = text.partition("-")
    return int(month), int(first)


def days_from_to(first: Any, last: Any) -> Period:
    """A period whose last day is included in the file; an absent first day is the oldest one."""
    until = None if last is None else day(last, "to") + timedelta(days=1)
    return Period(date.min if first is None else day(first, "from"), until)


def text(value: Money | Decimal | int) -> str:
    """An exact decimal without trailing zeros."""
    number = value.amount if isinstance(value, Money) else Decimal(value)
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
