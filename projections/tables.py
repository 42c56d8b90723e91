"""Declared tables as SQL: how they are made, filled and read."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from projections.declaring import Column, Index, Table

SEARCH = "search_text"
_TYPES: dict[type, str] = {
    UUID: "uuid",
    str: "text",
    int: "bigint",
    bool: "boolean",
    date: "date",
    datetime: "timestamptz",
    Decimal: "numeric",
    tuple: "text[]",
}
# The types whose values are written as text and read from it by the server.
_BY_TEXT = ("numeric", "text[]", "jsonb", "boolean")


def sql_type(column: Column) -> str:
    return "jsonb" if column.mark.json else _TYPES[column.type]


def create(table: Table[Any], schema: str) -> str:
    """The table with its primary key, without further indexes."""
    lines = [
        f"    {c.name} {sql_type(c)}{'' if c.nullable else ' NOT NULL'}" for c in table.columns
    ]
    if table.searched:
        words = " || ' ' || ".join(f"COALESCE({name}, '')" for name in table.searched)
        lines.append(f"    {SEARCH} text GENERATED ALWAYS AS (lower({words})) STORED")
    lines.append(f"    PRIMARY KEY (tenant, {', '.join(table.key)})")
    full = "" if table.added_only else " WITH (fillfactor = 80)"
    body = ",\n".join(lines)
    return f"CREATE TABLE {schema}.{table.name} (\n{body}\n){full}"


def indexes(table: Table[Any], schema: str) -> Iterator[str]:
    """The further indexes, to be made when a table has been filled."""
    for index in table.indexes:
        yield _index(table, index, schema)
    if table.searched:
        yield (
            f"CREATE INDEX {table.name}_search ON {schema}.{table.name} "
            f"USING gin ({SEARCH} gin_trgm_ops)"
        )


def _index(table: Table[Any], index: Index, schema: str) -> str:
    name = f"{table.name}_{'_'.join(column.split()[0] for column in index.columns)}"
    columns = ", ".join(index.columns)
    where = f" WHERE {index.where}" if index.where else ""
    if index.method == "btree":
        return f"CREATE INDEX {name} ON {schema}.{table.name} (tenant, {columns}){where}"
    return f"CREATE INDEX {name} ON {schema}.{table.name} USING {index.method} ({columns}){where}"


def selected(table: Table[Any]) -> str:
    return ", ".join(table.column_names)


def fetch(table: Table[Any], schema: str) -> str:
    """All rows of some parents of one tenant."""
    return (
        f"SELECT {selected(table)} FROM {schema}.{table.name} "  # noqa: S608  # nosec B608  # names of declared tables
        f"WHERE tenant = %s AND {table.key[0]} = ANY (%s)"
    )


def write(table: Table[Any], schema: str) -> str:
    """Add rows or replace older ones: a row never goes back to an earlier position."""
    key = ("tenant", *table.key)
    values = ", ".join(_value(column) for column in table.columns)
    places = ", ".join("%s" for _ in table.columns)
    statement = (
        f"INSERT INTO {schema}.{table.name} AS old ({selected(table)}) "  # noqa: S608  # nosec B608  # names of declared tables
        f"SELECT {values} FROM unnest({places}) AS new ({selected(table)}) "
        f"ON CONFLICT ({', '.join(key)}) DO "
    )
    if table.added_only:
        return statement + "NOTHING"
    kept = (*key, "created_at")
    sets = ", ".join(f"{n} = excluded.{n}" for n in table.column_names if n not in kept)
    return statement + f"UPDATE SET {sets} WHERE old.position < excluded.position"  # nosec B608  # names of declared tables


def _value(column: Column) -> str:
    kind = sql_type(column)
    return f"new.{column.name}::{kind}" if kind in _BY_TEXT else f"new.{column.name}"


def remove(table: Table[Any], schema: str) -> str:
    """Rows by key."""
    key = ("tenant", *table.key)
    return (
        f"DELETE FROM {schema}.{table.name} AS old "  # noqa: S608  # nosec B608  # names of declared tables
        f"USING unnest({', '.join('%s' for _ in key)}) AS new ({', '.join(key)}) "
        f"WHERE {' AND '.join(f'old.{n} = new.{n}' for n in key)}"
    )


def copy_out(table: Table[Any], schema: str) -> str:
    """Every row as text, key first and in its order: what two fillings are compared by."""
    key = ("tenant", *table.key)
    rest = [name for name in table.column_names if name not in key]
    return (
        f"COPY (SELECT {', '.join((*key, *rest))} FROM {schema}.{table.name} "  # noqa: S608  # nosec B608  # names of declared tables
        f"ORDER BY {', '.join(key)}) TO STDOUT"
    )


def script(tables: Iterable[Table[Any]], schema: str = "public") -> str:
    """All statements that make these tables, as a migration states them."""
    statements: list[str] = []
    for table in tables:
        statements += [create(table, schema), *indexes(table, schema)]
    return ";\n".join(statements) + ";\n"
