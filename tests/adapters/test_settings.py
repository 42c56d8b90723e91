"""An insurer's settings: defaults, values from the environment, and what is refused."""

import os
import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.secret_keys import blind_index_key, signing_key
from adapters.settings import Settings, get_settings
from deploy.folders import NotReady
from deploy.running import LOCK, Running
from deploy.supervisor import take_lock


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("BIMA_") or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BIMA_HOME", str(tmp_path / "state"))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_the_defaults_are_those_of_a_tanzanian_insurer() -> None:
    known = get_settings()
    assert (known.tenant, known.currency, known.timezone) == (1, "TZS", "Africa/Dar_es_Salaam")
    assert known.auto_below == Decimal("50000.00")
    assert known.manager_above == Decimal("500000.00")


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIMA_CURRENCY", "KES")
    monkeypatch.setenv("BIMA_AUTO_BELOW", "1000.50")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/ledger?sslmode=verify-full")
    known = get_settings()
    assert (known.currency, known.auto_below) == ("KES", Decimal("1000.50"))
    assert known.require_database_url() == "postgresql://db/ledger?sslmode=verify-full"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BIMA_TIMEZONE", "Nowhere/Land"),
        ("BIMA_CURRENCY", "shillings"),
        ("BIMA_AUTO_BELOW", "50000.001"),
        ("BIMA_MANAGER_ABOVE", "1.00"),
        ("BIMA_SUSPEND_AT", "1.5"),
        ("BIMA_TENANT", "0"),
        ("BIMA_API_PORT", "70000"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(NotReady, match=name):
        get_settings()


def test_an_empty_value_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    with pytest.raises(NotReady, match="bima up"):
        get_settings().require_database_url()


def test_the_running_stack_is_found_by_its_note_while_it_runs(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    stack = Running(os.getpid(), "2026-01-01T00:00:00+00:00", "postgresql://x", "unix://y", "")
    stack.write(state)
    assert get_settings().database_url == ""
    lock = take_lock(state / LOCK)
    get_settings.cache_clear()
    assert get_settings().database_url == "postgresql://x"
    assert get_settings().redis_url == "unix://y"
    os.close(lock)


def test_every_setting_says_what_it_means() -> None:
    source = Path(__import__("adapters.settings").settings.__file__).read_text()
    for name in Settings.model_fields:
        _, _, after = source.partition(f"\n    {name}: ")
        assert after.split("\n", 2)[1].strip().startswith('"""'), name


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = signing_key(folder)
    assert first.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert signing_key(folder) == first
    assert len(blind_index_key(folder)) == 32
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert sorted(path.name for path in folder.iterdir()) == ["blind-index.key", "jwt-signing.pem"]


def test_a_key_that_others_could_read_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    signing_key(folder)
    (folder / "jwt-signing.pem").chmod(0o644)
    with pytest.raises(NotReady, match="can be read by others"):
        signing_key(folder)
