"""What happens to the rows of one who was erased: personal columns say so, everything else stays.

Declared once for all read models: a table names the column that says whose a row is (`person`), a
column says that it is personal. A read model that is filled anew comes to the same rows, because
the events themselves read as erased.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from adapters.postgres import Connection, connect
from adapters.traces import TRACES
from domain.events import CATALOGUE
from domain.member.erasing_events import MemberErased
from projections.declaring import Column, Projection, Table

EVENT = CATALOGUE.name_of(MemberErased)

_EMPTIED: dict[type, str] = {
    bool: "false",
    int: "0",
    Decimal: "0",
    tuple: "'{}'",
    date: "date_trunc('year', %s)::date",
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
    sets = ", ".join(f"{c.name} = {_emptied(table, c)}" for c in table.columns if c.personal)
    update = f"UPDATE {schema}.{table.name} AS t SET {sets} WHERE t.tenant = %s"  # noqa: S608  # nosec B608  # names of declared tables
    other, _, column = table.person.rpartition(".")
    if not other:
        return f"{update} AND t.{column} = %s"
    parent = table.key[0]
    return (
        f"{update} AND EXISTS (SELECT FROM {schema}.{other} o WHERE o.tenant = t.tenant "
        f"AND o.{parent} = t.{parent} AND o.{column} = %s)"  # nosec B608  # names of declared tables
    )


def _emptied(table: Table[Any], column: Column) -> str:
    # The same for every row, whatever it said: then it does not matter how a row came about.
    if column.type is str:
        return f"'{table.erased}'"
    return _EMPTIED[column.type].replace("%s", column.name)


def scrub(dsn: str, projections: Iterable[Projection], patience: float = 30.0) -> list[str]:
    """Write the tables that hold persons anew, so that no file keeps what their rows have been.

    Readers wait for the moment that a table takes. Returns the tables that may hold old rows yet:
    somebody keeps them busy, this user does not own them, or (then all are named) a transaction
    that began earlier has gone on for longer than `patience`, in seconds.
    """
    with connect(dsn, application="bima-erase") as conn:
        conn.execute("SET statement_timeout = 0")
        conn.execute("SET lock_timeout = '1s'")  # who reads meanwhile waits for us, and not long
        tables = [f"public.{t.name}" for p in projections for t in personal_tables(p)] + [*TRACES]
        seen = _still_seen(conn, patience)
        left = [name for name in tables if not _written_anew(conn, name, patience)]
        if seen:
            return [*tables, _STATISTICS]
        if left:
            return left
        # The planner's statistics hold samples of values, of rows too that are gone.
        seen = _still_seen(conn, patience)
        with suppress(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"VACUUM (FULL) {_STATISTICS}".encode())
        return [_STATISTICS] if seen else []


def _written_anew(conn: Connection, table: str, patience: float) -> bool:
    """Whether it was, within `patience`: others may hold it for a while."""
    give_up = time.monotonic() + patience
    while True:
        try:
            conn.execute(f"VACUUM (FULL, ANALYZE) {table}".encode())
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() > give_up:
                return False
        else:
            return True


def _still_seen(conn: Connection, patience: float) -> bool:
    """Whether a transaction of others still sees what was before now, after waiting for its end.

    What somebody may still see is written anew as well: also a search of the server's own for
    statistics, which puts down samples of what it saw when it began. A transaction that wrote
    something counts in whatever database it is: whoever begins meanwhile, we too, reckons with it.
    """
    give_up = time.monotonic() + patience
    (now,) = conn.execute("SELECT pg_current_xact_id()::xid").fetchone() or (None,)
    while conn.execute(_OLDER, {"now": now}).fetchone() == (True,):
        if time.monotonic() > give_up:
            return True
        time.sleep(0.05)
    return False


_STATISTICS = "pg_catalog.pg_statistic"
_OLDER = """SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid()
AND (age(backend_xid) >= age(%(now)s::xid)
     OR datname = current_database() AND age(backend_xmin) >= age(%(now)s::xid)))
OR EXISTS (SELECT FROM pg_prepared_xacts WHERE age(transaction) >= age(%(now)s::xid))"""
