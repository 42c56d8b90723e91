"""Plans that are made while the ledger is empty, and kept, must still be right when it is full.

Without statistics the server takes the tenant for something rare. A plan that then looks up the
tenant alone reads everything, at every load and every append, until the table is analysed.
"""

import re
from collections.abc import Sequence
from uuid import UUID

import psycopg
import pytest

from adapters import stream_reading
from adapters.envelope import Batch, Change, Loaded
from adapters.event_store import open_store
from adapters.log_reading import AT_POSITIONS
from adapters.statements import Statement
from tests.adapters.premiums import CATALOGUE, Account, meta, paid

ONE_PLAN_SETTING = "SET plan_cache_mode = force_generic_plan"
# By the number of the type: without a stream no partition would be looked at.
SOME = {23: "1", 2950: "gen_random_uuid()"}
TELL_PLANS = (
    "LOAD 'auto_explain'",
    "SET auto_explain.log_min_duration = 0",
    "SET auto_explain.log_nested_statements = on",
    "SET client_min_messages = log",
)
STREAM = UUID("01900000-0000-7000-8000-000000000001")
LOADING = [
    statement for statement in vars(stream_reading).values() if isinstance(statement, Statement)
]


def test_there_are_statements_to_look_at() -> None:
    assert len(LOADING) >= 4


@pytest.mark.parametrize("statement", LOADING, ids=lambda one: one._name.decode())
def test_streams_are_looked_up_by_stream(statement: Statement, database_url: str) -> None:
    plan = kept_plan(database_url, statement._sql.decode(), statement._types)
    assert looked_up_by_tenant_alone(plan) == []
    assert any("stream_id = " in row for row in plan if "Index Cond" in row)


def test_events_at_positions_are_looked_up_by_position(database_url: str) -> None:
    numbered = AT_POSITIONS.replace("%s", "$1", 1).replace("%s", "$2", 1)
    plan = kept_plan(database_url, numbered, (1016, 23))
    assert looked_up_by_tenant_alone(plan) == []
    assert any("position" in row for row in plan if "Index Cond" in row)


@pytest.mark.parametrize("quick", [True, False])
def test_appends_look_up_what_they_add_to(database_url: str, quick: bool) -> None:
    """All statements inside the functions, as the server tells of them while they run."""
    with open_store(database_url, CATALOGUE) as store:
        first = [Batch((Change(Loaded(STREAM, 0, Account()), (paid(1),)),), meta())]
        second = [Batch((Change(Loaded(STREAM, 1, Account()), (paid(2),)),), meta())]
        groups = [store.writer.groups(batch) for batch in (first, second)]
        with store.pool.connection() as conn:
            told: list[str] = []
            conn.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
            for setting in TELL_PLANS:
                conn.execute(setting)
            for group in groups:
                store.writer.quick_call(conn, group) if quick else store.writer.call(conn, group)
            conn.execute("SET client_min_messages = notice")
    plan = "\n".join(told).split("\n")
    assert any("Insert on es_event" in row for row in plan)
    assert looked_up_by_tenant_alone(plan) == []
    assert [row for row in plan if "hashed" in row] == []


def kept_plan(database_url: str, statement: str, types: Sequence[int]) -> list[str]:
    """The plan for parameters of any value, made on an empty ledger."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute(ONE_PLAN_SETTING)
        named = conn.execute(
            "SELECT string_agg(format_type(t, NULL), ', ' ORDER BY i) "
            "FROM unnest(%s::oid[]) WITH ORDINALITY AS u (t, i)",
            (list(types),),
        ).fetchone()
        assert named is not None
        conn.execute(f"PREPARE kept ({named[0]}) AS {statement}".encode())
        given = ", ".join(SOME.get(kind, "NULL") for kind in types)
        return [row for (row,) in conn.execute(f"EXPLAIN EXECUTE kept ({given})".encode())]


def looked_up_by_tenant_alone(plan: Sequence[str]) -> list[str]:
    """Scans that read everything of a tenant, or everything there is."""
    alone = re.compile(r"Cond: \(*tenant = \$\d\)*$")
    return [
        row for row in plan if alone.search(row) or re.search("Seq Scan on es_(?!position)", row)
    ]
