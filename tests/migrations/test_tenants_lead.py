"""The tables stay open to being spread over servers: decision 0018, looked at in the database."""

import pytest

from adapters.postgres import Connection, connect

# Of a whole server or of its log, and of no insurer: names, places of readers, the proof.
OF_THE_SERVER = {
    "es_type", "es_checkpoint", "es_published", "read_model", "meta_migration", "seal_log",
    "seal_key", "seal_tile", "seal_checkpoint", "seal_witness", "seal_cosignature",
}  # fmt: skip

_OURS = "n.nspname IN ('public', 'vault', 'biometric') AND NOT c.relispartition"
WITHOUT_TENANT = f"""SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE c.relkind IN ('r', 'p') AND {_OURS} AND NOT EXISTS (
  SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant')"""
KEYS = f"""SELECT c.relname, i.indexrelid::regclass::text, a.attname FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indisunique AND {_OURS}"""
REFERENCES = f"""SELECT c.relname, f.confkey[1] = (SELECT attnum FROM pg_attribute
  WHERE attrelid = f.confrelid AND attname = 'tenant')
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE f.contype = 'f' AND {_OURS}"""
NUMBERED = f"""SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND {_OURS}"""


def faults(conn: Connection) -> set[str]:
    """What in the tables would bind insurers to one server."""
    bound = {name for (name,) in conn.execute(WITHOUT_TENANT)} - OF_THE_SERVER
    found = {f"{name} has no tenant" for name in bound}
    for table, index, first in conn.execute(KEYS):
        if table not in OF_THE_SERVER and first != "tenant":
            found.add(f"{index} is unique over all tenants")
    for table, within in conn.execute(REFERENCES):
        if within is not True:
            found.add(f"{table} refers to another tenant's rows")
    # Ids come from the client; the log's position is the one number that a server hands out.
    found |= {f"{name} numbers rows" for (name,) in conn.execute(NUMBERED)} - {
        "es_position numbers rows"
    }
    return found


def test_the_tenant_leads_every_key_and_no_row_refers_across(database_url: str) -> None:
    with connect(database_url) as conn:
        assert faults(conn) == set()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("CREATE TABLE t (id uuid PRIMARY KEY)", "t has no tenant"),
        ("CREATE TABLE t (tenant int, id uuid PRIMARY KEY)", "t_pkey is unique over all tenants"),
        (
            "CREATE TABLE t (tenant int, id uuid, name text UNIQUE, PRIMARY KEY (tenant, id))",
            "t_name_key is unique over all tenants",
        ),
        (
            "CREATE TABLE t (tenant int, id bigserial, PRIMARY KEY (tenant, id))",
            "t_id_seq numbers rows",
        ),
        (
            "CREATE TABLE t (tenant int, type smallint REFERENCES es_type, PRIMARY KEY (tenant))",
            "t refers to another tenant's rows",
        ),
    ],
)
def test_a_table_that_binds_insurers_together_is_found(
    database_url: str, statement: str, fault: str
) -> None:
    with connect(database_url) as conn:
        conn.execute(statement.encode())
        assert fault in faults(conn)
