"""The declarations, the migrated tables and the catalogue of events say the same."""

from adapters.postgres import Connection, connect
from domain.events import CATALOGUE
from projections import PROJECTIONS, named, standing, tables

SHAPES = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       COALESCE(pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = %s::regnamespace AND c.relname = ANY (%s)
ORDER BY c.relname, a.attnum
"""
INDEXES = """
SELECT tablename, replace(indexdef, schemaname || '.', '') FROM pg_indexes
WHERE schemaname = %s AND tablename = ANY (%s) ORDER BY 1, 2
"""
# For each aggregate the projection whose row tells the version of the stream (the ETag).
MAIN = {
    "member": "members",
    "provider": "providers",
    "premium_rate": "premium_rates",
    "product": "products",
    "policy": "policies",
    "claim": "claims",
    "payment": "payments",
    "dispute": "disputes",
    "underwriting": "underwriting_cases",
    "accumulator": "accumulator_balances",
    "beneficiary": "beneficiaries",
    "biometric": "biometrics",
    "card": "cards",
    "designation": "designations",
    "lead": "leads",
    "emergency_contact": "emergency_contacts",
    "code": "codes",
    "document": "documents",
    "preauthorisation": "preauthorisations",
    "treaty": "treaties",
    "reconciliation": "reconciliations",
    "notice": "notices",
    "notice_template": "notices",
    "cession": "cessions",
    "report": "reports",
    "treaty_account": "reports",
    "movement_book": "movement_months",
    "fraud_case": "fraud_cases",
    "user": "users",
    "role": "roles",
    "permission": "permissions",
}
# Values that belong to one owner are never shown; the lines of fraud models are read
# from the log.
NOT_SHOWN = {"register", "programme", "fraud_model"}


def test_the_migration_makes_the_tables_that_are_declared(database_url: str) -> None:
    with connect(database_url) as conn:
        for projection in PROJECTIONS:
            for table in projection.tables:
                conn.execute(tables.create(table, "beside"))
                for statement in tables.indexes(table, "beside"):
                    conn.execute(statement)
        assert shape(conn, "public") == shape(conn, "beside")


def test_the_migration_registers_every_projection_in_its_version(database_url: str) -> None:
    with connect(database_url) as conn:
        registered = {name: v for name, (_, v) in standing.positions(conn).items()}
    assert registered == {projection.name: projection.version for projection in PROJECTIONS}


def test_every_event_of_an_aggregate_changes_the_version_that_its_row_tells() -> None:
    for name in CATALOGUE.names():
        aggregate = name.partition(".")[0]
        if aggregate not in NOT_SHOWN:
            assert name in named(MAIN[aggregate]).by_name, name


def test_names_of_tables_and_projections_are_each_used_once() -> None:
    names = [table.name for projection in PROJECTIONS for table in projection.tables]
    assert len(set(names)) == len(names)
    assert len({projection.name for projection in PROJECTIONS}) == len(PROJECTIONS)
    assert all(projection.question.endswith("?") for projection in PROJECTIONS)


def shape(conn: Connection, schema: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    names = [table.name for projection in PROJECTIONS for table in projection.tables]
    return (
        conn.execute(SHAPES, (schema, names)).fetchall(),
        conn.execute(INDEXES, (schema, names)).fetchall(),
    )
