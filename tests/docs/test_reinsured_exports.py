"""The page on two reinsured exports runs as it stands, and its figures are the ones it tells."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PROJECT

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_FIGURES = re.compile(r"```text\n(.*?)```", re.DOTALL)


@pytest.mark.long
def test_the_page_runs_from_two_exports_to_four_quarters_that_tie(
    shared_data: Path, tmp_path: Path
) -> None:
    text = (PROJECT / "docs/tutorials/reinsured_exports.md").read_text(encoding="utf-8")
    script = "\n".join(("set -eo pipefail", "trap './bima down' EXIT", *_BLOCK.findall(text)))
    script = script.replace("$(mktemp -d)", str(tmp_path / "state"))
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "BIMA_HOME"}
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=PROJECT,
        env=environment | {"BIMA_API_PORT": "0", "BIMA_SHARED": str(shared_data)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    (figures,) = _FIGURES.findall(text)
    assert figures in done.stdout
    assert done.stdout.count(": verified") == 8
