"""Amounts in requests: decimal text such as "25000.00", exact, in the ledger's own currency.

A JSON number is refused: most clients would have pushed it through binary floating point.
"""

import re
from contextvars import ContextVar
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, PlainSerializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

from domain.money import UNUSUAL_EXPONENTS, BadAmount, Money, exponent

LEDGER_CURRENCY: ContextVar[str] = ContextVar("LEDGER_CURRENCY")
"""The currency of the ledger that a request is for; set once for each request."""

MOST_DIGITS = 12
"""Digits before the decimal point: claims of a whole country fit, and their sums do too."""

_WHOLE = r"(0|[1-9][0-9]{0,11})"


def pattern(currency: str) -> str:
    """What an amount of a currency looks like: its decimals may be left out, not exceeded."""
    decimals = exponent(currency)
    return f"^{_WHOLE}$" if decimals == 0 else rf"^{_WHOLE}(\.[0-9]{{1,{decimals}}})?$"


def parsed(value: object) -> Money:
    """The amount of a request's text; raises ValueError, which names the field to the caller."""
    if isinstance(value, Money):
        return value
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004  # what pydantic makes a fault of the field
            'an amount is text, such as "25000.00"'
        )
    currency = LEDGER_CURRENCY.get()
    if re.fullmatch(rf"{_WHOLE}(\.[0-9]+)?", value) is None or not value.isascii():
        raise ValueError(
            f"an amount is text of at most {MOST_DIGITS} digits before the point, "
            'not below zero, such as "25000.00"'
        )
    try:
        return Money.of(value, currency)
    except BadAmount as error:
        raise ValueError(str(error)) from error


def shown(money: Money) -> str:
    """An amount as the API shows it: all decimals of its currency, no separators."""
    return format(money.amount, "f")


@cache
def in_major_units(minor: str, currency: str) -> str:
    """The same as SQL: text of a column of minor units in the currency that another one names."""
    by_decimals: dict[int, list[str]] = {}
    for code, decimals in UNUSUAL_EXPONENTS.items():
        by_decimals.setdefault(decimals, []).append(code)
    unusual = "".join(
        f"WHEN {currency} = ANY ('{{{','.join(codes)}}}') THEN {Decimal(1).scaleb(-decimals)} "
        for decimals, codes in sorted(by_decimals.items())
    )
    return f"({minor} * CASE {unusual}ELSE 0.01 END)::text"


class _AmountSchema:
    """What OpenAPI says of an amount."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        del schema, handler
        return {
            "type": "string",
            "format": "amount",
            "pattern": pattern("TZS"),
            "examples": ["25000.00"],
        }


Amount = Annotated[
    Money,
    BeforeValidator(parsed),
    PlainSerializer(shown, return_type=str),
    _AmountSchema,
]
"""A body's field that holds money of the ledger's currency, zero or more."""


_QUANTITY = r"^(0|[1-9][0-9]{0,5})(\.[0-9]{1,3})?$"


def _quantity(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(  # noqa: TRY004  # what pydantic makes a fault of the field
            'a quantity is a whole number or text such as "1.5"'
        )
    if re.fullmatch(_QUANTITY, str(value)) is None or not str(value).isascii():
        raise ValueError("a quantity has at most 6 digits, 3 decimals, and is not below zero")
    return Decimal(value)


class _QuantitySchema:
    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        del schema, handler
        whole: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 999_999}
        return {"anyOf": [whole, {"type": "string", "pattern": _QUANTITY}], "examples": [1]}


Quantity = Annotated[
    Decimal, BeforeValidator(_quantity), PlainSerializer(str, return_type=str), _QuantitySchema
]
"""How many units of a service: a whole number, or text where it has decimals."""
