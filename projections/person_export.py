"""What the ledger holds of one person: their events, the rows about them, their sign-ins.

The events are all that were sealed for the person, wherever they stand, and those of their own
stream; the rows are those of every table that names them.
"""

from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from adapters.codec import Codec
from adapters.envelope import Recorded
from adapters.postgres import Connection
from domain.events import CATALOGUE
from projections import PROJECTIONS
from projections.declaring import Table
from projections.scanning import LogScan, Unreadable

NAMES_A_PERSON = ("member_id", "holder_id", "principal_id", "applicant_id", "payee_id")


def everything_of(conn: Connection, tenant: int, person: UUID) -> dict[str, Any]:
    """A document for the person (GDPR Article 15, Tanzania PDPA section 33).

    Raises KeyLost and its like where an event cannot be read, rather than leave it out.
    """
    scan = LogScan(Codec(CATALOGUE), CATALOGUE.names())
    events = scan.chosen(
        conn,
        "tenant = %s AND (stream_id = %s OR substring(sealed FROM 2 FOR 16) = %s)",
        (tenant, person, person.bytes),
    )
    rows = {
        table.name: found
        for projection in PROJECTIONS
        for table in projection.tables
        if (found := _rows_of(conn, table, tenant, person))
    }
    return {
        "person": person,
        "events": [_told(event) for event in events],
        "rows": rows,
        "row_count": sum(map(len, rows.values())),
        "sign_ins": _sign_ins(conn, tenant, person),
    }


def _told(event: Recorded) -> dict[str, Any]:
    if isinstance(event.fact, Unreadable):
        raise event.fact.error
    return {
        "position": event.position,
        "stream": event.stream_id,
        "version": event.version,
        "event": event.name,
        "recorded_at": event.meta.recorded_at,
        "effective_on": event.meta.effective_on,
        "actor": event.meta.actor,
        "reason": event.meta.reason,
        "holds": event.fact,
    }


def _rows_of(
    conn: Connection, table: Table[Any], tenant: int, person: UUID
) -> list[dict[str, Any]]:
    wanted = {table.person, *NAMES_A_PERSON}.intersection(table.column_names)
    conditions = [f"{name} = %(person)s" for name in sorted(wanted)]
    other, _, column = table.person.rpartition(".")
    if other:
        parent = table.key[0]
        conditions.append(
            f"{parent} IN (SELECT {parent} FROM {other} "  # noqa: S608  # nosec B608  # names of declared tables
            f"WHERE tenant = %(tenant)s AND {column} = %(person)s)"
        )
    if not conditions:
        return []
    condition = " OR ".join(conditions)
    with conn.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            f"SELECT {', '.join(table.column_names)} FROM {table.name} "  # noqa: S608  # nosec B608  # names of declared tables
            f"WHERE tenant = %(tenant)s AND ({condition})".encode(),
            {"tenant": tenant, "person": person},
        )
        return cursor.fetchall()


def _sign_ins(conn: Connection, tenant: int, person: UUID) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "SELECT username, display_name, kind, roles, active, created_at FROM identity_user "
            "WHERE tenant = %s AND subject_id = %s",
            (tenant, person),
        )
        return cursor.fetchall()
