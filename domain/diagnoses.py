"""The coarse class of a diagnosis: the chapter of ICD-10, which tells nobody's illness.

Actuaries and reinsurers count by chapter. The exact code is health data of one person.
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from domain.personal import Personal

UNCLASSIFIED = "unclassified"

# ICD-10 (WHO, 2019), first and last category of each chapter.
CHAPTERS = (
    "A00-B99", "C00-D48", "D50-D89", "E00-E90", "F00-F99", "G00-G99", "H00-H59", "H60-H95",
    "I00-I99", "J00-J99", "K00-K93", "L00-L99", "M00-M99", "N00-N99", "O00-O99", "P00-P96",
    "Q00-Q99", "R00-R99", "S00-T98", "U00-U99", "V01-Y98", "Z00-Z99",
)  # fmt: skip
_FIRST = [chapter[:3] for chapter in CHAPTERS]


@lru_cache(maxsize=4096)
def chapter(code: str) -> str:
    """The chapter of an ICD-10 code ("B54" is in "A00-B99"); a chapter is its own.

    Codes of other lists are `unclassified`.
    """
    if code in CHAPTERS:
        return code
    category = code[:3].upper()
    if len(category) < 3 or not category[0].isalpha() or not category[1].isdigit():
        return UNCLASSIFIED
    found = CHAPTERS[max(bisect_right(_FIRST, category) - 1, 0)]
    return found if found[:3] <= category <= found[4:] else UNCLASSIFIED


def chapters(codes: Iterable[str]) -> tuple[str, ...]:
    """The chapter of each code, in their order."""
    return tuple(map(chapter, codes))


Diagnoses = Annotated[tuple[str, ...], Personal("health", coarse=chapters)]
