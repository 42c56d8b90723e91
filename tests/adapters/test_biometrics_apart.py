"""S17: fingers and faces stand in a schema of their own, under a role and keys of their own."""

import json
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner

from adapters.biometric_keys import ROLE, TemplateKeys, as_role, way_in
from adapters.biometric_templates import BiometricTemplates, Found, Reading, vector
from adapters.codec import KeyLost
from adapters.event_store import EventStore, open_store
from adapters.key_tables import TEMPLATES
from adapters.person_keys import place_of
from adapters.postgres import Connection, connect
from adapters.settings import get_settings
from adapters.wrapping import Wrapping
from cli import keys
from deploy.folders import NotReady
from deploy.servers import APP, MODELS
from domain.events import CATALOGUE
from migrations.apply import FOLDER
from tests.support.servers import DatabaseMaker

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FINGER = struct.pack("<32f", *((-1.0) ** n * (n + 1) for n in range(32)))
WHO = UUID(int=7)
OF_WHOM = Reading("juma.desk", "admission", "finger", "net-3", WHO)
TABLES = ("biometric.template", "biometric.template_key", "biometric.reading")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keys of keys that no other test uses, so that they can be renewed."""
    folder = tmp_path_factory.mktemp("secrets")
    with pytest.MonkeyPatch.context() as here:
        here.setenv("BIMA_SECRETS_DIR", str(folder / "usual"))
        here.setenv("BIMA_BIOMETRIC_SECRETS_DIR", str(folder / "biometric"))
        get_settings.cache_clear()
        yield folder
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def store(new_database: DatabaseMaker, secrets: Path) -> Iterator[EventStore]:
    """The ledger as the services open it."""
    opened = EventStore(new_database().replace("postgres@", f"{APP}@", 1), CATALOGUE)
    yield opened
    opened.close()


def kept(store: EventStore, member: UUID = WHO) -> UUID:
    """A finger that a service has taken in, over its own connection."""
    templates, record = BiometricTemplates(store), uuid4()
    sealed = templates.sealed(record, FINGER)
    with store.pool.connection() as conn:
        templates.keep(conn, record, member, "finger", "net-3", sealed)
    return record


def owner(store: EventStore) -> Connection:
    return connect(store.pool.dsn.replace(f"{APP}@", "postgres@", 1))


def alike(store: EventStore, of: Reading = OF_WHOM) -> list[Found]:
    return BiometricTemplates(store).like(vector(FINGER), of)


@pytest.mark.parametrize("role", [APP, MODELS])
@pytest.mark.parametrize("table", TABLES)
def test_no_service_opens_or_changes_what_it_has_taken_in(
    store: EventStore, role: str, table: str
) -> None:
    kept(store)
    with connect(store.pool.dsn.replace(f"{APP}@", f"{role}@", 1)) as conn:
        for deed in (
            f"SELECT * FROM {table}", f"UPDATE {table} SET tenant = tenant",
            f"DELETE FROM {table}", f"TRUNCATE {table}", f"SET ROLE {ROLE}",
        ):  # fmt: skip
            if deed.startswith("SELECT") and (role, table) == (APP, "biometric.reading"):
                continue  # what was opened is shown to the member whose it is
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(deed.encode())


def test_rights_are_settled_anew_without_opening_the_schema(store: EventStore) -> None:
    """Every migration ends with this: it hands out what no step has granted, and nothing here."""
    with owner(store) as conn:
        conn.execute("SELECT es_settle_rights()")
        for table in TABLES[:2]:
            granted = conn.execute(
                "SELECT has_table_privilege(%s, %s, 'SELECT')", (APP, table)
            ).fetchone()
            assert granted == (False,), table


@pytest.mark.parametrize(
    "granted",
    [
        "SELECT ON biometric.template TO bima_app",
        "SELECT (sealed) ON biometric.template TO bima_app",
        "SELECT ON biometric.template_key TO bima_app",
        "USAGE ON SCHEMA biometric TO bima_models",
        "DELETE ON biometric.reading TO bima_biometrics",
        "SELECT ON es_event TO bima_biometrics",
    ],
)
def test_a_right_too_many_is_found_by_the_step_itself(store: EventStore, granted: str) -> None:
    rules = (FOLDER / "0061_biometrics_apart" / "check.sql").read_bytes()
    with owner(store) as conn, conn.transaction(force_rollback=True):
        assert all(holds for _, holds in conn.execute(rules))
        conn.execute(f"GRANT {granted}".encode())
        assert not all(holds for _, holds in conn.execute(rules))


@pytest.mark.parametrize("table", ["es_event", "members", "identity_user", "vault.person_key"])
def test_who_opens_templates_sees_nothing_else(store: EventStore, table: str) -> None:
    with connect(as_role(store.pool.dsn, "")) as conn:
        assert conn.execute("SELECT current_user").fetchone() == (ROLE,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"SELECT * FROM {table}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("DELETE FROM biometric.reading")


def test_each_opening_is_noted_before_it(store: EventStore) -> None:
    member = uuid4()
    record = kept(store, member)
    asked = Reading("juma.desk", "admission", "finger", "net-3", member)
    assert [one.biometric_id for one in alike(store, asked)] == [record]
    with store.pool.connection() as conn:
        noted = conn.execute(
            "SELECT actor, purpose, templates FROM biometric.reading WHERE member_id = %s",
            (member,),
        ).fetchall()
    assert noted == [("juma.desk", "admission", 1)]


def test_the_key_of_keys_is_not_that_of_persons(store: EventStore, secrets: Path) -> None:
    record = kept(store)
    with owner(store) as conn:
        ((wrapped, of_persons),) = conn.execute(
            "SELECT wrapped, (SELECT count(*) FROM vault.person_key WHERE person_id = %(it)s) "
            "FROM biometric.template_key WHERE biometric_id = %(it)s",
            {"it": record},
        ).fetchall()
    assert of_persons == 0
    bound = TEMPLATES.bound(store.tenant, record.bytes)
    with pytest.raises(InvalidTag):
        Wrapping(secrets / "usual").unwrap(wrapped, bound)
    assert Wrapping(secrets / "biometric", "biometric-keys.key").unwrap(wrapped, bound)


def test_renewing_the_key_of_keys_leaves_old_copies_useless(store: EventStore) -> None:
    member = uuid4()
    record = kept(store, member)
    asked = Reading("juma.desk", "audit", "finger", "net-3", member)
    _, known = way_in(store.pool.dsn)
    with owner(store) as conn:
        conn.execute("CREATE TABLE old AS SELECT * FROM biometric.template_key")
        assert known.rewrap() == known.count() > 0
        known.forget()
        assert [one.biometric_id for one in alike(store, asked)] == [record]
        conn.execute(
            "UPDATE biometric.template_key k SET wrapped = old.wrapped FROM old "
            "WHERE k.biometric_id = old.biometric_id AND k.biometric_id = %s",
            (record,),
        )
        known.forget()
        with pytest.raises(KeyLost, match="biometric record"):
            alike(store, asked)
        conn.execute("DROP TABLE old")
    BiometricTemplates(store).destroy(record, NOW)


def test_a_destroyed_record_leaves_no_byte_in_any_table(store: EventStore) -> None:
    """Rows and key are gone, not emptied; every table of the database is searched."""
    member = uuid4()
    record = kept(store, member)
    with owner(store) as conn:
        ((sealed, wrapped),) = conn.execute(
            "SELECT sealed, wrapped FROM biometric.template JOIN biometric.template_key "
            "USING (tenant, biometric_id) WHERE biometric_id = %s",
            (record,),
        ).fetchall()
        sought = [FINGER.hex(), bytes(sealed).hex(), bytes(wrapped).hex(), str(record)]
        assert holding(conn, sought) == {"biometric.template", "biometric.template_key"}
        assert BiometricTemplates(store).destroy_all_of(member, NOW) == [record]
        assert holding(conn, sought) == set()
    assert alike(store, Reading("juma.desk", "admission", "finger", "net-3", member)) == []
    assert BiometricTemplates(store).destroy_all_of(member, NOW) == [], "a repeat finds nothing"


def test_a_record_that_is_only_half_destroyed_is_found(
    store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = uuid4()
    record = kept(store, member)
    with monkeypatch.context() as broken, owner(store) as conn:
        broken.setattr(TemplateKeys, "destroy_each", lambda *_: 0)
        BiometricTemplates(store).destroy_all_of(member, NOW)
        assert holding(conn, [str(record)]) == {"biometric.template_key"}


def holding(conn: Connection, sought: list[str]) -> set[str]:
    """The tables in whose rows one of these texts stands."""
    found = set()
    for schema, table in conn.execute(_TABLES).fetchall():
        name = sql.Identifier(schema, table)
        row = conn.execute(
            sql.SQL("SELECT count(*) FROM {} t WHERE t::text LIKE ANY (%s)").format(name),
            ([f"%{text}%" for text in sought],),
        ).fetchone()
        if row != (0,):
            found.add(f"{schema}.{table}")
    return found


_TABLES = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^(pg_|information_schema)'"""


def test_templates_from_before_are_compared_and_then_sealed_anew(store: EventStore) -> None:
    """As the migration leaves them: sealed with a key that stands among those of persons."""
    templates, member = BiometricTemplates(store), uuid4()
    record = kept(store, member)
    former = store.keys.to_seal(store.tenant, record.bytes)
    assert former is not None
    label = b"bima.biometric.1" + store.tenant.to_bytes(4, "big", signed=True) + record.bytes
    nonce = bytes(12)
    with owner(store) as conn:
        conn.execute(
            "UPDATE biometric.template SET sealed = %s, apart = false WHERE biometric_id = %s",
            (nonce + former.encrypt(nonce, FINGER, label), record),
        )
        conn.execute("DELETE FROM biometric.template_key WHERE biometric_id = %s", (record,))
        way_in(store.pool.dsn)[1].forget()
        asked = Reading("juma.desk", "audit", "finger", "net-3", member)
        assert [one.similarity_bps for one in alike(store, asked)] == [10_000]
        assert templates.set_apart(NOW) == 1
        assert templates.set_apart(NOW) == 0
        assert [one.similarity_bps for one in alike(store, asked)] == [10_000]
        left = conn.execute(
            "SELECT count(wrapped) FROM vault.person_key WHERE person_id = %s", (record,)
        ).fetchone()
    assert left == (0,), "the former key is destroyed"


def test_both_keys_of_keys_are_renewed_by_one_command(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIMA_SECRETS_DIR", str(tmp_path / "usual"))
    monkeypatch.setenv("BIMA_BIOMETRIC_SECRETS_DIR", str(tmp_path / "biometric"))
    monkeypatch.setenv("DATABASE_URL", database_url.replace("postgres@", f"{APP}@", 1))
    monkeypatch.setenv("REDIS_URL", "unix:///nobody.sock")
    monkeypatch.setenv("BIMA_OWNER_DATABASE_URL", database_url)
    get_settings.cache_clear()
    with open_store(get_settings().database_url, CATALOGUE) as ledger:
        member = uuid4()
        record = kept(ledger, member)
        ledger.keys.to_seal(ledger.tenant, member.bytes)
        files = [tmp_path / "usual/person-keys.key", tmp_path / "biometric/biometric-keys.key"]
        before = [path.read_bytes() for path in files]
        runs = CliRunner()
        told = runs.invoke(keys.app, ["status", "--json"], catch_exceptions=False)
        assert json.loads(told.stdout) == {"kept": 1, "destroyed": 0, "templates": 1}
        told = runs.invoke(keys.app, ["rotate"], catch_exceptions=False)
        assert "1 keys of persons are wrapped anew and 1 of fingers and faces" in told.stdout
        assert all(path.read_bytes() != was for path, was in zip(files, before, strict=True))
        ledger.keys.forget()
        way_in(ledger.pool.dsn)[1].forget()
        assert ledger.keys.of(ledger.tenant, member.bytes) is not None
        of = Reading("juma.desk", "audit", "finger", "net-3", member)
        assert [one.biometric_id for one in alike(ledger, of)] == [record]
    get_settings.cache_clear()


def test_a_lost_key_is_told_and_not_taken_for_destroyed(store: EventStore) -> None:
    member = uuid4()
    record = kept(store, member)
    with owner(store) as conn:
        conn.execute("DELETE FROM biometric.template_key WHERE biometric_id = %s", (record,))
    way_in(store.pool.dsn)[1].forget()
    with pytest.raises(KeyLost, match=r"biometric\.template_key"):
        alike(store, Reading("juma.desk", "admission", "finger", "net-3", member))


def test_of_several_servers_the_one_is_asked_that_can_be_written_to() -> None:
    named = "postgresql://bima_app@/bima?host=one,two&target_session_attrs=read-write"
    told = conninfo_to_dict(
        place_of(as_role(f"{named}&application_name=x&sslmode=verify-full", ""))
    )
    assert told == {
        "user": ROLE, "dbname": "bima", "host": "one,two", "target_session_attrs": "read-write",
        "sslmode": "verify-full",
    }  # fmt: skip


def test_a_password_of_the_services_is_not_tried_as_another_role() -> None:
    with pytest.raises(NotReady, match="BIMA_BIOMETRICS_DATABASE_URL"):
        as_role("postgresql://bima_app:secret@db/bima", "BIMA_BIOMETRICS_DATABASE_URL")
