"""The actuary's tutorial runs as it stands: every command, in order, in one shell."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PROJECT

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.long
def test_the_tutorial_runs_from_an_export_to_reserves_and_pictures(tmp_path: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("the tutorial needs bash")
    text = (PROJECT / "docs/tutorials/actuary.md").read_text(encoding="utf-8")
    script = "\n".join(("set -eo pipefail", "trap './bima down' EXIT", *_BLOCK.findall(text)))
    script = script.replace("BIMA_HOME=$(mktemp -d)", f"BIMA_HOME={tmp_path / 'state'}")
    script = script.replace("WORK=$(mktemp -d)", f"WORK={tmp_path / 'work'}")
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
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    assert "2024-Q1   8,236,400   12,133,400" in done.stdout
    assert "There are no such claims." in done.stdout
    assert "checks hold" in done.stdout
    for name in ("triangle.png", "development.svg", "loss-ratio.png", "paid.arrow"):
        assert (tmp_path / "work" / name).stat().st_size > 1_000, name
