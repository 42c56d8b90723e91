"""`bima demo` as a newcomer gives it: all it promises happens, and nothing is left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.folders import PROJECT
from deploy.running import last_note


@pytest.mark.slow
def test_a_small_year_keeps_every_promise_and_leaves_no_process(tmp_path: Path) -> None:
    state = tmp_path / "state"
    environment = {n: v for n, v in os.environ.items() if n not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "cli", "demo", "--members", "16", "--exit", "--json"],
        cwd=PROJECT,
        env=environment
        | {"BIMA_HOME": str(state), "BIMA_API_PORT": "0", "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.stdout, done.stderr[-3_000:]
    told = json.loads(done.stdout)
    broken = [f"{p['promise']}: {p['found']}" for p in told["promises"] if not p["kept"]]
    assert broken == []
    assert done.returncode == 0
    assert told["figures"]["members"] == 16
    assert told["figures"]["outcomes"]["paid"] > 50
    assert told["verified"] is True
    assert len(told["bordereau"]["sha256"]) == 64
    assert last_note(state) is None
    assert [line for line in processes() if str(state) in line] == []


def processes() -> list[str]:
    """The command lines of everything that runs."""
    said = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()
