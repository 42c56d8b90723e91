"""Rows to columns for one statement: each column of many rows packed at once for the server.

The driver would look at every value by itself; here a column is a few passes at the speed of C.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, repeat
from typing import Any, ClassVar
from uuid import UUID

import msgspec
import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = struct.Struct(">iiiii").pack
_EMPTY = struct.Struct(">iii").pack
_LENGTH = struct.Struct(">i").pack
_NULL = _LENGTH(-1)
_SIXTEEN = _LENGTH(16)
_DAY_ZERO = date(2000, 1, 1).toordinal()
_TIME_ZERO = datetime(2000, 1, 1, tzinfo=UTC)
_json = msgspec.json.Encoder(order="deterministic").encode


class Packed(bytes):
    """A whole array as the server reads it; its class says the type of the elements."""

    element: ClassVar[int] = 0  # the type's number in pg_type, the same in every database
    array: ClassVar[int] = 0


class BigInts(Packed):
    element, array = 20, 1016


class Uuids(Packed):
    element, array = 2950, 2951


class Days(Packed):
    element, array = 1082, 1182


class Times(Packed):
    element, array = 1184, 1185


class Texts(Packed):
    element, array = 25, 1009


def packed(kind: type, nullable: bool, values: Sequence[Any], *, json: bool = False) -> Packed:
    """The values as one array parameter. Raises struct.error for a number that the column cannot
    hold. Decimals, lists, truth values and JSON are sent as text, for the statement to cast."""
    array, pack = _JSON if json else _ARRAYS[kind]
    if not values:
        return array(_EMPTY(0, 0, array.element))
    if nullable and None in values:
        given = [value for value in values if value is not None]
        body = b"".join(_with_gaps(values, given, pack(given) if given else b""))
        return array(_HEADER(1, 1, array.element, len(values), 1) + body)
    return array(_HEADER(1, 0, array.element, len(values), 1) + pack(values))


def _with_gaps(values: Sequence[Any], given: Sequence[Any], body: bytes) -> Iterable[bytes]:
    """The packed elements with an empty one wherever there is no value."""
    at = 0
    for value in values:
        if value is None:
            yield _NULL
        else:
            end = at + 4 + int.from_bytes(body[at : at + 4], "big")
            yield body[at:end]
            at = end


def _uuids(values: Sequence[UUID]) -> bytes:
    numbers = [value.int.to_bytes(16, "big") for value in values]
    return _SIXTEEN + _SIXTEEN.join(numbers)


def _texts(values: Sequence[str]) -> bytes:
    encoded = [value.encode() for value in values]
    body = b"".join(encoded)
    if b"\0" in body:  # the server's text cannot hold it; the event itself stays as it is
        return _texts([value.replace("\0", "\ufffd") for value in values])
    if not body:
        return bytes(4 * len(values))
    return b"".join(chain.from_iterable(zip(map(_LENGTH, map(len, encoded)), encoded, strict=True)))


def _ints(values: Sequence[int]) -> bytes:
    return struct.pack(
        ">" + "iq" * len(values), *chain.from_iterable(zip(repeat(8), values, strict=False))
    )


def _days(values: Sequence[date]) -> bytes:
    numbers = [value.toordinal() - _DAY_ZERO for value in values]
    return struct.pack(
        ">" + "ii" * len(values), *chain.from_iterable(zip(repeat(4), numbers, strict=False))
    )


def _times(values: Sequence[datetime]) -> bytes:
    past = [value - _TIME_ZERO for value in values]
    return _ints([(p.days * 86_400 + p.seconds) * 1_000_000 + p.microseconds for p in past])


def _decimals(values: Sequence[Decimal]) -> bytes:
    return _texts([format(value, "f") for value in values])


def _bools(values: Sequence[bool]) -> bytes:
    return b"".join([b"\0\0\0\1t" if value else b"\0\0\0\1f" for value in values])


def _lists(values: Sequence[Sequence[str]]) -> bytes:
    return _texts([_literal(value) if value else "{}" for value in values])


def _literal(value: Sequence[str]) -> str:
    quoted = ('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in value)
    return "{" + ",".join(quoted) + "}"


def _jsons(values: Sequence[Any]) -> bytes:
    return _texts([_json(value).decode().replace("\\u0000", "\\ufffd") for value in values])


Pack = Callable[[Sequence[Any]], bytes]
_JSON: tuple[type[Packed], Pack] = Texts, _jsons
_ARRAYS: dict[type, tuple[type[Packed], Pack]] = {
    UUID: (Uuids, _uuids),
    str: (Texts, _texts),
    int: (BigInts, _ints),
    date: (Days, _days),
    datetime: (Times, _times),
    Decimal: (Texts, _decimals),
    bool: (Texts, _bools),
    tuple: (Texts, _lists),
}


class _Ready(Dumper):
    """Hands over what is packed. The number of the type is the instance's: a class that has one
    would become the driver's way of sending all arrays of that type."""

    format = Format.BINARY

    def __init__(self, cls: type[Packed], context: Any = None) -> None:
        super().__init__(cls, context)
        self.oid = cls.array

    def dump(self, obj: Packed) -> Buffer | None:
        return obj


for _kind in (BigInts, Uuids, Days, Times, Texts):
    psycopg.adapters.register_dumper(_kind, _Ready)
