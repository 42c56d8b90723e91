"""Every command can be found, says what it does, and ends with an honest exit code."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.help import overview, summary
from cli.main import COMMANDS
from deploy.folders import PROJECT


def bima(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `bima` with these words, as `./bima` does once its environment is ready."""
    command = [sys.executable, "-P", "-m", "cli", *words]
    own = {**os.environ, "PYTHONPATH": str(PROJECT), **environment}
    return subprocess.run(command, env=own, capture_output=True, text=True, check=False)


def test_help_lists_every_command_with_a_line() -> None:
    listed = overview().splitlines()
    for name, module in COMMANDS.items():
        assert any(line.split()[:1] == [name] and summary(module) in line for line in listed)
        assert summary(module).endswith(".")


def test_every_command_file_is_in_the_table() -> None:
    no_commands = {"__init__", "__main__", "main"}
    files = {path.stem for path in (PROJECT / "cli").glob("*.py")} - no_commands
    assert files == {module.removeprefix("cli.") for module in COMMANDS.values()}


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"help"}))
def test_the_line_in_the_list_is_what_the_command_says_itself(name: str) -> None:
    app = import_module(COMMANDS[name]).app
    assert isinstance(app, typer.Typer)
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "300", "TERM": "dumb"}).output
    assert summary(COMMANDS[name]) in shown.replace("\n", " ")


def test_help_loads_no_library_of_the_commands() -> None:
    told = bima("help", PYTHONPROFILEIMPORTTIME="1").stderr.splitlines()
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in told}
    assert "cli" in loaded
    assert not loaded & {"adapters", "domain", "fastapi", "polars", "psycopg", "pydantic"}


def test_an_unknown_command_is_answered_with_the_nearest() -> None:
    done = bima("statsu")
    assert done.returncode == 2
    assert "did you mean `bima status`?" in done.stderr


def test_a_folder_of_the_users_cannot_stand_in_for_a_command(tmp_path: Path) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "__init__.py").write_text("raise SystemExit('not ours')")
    command = [sys.executable, "-P", "-m", "cli", "help"]
    own = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        command, env=own, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0


def test_the_doctor_finds_a_sound_machine_sound(tmp_path: Path) -> None:
    done = bima(
        "doctor", "--json", BIMA_HOME=str(tmp_path / "state"), DATABASE_URL="", REDIS_URL=""
    )
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert [f["check"] for f in findings if f["verdict"] == "wrong"] == []
    assert {"python", "disk", "rights", "postgresql", "valkey", "locks"} <= {
        f["check"] for f in findings
    }
    assert done.returncode == 0
    assert not (tmp_path / "state").exists()


def test_the_doctor_names_the_fault_and_the_remedy(tmp_path: Path) -> None:
    nowhere = f"postgresql://nobody@/none?host={tmp_path}"
    home = str(tmp_path / "state")
    done = bima("doctor", BIMA_HOME=home, DATABASE_URL=nowhere, BIMA_TIMEZONE="Nowhere")
    assert done.returncode == 1
    assert "BIMA_TIMEZONE" in done.stdout
    done = bima("doctor", BIMA_HOME=home, DATABASE_URL=nowhere)
    assert done.returncode == 1
    assert "WRONG database" in done.stdout
    assert "check DATABASE_URL" in done.stdout


def test_status_says_that_nothing_runs(tmp_path: Path) -> None:
    home = str(tmp_path / "state")
    done = bima("status", BIMA_HOME=home, DATABASE_URL="", REDIS_URL="")
    assert done.returncode == 1
    assert "Nothing runs" in done.stdout
    as_json = bima("status", "--json", BIMA_HOME=home, DATABASE_URL="", REDIS_URL="")
    assert json.loads(as_json.stdout)["running"] is False


def test_down_has_nothing_to_do_where_nothing_runs(tmp_path: Path) -> None:
    done = bima("down", BIMA_HOME=str(tmp_path / "state"))
    assert (done.returncode, done.stdout) == (0, "Nothing runs.\n")


@pytest.mark.parametrize("words", [("migrate",), ("up",)])
def test_a_database_that_does_not_answer_is_told_in_words(
    words: tuple[str, ...], tmp_path: Path, redis_url: str
) -> None:
    nowhere = f"postgresql://nobody@/none?host={tmp_path}"
    home = str(tmp_path / "state")
    done = bima(*words, BIMA_HOME=home, DATABASE_URL=nowhere, REDIS_URL=redis_url)
    assert done.returncode == 1
    assert "the database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_needs_a_database_and_tells_what_it_would_do(
    tmp_path: Path, database_url: str
) -> None:
    home = str(tmp_path / "state")
    lost = bima("migrate", BIMA_HOME=home, DATABASE_URL="")
    assert lost.returncode == 1
    assert "start one with `bima up`, or set DATABASE_URL" in lost.stderr
    done = bima("migrate", "--dry-run", BIMA_HOME=home, DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (0, "Nothing to apply.\n")
