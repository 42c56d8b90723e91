"""`bima chaos` itself: a short trial holds, and a planted defect is found."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from cli.chaos_run.defects import DEFECTS
from cli.chaos_run.faults import FAULTS
from cli.chaos_run.planted.changes import CHANGES
from deploy.folders import PROJECT


def test_every_defect_is_planted_and_shown_by_faults_that_exist() -> None:
    assert set(CHANGES) == set(DEFECTS)
    assert len(DEFECTS) >= 8
    assert all(set(defect.faults) <= set(FAULTS) for defect in DEFECTS.values())
    # A defect changes the code or the database.
    assert all(CHANGES[name] or defect.statements for name, defect in DEFECTS.items())


@pytest.mark.slow
def test_a_short_trial_loses_nothing() -> None:
    done = chaos("--seconds", "8", "--faults", "12", "--commands", "250", "--members", "20")
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["violations"] == [], told
    assert done.returncode == 0
    assert told["faults"] >= 12
    assert all(hit["proof"] for hit in told["hits"])
    assert told["acknowledged"] >= 250


@pytest.mark.long
def test_a_planted_defect_is_found() -> None:
    done = chaos("--planted", "bank-pays-each-time")
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["killed"], told
    assert any("the bank moved" in violation for violation in told["violations"])


def test_an_unknown_fault_is_named() -> None:
    done = chaos("--only", "flood")
    assert done.returncode == 2
    assert "there is no flood" in done.stderr


def chaos(*words: str) -> subprocess.CompletedProcess[str]:
    """The command as anybody would give it, over servers of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "cli", "chaos", "--json", *words],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
