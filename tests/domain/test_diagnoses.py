"""The chapter of a diagnosis is all that anybody may know without the person."""

import pytest

from domain.diagnoses import CHAPTERS, UNCLASSIFIED, chapter, chapters


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("B54", "A00-B99"),
        ("a09.1", "A00-B99"),
        ("D48.9", "C00-D48"),
        ("D50", "D50-D89"),
        ("E11.9", "E00-E90"),
        ("H59", "H00-H59"),
        ("H60", "H60-H95"),
        ("T98", "S00-T98"),
        ("Z00", "Z00-Z99"),
        ("U07.1", "U00-U99"),
        ("D49", UNCLASSIFIED),
        ("44054006", UNCLASSIFIED),
        ("malaria", UNCLASSIFIED),
        ("", UNCLASSIFIED),
        ("B5", UNCLASSIFIED),
    ],
)
def test_a_code_is_in_its_chapter(code: str, expected: str) -> None:
    assert chapter(code) == expected


def test_a_chapter_is_its_own() -> None:
    assert chapters((*CHAPTERS, UNCLASSIFIED)) == (*CHAPTERS, UNCLASSIFIED)
