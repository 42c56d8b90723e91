"""The services cannot take an event back, whatever somebody makes them say to the database."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from adapters.envelope import Change, Loaded
from adapters.event_store import open_store
from adapters.postgres import Connection, connect
from adapters.sealer import Sealer
from adapters.secret_keys import _new_signing_key
from deploy.servers import APP, MODELS
from projections import PROJECTIONS
from projections.running import catch_up
from projections.verifying import verify
from tests.adapters.premiums import CATALOGUE, Account, meta, paid
from tests.support.servers import DatabaseMaker

PARTS = ["es_event", *(f"es_event_{number}" for number in range(8))]
FINAL = [*PARTS, "es_receipt", "es_type", "seal_log", "seal_key", "seal_tile", "seal_checkpoint",
         "seal_witness", "seal_cosignature"]  # fmt: skip


def as_role(url: str, role: str) -> str:
    """The same database as another role."""
    return url.replace("postgres@", f"{role}@", 1)


@pytest.fixture(scope="module")
def filled(new_database: DatabaseMaker) -> str:
    """A database with three sealed events, written and sealed as the services do; nothing that
    is tried here may change it."""
    database_url = new_database()
    url = as_role(database_url, APP)
    with open_store(url, CATALOGUE) as store, connect(url) as conn:
        facts = tuple(paid(n) for n in range(3))
        store.append_together((Change(Loaded(uuid4(), 0, Account()), facts),), meta())
        sealer = Sealer(conn, _new_signing_key())
        assert sealer.take_over()
        assert sealer.seal(sealer.bounds()[0]) == 3
        sealer.publish(3)
    return database_url


@pytest.fixture(params=[APP, MODELS])
def role(filled: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(as_role(filled, request.param)) as conn:
        assert conn.execute("SELECT current_user").fetchone() == (request.param,)
        yield conn


def refused(conn: Connection, deed: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(deed.encode())


@pytest.mark.parametrize("table", FINAL)
def test_what_was_written_cannot_be_changed_or_removed(role: Connection, table: str) -> None:
    (column,) = role.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", (table,)
    ).fetchone() or ("",)
    for deed in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} RENAME TO gone",
        (
            f"CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW "
            "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        ),
        f"GRANT ALL ON {table} TO PUBLIC",
    ):
        if deed.startswith("GRANT"):
            role.execute(deed.encode())  # a warning, and nothing is granted
            assert role.execute(
                "SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", (table,)
            ).fetchone() == (False,)
        else:
            refused(role, deed)


@pytest.mark.parametrize(
    "deed",
    [
        "DROP TRIGGER es_event_is_final ON es_event",
        "SET session_replication_role = replica",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER TABLE es_event DETACH PARTITION es_event_0",
        "ALTER FUNCTION es_refuse_change() RENAME TO gone",
        "DROP FUNCTION es_append(int, es_new_event[], es_new_receipt[])",
        (
            "CREATE OR REPLACE FUNCTION es_refuse_change() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NEW; END'"
        ),
        "SELECT setval('es_position', 1)",
        "DROP SEQUENCE es_position",
        "ALTER ROLE bima_app SUPERUSER",
        "CREATE ROLE helper",
        "COPY es_event TO PROGRAM 'cat'",
        "DELETE FROM meta_migration",
    ],
)
def test_the_guards_cannot_be_taken_away(role: Connection, deed: str) -> None:
    refused(role, deed)


@pytest.mark.parametrize(
    "deed", ["DELETE FROM es_receipt", "UPDATE es_receipt SET answer = NULL", "TRUNCATE es_receipt"]
)
def test_a_receipt_is_kept_for_ever_by_the_owner_too(filled: str, deed: str) -> None:
    """S13: the same payment sent again, however late, is answered and not made."""
    with connect(filled) as conn:
        kept = conn.execute("SELECT count(*) FROM es_receipt").fetchone()
        assert kept == (1,)
        refused(conn, deed)
        assert conn.execute("SELECT count(*) FROM es_receipt").fetchone() == kept


def test_who_owns_the_read_models_cannot_write_events(filled: str) -> None:
    with connect(as_role(filled, MODELS)) as conn:
        refused(conn, "INSERT INTO es_event SELECT * FROM es_event")
        refused(conn, "INSERT INTO es_receipt DEFAULT VALUES")


def test_the_services_own_nothing_and_make_nothing(filled: str) -> None:
    with connect(as_role(filled, APP)) as conn:
        refused(conn, "CREATE TABLE mine (n int)")
        refused(conn, "UPDATE members SET number = 'X'")
        refused(conn, "DROP TABLE members")
        owned = conn.execute("SELECT count(*) FROM pg_class WHERE relowner = 'bima_app'::regrole")
        assert owned.fetchone() == (0,)
        bypass = conn.execute(
            "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = %s", (APP,)
        )
        assert bypass.fetchone() == (False,)


def test_read_models_are_filled_and_verified_by_their_owner(database_url: str) -> None:
    url = as_role(database_url, MODELS)
    catch_up(url, PROJECTIONS)
    assert [check.name for check in verify(url) if not check.holds] == []
    with connect(as_role(database_url, APP)) as conn:
        assert conn.execute("SELECT count(*) FROM claims").fetchone() == (0,)
