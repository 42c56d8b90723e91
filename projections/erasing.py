"""What happens to the rows of one who was erased: personal columns say so, everything else stays.

Declared once for all read models: a table names the column that says whose a row is (`person`), a
column says that it is personal. A read model that is filled anew comes to the same rows, because
the events themselves read as erased.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from adapters.postgres import Connection
from domain.events import CATALOGUE
from domain.member.erasing_events import MemberErased
from domain.personal import ERASED
from projections.declaring import Column, Projection, Table

EVENT = CATALOGUE.name_of(MemberErased)

_EMPTIED: dict[type, str] = {
    bool: "false",
    int: "0",
    Decimal: "0",
    tuple: "'{}'",
    date: "date_trunc('year', {0})::date",
}


def personal_tables(projection: Projection) -> tuple[Table[Any], ...]:
    """The tables of a read model that say something of a person."""
    return tuple(t for t in projection.tables if any(c.personal for c in t.columns))


def erase(
    conn: Connection, tables: Sequence[Table[Any]], schema: str, tenant: int, person: UUID
) -> None:
    """Empty the personal columns of all rows of a person; nothing else of the rows changes."""
    for table in tables:
        conn.execute(statement(table, schema), (tenant, person))


def statement(table: Table[Any], schema: str) -> str:
    sets = ", ".join(f"{c.name} = {_emptied(c)}" for c in table.columns if c.personal)
    return (
        f"UPDATE {schema}.{table.name} SET {sets} "  # noqa: S608
        f"WHERE tenant = %s AND {table.person} = %s"
    )


def _emptied(column: Column) -> str:
    name = column.name
    if column.type is str:
        return f"CASE WHEN {name} = '' OR {name} IS NULL THEN {name} ELSE '{ERASED}' END"
    return _EMPTIED[column.type].format(name)
