"""The page that follows one claim runs as it stands, and the figures it names come out."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PROJECT

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
NEEDED = ("bash", "curl", "python3")


@pytest.mark.long
def test_the_claim_of_the_documents_is_followed_to_its_payment(tmp_path: Path) -> None:
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"the page's own tools are not on this machine: {', '.join(missing)}")
    blocks = _BLOCK.findall((PROJECT / "docs/flows/one-claim.md").read_text(encoding="utf-8"))
    script = "\n".join(("set -eo pipefail", "trap './bima down' EXIT", *blocks))
    state = tmp_path / "state"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "BIMA_HOME"}
    }
    done = subprocess.run(
        ["bash", "-c", script.replace("$(mktemp -d)", str(state))],
        cwd=PROJECT,
        env=environment | {"BIMA_API_PORT": "0"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = done.stdout
    assert done.returncode == 0, said[-3_000:] + done.stderr[-3_000:]
    assert '"rule": "claim.same_person"' in said.replace('":"', '": "')
    assert re.search(r'"plan_pays": "730000\.00"', said), "what would be paid"
    assert re.search(r'"left": "1700000\.00"', said), "what is left of the year's limit"
    assert re.search(r'"what": "paid",\s+"year": "2025-01-01",\s+"amount_minor": 103000000', said)
    assert re.search(r'"payable": "730000\.00",\s+"paid": "730000\.00"', said)
    for letter in ("eob.pdf", "eob-sw.pdf", "remittance.pdf"):
        assert (state / letter).read_bytes().startswith(b"%PDF-")
