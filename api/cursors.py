"""Cursors: where in a sorted list somebody stopped reading, as text that they hand back."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from api.fields import printable
from api.resources import Field
from api.values import KINDS


@dataclass(frozen=True, slots=True)
class Order:
    """One field that a list is sorted by."""

    field: Field
    descending: bool

    def __str__(self) -> str:
        return f"-{self.field.name}" if self.descending else self.field.name


def sealed(order: Sequence[Order], values: Sequence[object]) -> str:
    """A cursor: how the list is sorted, and the values of the last entry seen."""
    content = [",".join(map(str, order)), *values]
    packed = msgspec.json.encode(content, enc_hook=str)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def opened(text: str, order: Sequence[Order]) -> tuple[object, ...]:
    """The values in a cursor, which belong to this ordering; raises ValueError."""
    if not text:
        return ()
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        said, *values = msgspec.json.decode(packed, type=list[str | int | None])
        if said == ",".join(map(str, order)) and len(values) == len(order):
            return tuple(
                _opened(one.field.column.type, value)
                for one, value in zip(order, values, strict=True)
            )
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        pass
    raise ValueError("is not a cursor of this list in this order")


def _opened(kind: type, value: str | int | None) -> object:
    if value is None:
        return None
    if kind is str:  # a name may be longer than what people filter by
        return printable(str(value))
    return KINDS[kind].read(str(value))
