"""The page on reinsurance shows what the code answers."""

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/reinsurance.md"


def test_the_examples_of_the_page_give_what_it_says() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried > 20
    assert failed == 0
