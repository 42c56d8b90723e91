"""Checked queries as SQL over a read model: names from declarations, values as parameters."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from api.cursors import Order
from api.queries import FARTHEST, Filter, Query
from api.resources import Field, Resource
from projections.tables import SEARCH
from projections.whose import member_column

_TYPES: dict[type, str] = {
    UUID: "uuid", str: "text", int: "bigint", bool: "boolean", date: "date",
    datetime: "timestamptz", Decimal: "numeric",
}  # fmt: skip
_PARTS = re.compile(r"[^\W_]+")  # as the index takes a text apart
_FINDS_FEW = 5  # letters and digits in a row: at least three trigrams


@dataclass
class Statement:
    """A statement being put together: its conditions and the values they speak of, as $1, $2 …"""

    tenant: int
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.conditions.append(f"t.tenant = {self.put(self.tenant)}::int")

    def put(self, value: object) -> str:
        """A place for a value; it must be used, or the database cannot tell what it is."""
        self.values.append(value)
        return f"${len(self.values)}"

    def equals(self, column: str, value: object) -> None:
        """Only rows with this value; `column` is a declared name."""
        self.conditions.append(f"t.{column} = {self.put(value)}")

    def query(self, query: Query) -> None:
        """What the query asks for, without its pages."""
        for one in query.filters:
            self.conditions.append(self._filter(one))
        for word in query.words:
            self._search(word)

    def _search(self, word: str) -> None:
        """Only rows that have this anywhere in what is searched.

        Of a number like CLM-2026-0012345 the index is asked for the longest part alone: rows that
        have the others are many, and to read their postings took nearly all of a search. Whether
        the rest is there too is looked at in the few rows that are found; `|| ''` keeps that from
        the index.
        """
        part = max(_PARTS.findall(word), key=len, default="")
        if _FINDS_FEW <= len(part) < len(word):
            self.conditions.append(f"t.{SEARCH} LIKE {self.put(_anywhere(part))}")
            self.conditions.append(f"(t.{SEARCH} || '') LIKE {self.put(_anywhere(word))}")
        else:
            self.conditions.append(f"t.{SEARCH} LIKE {self.put(_anywhere(word))}")

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions)

    def _filter(self, one: Filter) -> str:
        column, kind = f"t.{one.field.column.name}", one.field.column.type
        contains = one.operator == "contains" and kind is not tuple
        place = self.put(_anywhere(str(one.value)) if contains else one.value)
        if kind is tuple:
            return f"{column} @> ARRAY[{place}::text]"
        match one.operator:
            case "gte":
                return f"{column} >= {place}::{_TYPES[kind]}"
            case "lte":
                return f"{column} <= {place}::{_TYPES[kind]}"
            case "in":
                return f"{column} = ANY ({place}::{_TYPES[kind]}[])"
            case "contains":
                return f"{column} ILIKE {place}"
            case _:
                return f"{column} = {place}::{_TYPES[kind]}"

    def after(self, order: Sequence[Order], values: Sequence[object]) -> str:
        """Rows that come after the one with these values; empty ones come last."""
        ways: list[str] = []
        same: list[str] = []
        for one, value in zip(order, values, strict=True):
            column, kind = f"t.{one.field.column.name}", _TYPES[one.field.column.type]
            if value is None:
                same.append(f"{column} IS NULL")
                continue
            place = f"{self.put(value)}::{kind}"
            later = f"{column} {'<' if one.descending else '>'} {place}"
            if one.field.column.nullable:
                later = f"({later} OR {column} IS NULL)"
            ways.append(" AND ".join((*same, later)))
            same.append(f"{column} = {place}")
        return "(" + " OR ".join(f"({way})" for way in ways) + ")"


@dataclass(frozen=True, slots=True)
class Beside:
    """Another resource's row that is shown inside: by which column, and what may be seen of it."""

    name: str
    column: str
    resource: Resource
    fields: tuple[Field, ...]
    condition: str

    @property
    def sql(self) -> str:
        columns = ", ".join(f'{one.sql("o")} AS "{one.name}"' for one in self.fields)
        table = self.resource.table
        return (
            f"(SELECT row_to_json(e) FROM (SELECT {columns} FROM {table.name} o "  # noqa: S608  # nosec B608  # names of declared tables, values are bound
            f"WHERE o.tenant = t.tenant AND o.{table.key[0]} = t.{self.column}"
            f"{self.condition}) e)"
        )


def page(statement: Statement, resource: Resource, query: Query, beside: Iterable[Beside]) -> str:
    """Count, position and one row more than the page holds, each with the member that it tells of
    and the values to go on from.

    The page's rows are found first and shown afterwards: to skip or sort a row needs none of what
    is made of it.
    """
    statement.query(query)
    counted = statement.where
    if query.cursor:
        statement.conditions.append(statement.after(query.order, query.cursor))
    keys = ", ".join(f"t.{one.field.column.name} AS k{n}" for n, one in enumerate(query.order))
    return (
        "SELECT m.total, m.position, p.* FROM (SELECT "  # noqa: S608  # nosec B608  # names of declared tables, values are bound
        f"(SELECT count(*) FROM (SELECT FROM {resource.table.name} t WHERE {counted} "
        f"LIMIT {FARTHEST + 1}) c) AS total, {_position(statement, resource)} AS position) m "
        f"LEFT JOIN LATERAL (SELECT {shown(query.fields, beside)} AS json, "
        f"{_member(resource)} AS member, {keys} "
        f"FROM (SELECT * FROM {resource.table.name} t WHERE {statement.where} "
        f"{ordered(query.order)} LIMIT {query.page_size + 1} OFFSET {query.offset}) t "
        f"{ordered(query.order)}) p ON true"
    )


def single(
    statement: Statement, resource: Resource, fields: Iterable[Field], beside: Iterable[Beside]
) -> str:
    """One row, its version, the position of its read model, and the member that it tells of."""
    return (
        f"SELECT {shown(fields, beside)}, t.version, {_position(statement, resource)}, "  # noqa: S608  # nosec B608  # names of declared tables, values are bound
        f"{_member(resource)} "
        f"FROM {resource.table.name} t WHERE {statement.where}"
    )


def shown(fields: Iterable[Field], beside: Iterable[Beside]) -> str:
    """A row as JSON text, with what stands beside it."""
    columns = [_columns(tuple(fields)), *(f'{one.sql} AS "{one.name}"' for one in beside)]
    return f"(SELECT row_to_json(r)::text FROM (SELECT {', '.join(columns)}) r)"  # noqa: S608  # nosec B608  # names of declared tables, values are bound


@lru_cache(1_024)  # mostly all fields of a resource, the same ones every time
def _columns(fields: tuple[Field, ...]) -> str:
    return ", ".join(f'{one.sql("t")} AS "{one.name}"' for one in fields)


def ordered(order: Iterable[Order]) -> str:
    """Empty values last in both directions, so that cursors know where they stand."""
    return "ORDER BY " + ", ".join(_one_order(one) for one in order)


def _one_order(one: Order) -> str:
    direction = "DESC" if one.descending else "ASC"
    # Said only where it can matter: an index that sorts NULL first would not be used.
    nulls = " NULLS LAST" if one.field.column.nullable and one.descending else ""
    return f"t.{one.field.column.name} {direction}{nulls}"


def _member(resource: Resource) -> str:
    column = member_column(resource.table)
    return f"t.{column}" if column else "NULL::uuid"


def _position(statement: Statement, resource: Resource) -> str:
    place = statement.put(resource.projection.name)
    names = f"k.name = {place} AND k.shard = 0"
    return f"(SELECT min(k.position) FROM es_checkpoint k WHERE {names})"  # noqa: S608  # nosec B608  # names of declared tables, values are bound


def _anywhere(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
