"""Values in addresses, read as the type of the field that they are compared with.

What is taken and what OpenAPI says is taken stand side by side here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from api.fields import DAY_PATTERN, day, instant
from api.money import parsed
from api.parameters import flag, whole
from api.resources import Field

MOST_VALUES = 100
LONGEST_TEXT = 100
_LARGEST = 2**63 - 1
_EXACT = r"^-?[0-9]{1,12}(\.[0-9]{1,12})?$"


def value_of(shown: Field, operator: str, text: str) -> object:
    """What a field is compared with; raises ValueError, which says what is wrong."""
    if operator == "in":
        words = text.split(",")
        if len(words) > MOST_VALUES:
            raise ValueError(f"at most {MOST_VALUES} values")
        return [_single(shown, word) for word in words]
    if operator == "contains":
        if not text:
            raise ValueError("is empty")
        return _text(text)
    return _single(shown, text)


def _single(shown: Field, text: str) -> object:
    if shown.column.mark.money:
        return parsed(text).minor
    return KINDS[shown.column.type].read(text)


def exact(text: str) -> Decimal:
    """A decimal number in plain digits; raises ValueError."""
    if re.fullmatch(_EXACT, text) is None or not text.isascii():
        raise ValueError("is not a decimal number like 0.85")
    return Decimal(text)


def _id(text: str) -> UUID:
    if len(text) != 36:
        raise ValueError("is not an id like 01890a5d-ac96-774b-bcce-b302099a8057")
    return UUID(text)


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"is longer than {LONGEST_TEXT} characters")
    return text


@dataclass(frozen=True, slots=True)
class Kind:
    """How a type is read from an address, and the same for OpenAPI."""

    read: Callable[[str], object]
    schema: dict[str, Any]


_TEXT = Kind(_text, {"type": "string", "maxLength": LONGEST_TEXT})
KINDS: dict[type, Kind] = {
    UUID: Kind(_id, {"type": "string", "format": "uuid"}),
    str: _TEXT,
    tuple: _TEXT,
    int: Kind(
        whole(-_LARGEST, _LARGEST),
        {"type": "integer", "minimum": -_LARGEST, "maximum": _LARGEST},
    ),
    bool: Kind(flag, {"type": "boolean"}),
    date: Kind(day, {"type": "string", "format": "date", "pattern": DAY_PATTERN}),
    datetime: Kind(instant, {"type": "string", "format": "date-time"}),
    Decimal: Kind(exact, {"type": "string", "pattern": _EXACT}),
}
