"""The page on two reinsured exports runs as it stands, and its figures are the ones it tells."""

import re
from pathlib import Path

import pytest

from tests.docs.followed import followed
from tests.docs.pages import PROJECT

_FIGURES = re.compile(r"```text\n(.*?)```", re.DOTALL)


@pytest.mark.long
def test_the_page_runs_from_two_exports_to_four_quarters_that_tie(
    shared_data: Path, tmp_path: Path
) -> None:
    page = "tutorials/reinsured_exports.md"
    said = followed(page, tmp_path, seconds=900, BIMA_SHARED=str(shared_data))
    (figures,) = _FIGURES.findall((PROJECT / "docs" / page).read_text(encoding="utf-8"))
    assert figures in said
    assert said.count(": verified") == 8
