"""Following a page of the documents as a reader would: every command, in order, in one shell."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PROJECT

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_FOLDER = re.compile(r"(\w+)=\$\(mktemp -d\)")
NEEDED = ("bash", "curl", "python3")
OWN = {"DATABASE_URL", "REDIS_URL", "BIMA_HOME"}


def followed(page: str, folder: Path, *, seconds: int = 300, **environment: str) -> str:
    """What the commands of `docs/PAGE` print; one that fails, or takes longer, fails the test.

    A folder that the page makes for itself, such as BIMA_HOME, stands in `folder` by that name.
    """
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"the page's own tools are not on this machine: {', '.join(missing)}")
    blocks = _BLOCK.findall((PROJECT / "docs" / page).read_text(encoding="utf-8"))
    script = "\n".join(("set -eo pipefail", "trap './bima down' EXIT", *blocks))
    inherited = {name: value for name, value in os.environ.items() if name not in OWN}
    done = subprocess.run(
        ["bash", "-c", _FOLDER.sub(rf"\1={folder}/\1", script)],
        cwd=PROJECT,
        env=inherited | {"BIMA_API_PORT": "0"} | environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    return done.stdout
