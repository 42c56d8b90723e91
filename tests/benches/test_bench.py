"""`bima bench` measures something real, in a database that is gone afterwards."""

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from adapters.settings import get_settings
from cli.bench import app
from cli.benches.floors import FLOORS
from deploy.children import wait_until


@pytest.mark.slow
def test_the_figures_come_with_their_share_of_a_limit(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("BIMA_HOME", str(tmp_path))
    get_settings.cache_clear()
    done = CliRunner().invoke(
        app, ["--json", "--rounds", "1", "--seconds", "0.3", "--callers", "4"]
    )
    get_settings.cache_clear()
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(set(line) == {"work", "median", "unit", "ratio"} for line in lines)
    assert all(line["median"] > 0 for line in lines)
    assert all(share > 0 for line in lines for share in line["ratio"].values())
    assert sum(bool(line["ratio"]) for line in lines) >= 4

    def none_is_left() -> bool:
        with psycopg.connect(database_url) as conn:
            left = conn.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bima_bench_%'")
            return left.fetchall() == []

    assert wait_until(none_is_left, 300), "another test's may be there for as long as it runs"


@pytest.mark.slow
def test_the_log_is_put_beside_the_load_generator_and_the_event_library(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("BIMA_HOME", str(tmp_path))
    get_settings.cache_clear()
    done = CliRunner().invoke(
        app, ["log", "--quick", "--json", "--seconds", "0.2", "--events", "3000"]
    )
    get_settings.cache_clear()
    assert done.exit_code == 0, done.output
    lines = {line["work"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert {floor.work for floor in FLOORS} <= set(lines)
    assert all(line["median"] > 0 for line in lines.values())
    assert set(lines["append, 16 callers"]["ratio"]) >= {"stock"}
    assert "compare nothing" in done.stderr  # the servers of tests are not durable


def test_unknown_figures_are_refused_by_name() -> None:
    done = CliRunner().invoke(app, ["speed"])
    assert done.exit_code == 2
    assert "no figures are called speed" in done.output


@pytest.mark.slow
def test_the_api_is_put_beside_a_bare_one(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("BIMA_HOME", str(tmp_path))
    get_settings.cache_clear()
    asked = ["http", "--quick", "--json", "--seconds", "0.2", "--events", "500"]
    done = CliRunner().invoke(app, asked)
    get_settings.cache_clear()
    assert done.exit_code == 0, done.output
    lines = {line["work"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert lines["simple reads, one API process"]["ratio"]["bare read"] > 0
    assert lines["writes, one API process"]["ratio"]["bare write"] > 0
    assert all(line["median"] > 0 for line in lines.values())
