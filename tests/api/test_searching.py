"""What a search asks its index for: of a number the part that few have, of a name the whole."""

import re

import pytest

from api.queries import parse
from api.readable import CLAIMS
from api.statements import Statement, page

BY_INDEX = r"t\.search_text LIKE \$(\d+)"


@pytest.mark.parametrize(
    ("searched", "asked_for"),
    [
        ("CLM-2026-0012345", "%0012345%"),  # every claim has the other parts
        ("0012345", "%0012345%"),
        ("upanga", "%upanga%"),
        ("b-54", "%b-54%"),  # no part of it is rarer than the whole
        ("0012345/2", "%0012345%"),
    ],
)
def test_the_index_is_asked_for_what_few_rows_have(searched: str, asked_for: str) -> None:
    """An index on a column is not looked at for what a condition makes of the column."""
    statement = Statement(1)
    text = page(statement, CLAIMS, parse([("search", searched)], CLAIMS, CLAIMS.masked), ())
    asked = {statement.values[int(place) - 1] for place in re.findall(BY_INDEX, text)}
    looked_at = {statement.values[int(place) - 1] for place in re.findall(r"LIKE \$(\d+)", text)}
    assert asked == {asked_for}
    assert looked_at - asked == ({f"%{searched.lower()}%"} - asked)
