"""The tutorial runs as it stands: every command, in order, in one shell."""

import re
from pathlib import Path

import pytest

from tests.docs.followed import followed


@pytest.mark.slow
def test_the_tutorial_runs_from_an_empty_ledger_to_two_paid_claims(tmp_path: Path) -> None:
    said = followed("tutorial.md", tmp_path)
    assert re.search(r'"paid": "23500\.00",?\s+"route": "auto_approved"', said)
    assert '"rule": "claim.same_person"' in said.replace('":"', '": "')
    assert re.search(r'"paid": "730000\.00",?\s+"route": "manager_approval"', said)
