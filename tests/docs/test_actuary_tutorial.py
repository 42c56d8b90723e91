"""The actuary's tutorial runs as it stands: every command, in order, in one shell."""

from pathlib import Path

import pytest

from tests.docs.followed import followed


@pytest.mark.long
def test_the_tutorial_runs_from_an_export_to_reserves_and_pictures(tmp_path: Path) -> None:
    said = followed("tutorials/actuary.md", tmp_path, seconds=900)
    assert "2024-Q1   8,236,400   12,133,400" in said
    assert "There are no such claims." in said
    assert "checks hold" in said
    for name in ("triangle.png", "development.svg", "loss-ratio.png", "paid.arrow"):
        assert (tmp_path / "WORK" / name).stat().st_size > 1_000, name
