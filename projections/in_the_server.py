"""Fills a table anew inside the database server, where each of its rows says what one event's
envelope says: no event is sent, read or folded, and no row sent back."""

from collections.abc import Iterator
from typing import Any

import psycopg

from adapters.postgres import Connection
from projections import standing
from projections.declaring import Projection, Table
from projections.running import AWAY, Runner

AT_ONCE = 500_000  # log positions in a transaction: what a killed rebuild has to do again


def fill(conn: Connection, runner: Runner, schema: str, until: int) -> Iterator[int]:
    """Bring the table up to `until`, which must be final, or as far as the server can; each
    position that is reached is told.

    What it cannot do (a value that a column does not hold) is left to folding, which says at
    which event it stops.
    """
    projection = runner.projection
    if projection.from_envelopes is None:
        return
    (table,) = projection.tables
    statement = _statement(projection, table, schema)
    while runner.position < until:
        reached = min(runner.position + AT_ONCE, until)
        try:
            with conn.transaction():
                if standing.lock(conn, [runner.name])[runner.name][0] != runner.position:
                    return
                conn.execute(statement, (runner.position, reached))
                standing.advance(conn, [runner.name], reached)
        except psycopg.Error as error:
            if isinstance(error, AWAY):
                raise
            return
        runner.position = reached
        yield reached


def _statement(projection: Projection, table: Table[Any], schema: str) -> str:
    """Rows of the events between two positions; the names are those of declarations."""
    given = {**ENVELOPE, **(projection.from_envelopes or {})}
    values = ", ".join(given[name] for name in table.column_names)
    return (
        f"INSERT INTO {schema}.{table.name} ({', '.join(table.column_names)}) "  # noqa: S608  # nosec B608  # names of declared tables
        f"SELECT {values} FROM es_event e JOIN es_type t ON t.id = e.type "
        "WHERE e.position > %s AND e.position <= %s ON CONFLICT DO NOTHING"
    )


# What every row says of itself, here of its only event.
ENVELOPE = {
    "tenant": "e.tenant",
    "position": "e.position",
    "version": "e.version",
    "created_at": "e.recorded_at",
    "updated_at": "e.recorded_at",
}
