"""Rows to columns for one statement: each column of many rows packed at once for the server."""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from adapters.columns import BigInts, Column, Days, Texts, Times, Uuids

_INT4 = struct.Struct(">ii").pack
_INT8 = struct.Struct(">iq").pack
_LENGTH = struct.Struct(">i").pack
_NULL = _LENGTH(-1)
_SIXTEEN = _LENGTH(16)
_DAY_ZERO = date(2000, 1, 1).toordinal()
_TIME_ZERO = datetime(2000, 1, 1, tzinfo=UTC)
_json = msgspec.json.Encoder(order="deterministic").encode

Pack = Callable[[Any], bytes]


def packed(kind: type, nullable: bool, values: Sequence[Any], *, json: bool = False) -> Column:
    """The values as one array parameter. Raises struct.error or OverflowError for a number that
    the column cannot hold; decimals, lists, truth values and JSON are sent as text."""
    array, pack = _JSON if json else _ARRAYS[kind]
    column = array()
    if nullable:
        column.cells = [_NULL if value is None else pack(value) for value in values]
        column.has_null = 1
    else:
        column.cells = [pack(value) for value in values]
    return column


def _pack_uuid(value: UUID) -> bytes:
    return _SIXTEEN + value.bytes


def _pack_text(value: str) -> bytes:
    if "\0" in value:  # the server's text cannot hold it, and the event stays as it is
        value = value.replace("\0", "\ufffd")
    encoded = value.encode()
    return _LENGTH(len(encoded)) + encoded


def _pack_int(value: int) -> bytes:
    return _INT8(8, value)


def _pack_day(value: date) -> bytes:
    return _INT4(4, value.toordinal() - _DAY_ZERO)


def _pack_time(value: datetime) -> bytes:
    past = value - _TIME_ZERO
    return _INT8(8, (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds)


def _pack_decimal(value: Decimal) -> bytes:
    return _pack_text(format(value, "f"))


def _pack_bool(value: bool) -> bytes:
    return b"\0\0\0\1t" if value else b"\0\0\0\1f"


def _pack_list(value: Sequence[str]) -> bytes:
    quoted = ('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in value)
    return _pack_text("{" + ",".join(quoted) + "}")


def _pack_json(value: Any) -> bytes:
    encoded = _json(value).replace(rb"\u0000", rb"\ufffd")
    return _LENGTH(len(encoded)) + encoded


_JSON: tuple[type[Column], Pack] = Texts, _pack_json
_ARRAYS: dict[type, tuple[type[Column], Pack]] = {
    UUID: (Uuids, _pack_uuid),
    str: (Texts, _pack_text),
    int: (BigInts, _pack_int),
    date: (Days, _pack_day),
    datetime: (Times, _pack_time),
    Decimal: (Texts, _pack_decimal),
    bool: (Texts, _pack_bool),
    tuple: (Texts, _pack_list),
}
