"""Columns of many rows as PostgreSQL's binary arrays, made in one pass.

An append sends two dozen arrays. The driver would choose and call an encoder for each value;
here the caller, who knows the types, appends ready bytes, and a column is one join.
"""

import struct
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from adapters.chain import days, microseconds

_HEADER = struct.Struct(">iiiii")
_EMPTY = struct.Struct(">iii")
_INT2 = struct.Struct(">ih")
_INT4 = struct.Struct(">ii")
_INT8 = struct.Struct(">iq")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)
_UUID = _LENGTH.pack(16)
# PostgreSQL counts days and microseconds from the year 2000.
_DAY_SHIFT = days(date(2000, 1, 1))
_TIME_SHIFT = _DAY_SHIFT * 86_400_000_000


class Column:
    """One array parameter; its class says the type of the elements."""

    element: ClassVar[int]  # the type's number in pg_type, the same in every database
    array: ClassVar[int]
    __slots__ = ("cells", "has_null")

    def __init__(self) -> None:
        self.cells: list[bytes] = []
        self.has_null = 0

    def __len__(self) -> int:
        return len(self.cells)

    def add_null(self) -> None:
        self.has_null = 1
        self.cells.append(_NULL)

    def packed(self) -> bytes:
        if not self.cells:
            return _EMPTY.pack(0, 0, self.element)
        head = _HEADER.pack(1, self.has_null, self.element, len(self.cells), 1)
        return head + b"".join(self.cells)


class SmallInts(Column):
    element, array = 21, 1005

    def add(self, value: int) -> None:
        self.cells.append(_INT2.pack(2, value))


class Ints(Column):
    element, array = 23, 1007

    def add(self, value: int) -> None:
        self.cells.append(_INT4.pack(4, value))


class BigInts(Column):
    element, array = 20, 1016

    def add(self, value: int | None) -> None:
        if value is None:
            self.add_null()
        else:
            self.cells.append(_INT8.pack(8, value))


class Uuids(Column):
    element, array = 2950, 2951

    def add(self, value: UUID) -> None:
        self.cells.append(_UUID + value.bytes)


class Days(Column):
    element, array = 1082, 1182

    def add(self, value: date) -> None:
        self.cells.append(_INT4.pack(4, days(value) - _DAY_SHIFT))


class Times(Column):
    element, array = 1184, 1185

    def add(self, value: datetime) -> None:
        self.cells.append(_INT8.pack(8, microseconds(value) - _TIME_SHIFT))


class Texts(Column):
    element, array = 25, 1009

    def add(self, value: str | None) -> None:
        if value is None:
            self.add_null()
        else:
            encoded = value.encode()
            self.cells.append(_LENGTH.pack(len(encoded)) + encoded)


class Blobs(Column):
    element, array = 17, 1001

    def add(self, value: bytes | None) -> None:
        if value is None:
            self.add_null()
        else:
            self.cells.append(_LENGTH.pack(len(value)) + value)


def _register(kind: type[Column]) -> None:
    class Ready(Dumper):
        format = Format.BINARY
        oid = kind.array

        def dump(self, obj: Column) -> Buffer | None:
            return obj.packed()

    psycopg.adapters.register_dumper(kind, Ready)


for _kind in (SmallInts, Ints, BigInts, Uuids, Days, Times, Texts, Blobs):
    _register(_kind)
