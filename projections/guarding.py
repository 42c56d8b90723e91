"""The second wall: the database itself shows somebody outside the insurer their own rows alone.

Each kind of outside user has a role that may read guarded tables and nothing else. The policies
follow from `projections.whose`; what is one's own stands in `bima.own`, for one transaction. Where
nothing stands there, nothing is seen.
"""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from adapters.identities import Kind
from adapters.postgres import Connection
from projections.declaring import Projection, Table
from projections.whose import OUTSIDE, WHOSE, Below, Everybody, Own, owned

OWN = "(SELECT NULLIF(current_setting('bima.own', true), '')::text[])"
"""What is one's own: read once a statement, none where it is not said."""

INSIDE = "bima_app"
_NOTE = "guarded "


def role_of(kind: Kind) -> str:
    """The role that reads for callers of a kind."""
    return f"bima_{kind}"


def guard(conn: Connection, projections: Iterable[Projection]) -> None:
    """Give every named table its policies; one that has them already is left alone."""
    for projection in projections:
        for table in projection.tables:
            if table.name in WHOSE:
                guard_table(conn, table)


def guard_table(conn: Connection, table: Table[Any], schema: str = "public") -> None:
    """Give a table its policies, if it exists and has not the ones that are declared."""
    statements = list(_statements(table, f"{schema}.{table.name}"))
    note = f"{_NOTE}{zlib.crc32(''.join(statements).encode()):08x}"
    name = f"{schema}.{table.name}"
    row = conn.execute(
        "SELECT c.relrowsecurity, obj_description(c.oid, 'pg_class') FROM pg_class c"
        " WHERE c.oid = to_regclass(%s)",
        (name,),
    ).fetchone()
    if row is None or row == (True, note):
        return
    with conn.transaction():
        for (policy,) in conn.execute(
            "SELECT polname FROM pg_policy WHERE polrelid = %s::regclass", (name,)
        ).fetchall():
            conn.execute(f"DROP POLICY {policy} ON {name}".encode())
        for rule in WHOSE[table.name].values():
            if isinstance(rule, Below):
                _make_function(conn, rule.parent)
        for statement in statements:
            conn.execute(statement.encode())
        conn.execute(f"COMMENT ON TABLE {name} IS '{note}'".encode())


def _statements(table: Table[Any], name: str) -> Iterator[str]:
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"CREATE POLICY inside ON {name} FOR SELECT TO {INSIDE} USING (true)"
    for kind in OUTSIDE:
        rule = WHOSE[table.name].get(kind)
        if rule is None:
            continue
        role = role_of(kind)
        yield f"GRANT SELECT ON {name} TO {role}"
        yield f"CREATE POLICY {kind} ON {name} FOR SELECT TO {role} USING ({_seen(table, rule)})"


def _seen(table: Table[Any], rule: Own | Below | Everybody) -> str:
    match rule:
        case Own(column):
            return owned(table, column, table.name, f"({OWN})")
        case Below(column, parent):
            return f"{_sees(parent)}({table.name}.tenant, {table.name}.{column})"
        case Everybody():
            return "true"


def _make_function(conn: Connection, parent: Table[Any]) -> None:
    """Whether the asking role sees a parent's row. Its text is bound when it runs: the parent can
    be filled anew and replaced without its children."""
    name = _sees(parent)
    if conn.execute("SELECT to_regproc(%s)", (name,)).fetchone() != (None,):
        return
    text = (
        f"CREATE FUNCTION {name}(insurer bigint, which uuid) RETURNS boolean "  # noqa: S608  # nosec B608  # names of declared tables
        f"LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT FROM public.{parent.name} above "
        f"WHERE above.tenant = insurer AND above.{parent.key[0]} = which) $$"
    )
    conn.execute(text.encode())


def _sees(parent: Table[Any]) -> str:
    return f"public.sees_{parent.name}"
