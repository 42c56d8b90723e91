"""What would travel unencrypted is refused before anything starts, and a vault may lay settings."""

from pathlib import Path
from typing import Any

import pytest

from adapters.settings import Settings, get_settings
from adapters.transport import in_the_clear, stays_here
from deploy.folders import NotReady

CLEAR: list[tuple[str, dict[str, Any]]] = [
    ("DATABASE_URL", {"DATABASE_URL": "postgresql://db/ledger"}),
    ("DATABASE_URL", {"DATABASE_URL": "postgresql://db/ledger?sslmode=require"}),
    ("DATABASE_URL", {"DATABASE_URL": "host=/run/pg,db.example dbname=ledger"}),
    ("BIMA_KEYS_DATABASE_URL", {"keys_database_url": "postgresql://keys.example/keys"}),
    ("BIMA_OWNER_DATABASE_URL", {"owner_database_url": "postgresql://10.0.0.7/ledger"}),
    ("REDIS_URL", {"REDIS_URL": "redis://queue:6379/0"}),
    ("REDIS_URL", {"REDIS_URL": "rediss://queue:6379/0?ssl_cert_reqs=none"}),
    ("BIMA_API_HOST", {"api_host": "::"}),
    ("BIMA_API_HOST", {"api_host": "192.0.2.1"}),
]
GOOD: list[dict[str, Any]] = [
    {"DATABASE_URL": "postgresql:///ledger?host=/run/postgresql"},
    {"DATABASE_URL": "postgresql://127.0.0.1/ledger", "REDIS_URL": "redis://localhost/0"},
    {"DATABASE_URL": "postgresql://db/ledger?sslmode=verify-full"},
    {"DATABASE_URL": "postgresql://a,b/ledger?sslmode=verify-ca"},
    {"REDIS_URL": "rediss://queue:6379/0"},
    {"REDIS_URL": "unix:///run/queue.sock"},
    {"DATABASE_URL": "postgresql://DB/ledger", "plain_hosts": "queue, db"},
    {"api_host": "192.0.2.1", "tls_certificate": "server.pem"},
    {"api_host": "192.0.2.1", "trusted_proxies": "192.0.2.2"},
    {"api_host": "::1"},
]


@pytest.mark.parametrize(("name", "given"), CLEAR)
def test_what_would_go_in_the_clear_is_named_with_its_remedy(
    name: str, given: dict[str, Any]
) -> None:
    (said,) = in_the_clear(Settings(**given))
    assert said.startswith(f"{name}: ")
    assert "BIMA_" in said or "sslmode" in said


@pytest.mark.parametrize("given", GOOD)
def test_what_is_encrypted_or_stays_here_is_taken(given: dict[str, Any]) -> None:
    assert in_the_clear(Settings(**given)) == []


def test_the_surroundings_of_the_client_library_count(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Settings(DATABASE_URL="dbname=ledger")
    monkeypatch.setenv("PGHOST", "db.example")
    assert len(in_the_clear(ours)) == 1
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert in_the_clear(ours) == []


@pytest.mark.parametrize("host", ["127.0.0.1.example", "localhost.example", "0.0.0.0", "fe80::1"])
def test_what_only_looks_like_this_machine_is_elsewhere(host: str) -> None:
    assert not stays_here(host)


def test_nothing_starts_in_the_clear(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BIMA_HOME", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://queue/0")
    get_settings.cache_clear()
    with pytest.raises(NotReady, match="rediss://"):
        get_settings()
    get_settings.cache_clear()


def test_a_vault_lays_settings_as_files_and_the_environment_goes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {"REDIS_URL": "rediss://a/0", "BIMA_LDAP_READER_PASSWORD": "one"}.items():
        (tmp_path / name).write_text(value)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BIMA_SETTINGS_DIR", str(tmp_path))
    first = Settings()
    assert (first.redis_url, first.ldap_reader_password) == ("rediss://a/0", "one")
    (tmp_path / "BIMA_LDAP_READER_PASSWORD").write_text("two")  # the vault has turned it over
    assert Settings().ldap_reader_password == "two"
    monkeypatch.setenv("BIMA_LDAP_READER_PASSWORD", "three")
    assert Settings().ldap_reader_password == "three"
