"""Values in addresses, read as the type of the field that they are compared with."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from api.fields import day, instant
from api.money import parsed
from api.parameters import flag, whole
from api.resources import Field

MOST_VALUES = 100
_LARGEST = 2**63 - 1


def value_of(shown: Field, operator: str, text: str) -> object:
    if operator == "in":
        words = text.split(",")
        if len(words) > MOST_VALUES:
            raise ValueError(f"at most {MOST_VALUES} values")
        return [_single(shown, word) for word in words]
    if operator == "contains":
        if not 1 <= len(text) <= MOST_VALUES:
            raise ValueError(f"1 to {MOST_VALUES} characters")
        return text
    return _single(shown, text)


def _single(shown: Field, text: str) -> object:
    if shown.column.mark.money:
        return parsed(text).minor
    return READERS[shown.column.type](text)


def _exact(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("is not a decimal number") from error
    if not number.is_finite() or len(text) > 40 or abs(number.adjusted()) > 40:
        raise ValueError("is not a decimal number of a usual size")
    return number


def _text(text: str) -> str:
    if len(text) > 500:
        raise ValueError("is longer than 500 characters")
    return text


READERS: dict[type, Callable[[str], object]] = {
    UUID: UUID,
    str: _text,
    int: whole(-_LARGEST, _LARGEST),
    bool: flag,
    date: day,
    datetime: instant,
    Decimal: _exact,
}
