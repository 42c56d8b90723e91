"""The reinsurance accountant's tutorial runs as it stands, every command in one shell."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PROJECT

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.long
def test_the_tutorial_runs_from_a_treaty_to_a_signed_bordereau(tmp_path: Path) -> None:
    page = PROJECT / "docs/tutorial-reinsurance.md"
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
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
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    assert "refused, as it should be" in done.stdout
    assert "found out" in done.stdout
    assert "USD 3,808.02" in done.stdout.replace("-", "")
    assert done.stdout.count(": verified") == 2
