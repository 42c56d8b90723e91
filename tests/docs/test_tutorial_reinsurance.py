"""The reinsurance accountant's tutorial runs as it stands, every command in one shell."""

from pathlib import Path

import pytest

from tests.docs.followed import followed


@pytest.mark.long
def test_the_tutorial_runs_from_a_treaty_to_a_signed_bordereau(tmp_path: Path) -> None:
    said = followed("tutorial-reinsurance.md", tmp_path, seconds=400)
    assert "refused, as it should be" in said
    assert "found out" in said
    assert "USD 3,808.02" in said.replace("-", "")
    assert said.count(": verified") == 2
