"""Kinds of fields that requests are made of, each with its bounds: nothing unbounded comes in."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Path
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from domain.periods import Period

EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)

DAY_PATTERN = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
# What neither a ledger nor a printed page can hold: control characters and halves of characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_WORDS = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"


def printable(text: str) -> str:
    """Text of a header or an address, if it can be stored and printed; raises ValueError."""
    if _UNPRINTABLE.search(text):
        raise ValueError("holds characters that cannot be stored")
    return text


def day(value: object) -> date:
    """A day of the centuries that insurance is about; raises ValueError."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and value.isascii() and re.fullmatch(DAY_PATTERN, value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"there is no such day: {error}") from error
    raise ValueError(f"a day is text like 2025-10-13, from {EARLIEST} to {LATEST}")


def instant(value: object) -> datetime:
    """An instant with its zone, as UTC; raises ValueError."""
    if isinstance(value, str) and len(value) <= 40:
        try:
            # A plus sign in an address means a blank; clients forget to write %2B.
            at = datetime.fromisoformat(value.replace(" ", "+"))
            if at.tzinfo is not None and EARLIEST.year <= at.year <= LATEST.year:
                return at.astimezone(UTC)
        except ValueError:
            pass
    raise ValueError("an instant is text like 2025-10-13T10:30:00Z, with its zone")


Day = Annotated[
    date,
    BeforeValidator(day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DAY_PATTERN}),
]
Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100, pattern=_WORDS)]
"""Text that must say something."""
Word = Annotated[str, StringConstraints(strict=True, max_length=100, pattern=_PRINTABLE)]
"""Short text that may be left empty."""
Sentence = Annotated[str, StringConstraints(strict=True, max_length=500, pattern=_PRINTABLE)]
Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,49}$")]
Id = Annotated[UUID, Path(alias="id")]
"""The id in an address, of what the address is about."""
Flag = StrictBool
Count = StrictInt


class Body(BaseModel):
    """What a request may say; a field that is not declared is refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Body):
    """Days from `from_on` up to, and without, `until_on`; without an end where it is left out."""

    from_on: Day = Field(examples=["2025-01-01"])
    until_on: Day | None = Field(None, examples=["2026-01-01"])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until_on is not None and self.until_on <= self.from_on:
            raise ValueError("until_on is not after from_on: the period holds no day")
        return self

    def period(self) -> Period:
        return Period(self.from_on, self.until_on)


class Asked(Body):
    """What every command may say beside its own fields."""

    reason: Sentence = Field("", description="Why; it stands in the history.")
    effective_on: Day | None = Field(
        None, description="The day from which it holds in the world; today where left out."
    )


OptionalWords = Asked | None
"""The body of a command that needs none: it may give a reason and a day."""
