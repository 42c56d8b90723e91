"""The tutorial runs as it stands: every command, in order, in one shell."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PROJECT

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
NEEDED = ("bash", "curl", "python3")


@pytest.mark.slow
def test_the_tutorial_runs_from_an_empty_ledger_to_two_paid_claims(tmp_path: Path) -> None:
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"the tutorial's own tools are not on this machine: {', '.join(missing)}")
    blocks = _BLOCK.findall((PROJECT / "docs/tutorial.md").read_text(encoding="utf-8"))
    script = "\n".join(("set -eo pipefail", "trap './bima down' EXIT", *blocks))
    script = script.replace("$(mktemp -d)", str(tmp_path / "state"))
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "BIMA_HOME"}
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=PROJECT,
        env=environment | {"BIMA_API_PORT": "0"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    assert re.search(r'"paid": "23500\.00",?\s+"route": "auto_approved"', done.stdout)
    assert '"rule": "claim.same_person"' in done.stdout.replace('":"', '": "')
    assert re.search(r'"paid": "730000\.00",?\s+"route": "manager_approval"', done.stdout)
