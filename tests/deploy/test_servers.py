"""The embedded servers start over any folder, keep their data, and say what is wrong."""

import os
import signal
import stat
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.folders import NotReady, private_folder, socket_folder
from deploy.postgres import TEST_SETTINGS, PostgresServer, find_binaries
from deploy.servers import Servers
from deploy.unprivileged import way_for
from deploy.valkey import ValkeyServer


@pytest.fixture(autouse=True)
def no_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests start servers of their own, whatever the others are given."""
    for name in ("DATABASE_URL", "REDIS_URL", "PG_BIN", "VALKEY_BIN"):
        monkeypatch.delenv(name, raising=False)


def test_what_was_committed_survives_a_kill_and_a_clean_stop(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path)
    url = server.start()
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE paid AS SELECT 1 AS claim")
    assert server.process is not None
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    server.start()
    server.stop()
    server.start()
    with psycopg.connect(url) as db:
        assert db.execute("SELECT claim FROM paid").fetchone() == (1,)
    server.stop()


def test_nothing_listens_on_the_network_and_only_the_owner_may_enter(tmp_path: Path) -> None:
    with Servers(tmp_path / "state", for_tests=True) as servers:
        with psycopg.connect(servers.database_url) as db:
            assert db.execute("SHOW listen_addresses").fetchone() == ("",)
        with redis.Redis.from_url(servers.redis_url) as client:
            assert client.config_get("port") == {"port": "0"}
        for folder in (tmp_path / "state", socket_folder(tmp_path / "state")):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(tmp_path: Path) -> None:
    state = tmp_path / ("a-very-long-name-of-a-folder-" * 4)
    folder = socket_folder(state)
    assert not folder.is_relative_to(state)
    assert folder == socket_folder(state)
    with Servers(state, for_tests=True) as servers:
        psycopg.connect(servers.database_url).close()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()


def test_queued_work_survives_a_kill(tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path)
    url = server.start()
    with redis.Redis.from_url(url) as client:
        client.set("task", "pay")
        client.config_set("appendfsync", "always")
        client.set("other", "pay")
    assert server.process is not None
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    server.start()
    with redis.Redis.from_url(url) as client:
        assert client.get("other") == b"pay"
    server.stop()


def test_data_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(NotReady, match="was written by PostgreSQL 12"):
        PostgresServer(tmp_path, TEST_SETTINGS).start()
    assert [path.name for path in (tmp_path / "postgres").iterdir()] == ["PG_VERSION"]


def test_a_second_server_over_the_same_data_is_refused(tmp_path: Path) -> None:
    first = PostgresServer(tmp_path, TEST_SETTINGS)
    first.start()
    try:
        with pytest.raises(NotReady, match="already runs"):
            PostgresServer(tmp_path, TEST_SETTINGS)._wait_for_predecessor(0.1)
    finally:
        first.stop()


def test_a_killed_preparation_is_begun_again(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    server = PostgresServer(tmp_path, TEST_SETTINGS)
    psycopg.connect(server.start()).close()
    server.stop()
    assert not half_made.exists()


def test_named_servers_are_used_and_none_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/ledger")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with Servers(tmp_path / "state") as servers:
        assert servers.processes() == {}
        assert servers.database_url == "postgresql://elsewhere/ledger"
    assert not (tmp_path / "state").exists()


def test_a_wrong_pg_bin_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(NotReady, match=r"PG_BIN is .* which holds no `postgres`"):
        find_binaries()


def test_root_can_start_it_without_user_namespaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Containers often forbid them; the data then belongs to nobody, and comes back to root."""
    if os.geteuid() != 0:
        assert way_for(os.geteuid(), without_namespaces=True) == "self"
        return
    server = PostgresServer(tmp_path, TEST_SETTINGS)
    psycopg.connect(server.start()).close()
    server.stop()
    monkeypatch.setenv("BIMA_NO_USERNS", "1")
    without = PostgresServer(tmp_path, TEST_SETTINGS)
    psycopg.connect(without.start()).close()
    without.stop()
    assert without.unprivileged.way != "namespace"
    monkeypatch.delenv("BIMA_NO_USERNS")
    again = PostgresServer(tmp_path, TEST_SETTINGS)
    psycopg.connect(again.start()).close()
    again.stop()


def test_a_link_in_place_of_a_private_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "state").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotReady, match="not a folder of your own"):
        private_folder(tmp_path / "state")
