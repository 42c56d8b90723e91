"""A card's code is read as it was made; any changed sign makes it nobody's."""

import struct
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from adapters.biometric_templates import NotATemplate, similarity_bps, vector
from adapters.card_codes import CardCodes, CardSays
from adapters.secret_keys import card_signing_key
from adapters.sheets import CSV, SheetUnreadable, rows_of

SAYS = CardSays(UUID("01890000-0000-7000-8000-000000000102"), "MB-2025-00001", date(2027, 1, 1))


@pytest.fixture
def codes(tmp_path: Path) -> CardCodes:
    return CardCodes(card_signing_key(tmp_path))


def test_a_code_says_what_it_was_made_of(codes: CardCodes) -> None:
    code = codes.of(SAYS)
    assert codes.read(code) == SAYS
    assert len(code) < 180, "it fits a code that a telephone reads at arm's length"


def test_no_sign_of_a_code_can_be_another(codes: CardCodes) -> None:
    code = codes.of(SAYS)
    for at, sign in enumerate(code):
        for other in {"A", "7", "-", "."} - {sign}:
            assert codes.read(code[:at] + other + code[at + 1 :]) is None, at


def test_the_code_of_another_insurer_is_not_ours(codes: CardCodes, tmp_path: Path) -> None:
    other = CardCodes(card_signing_key(tmp_path / "other"))
    assert codes.read(other.of(SAYS)) is None


def test_templates_are_alike_by_direction_and_other_lengths_not_at_all() -> None:
    one = vector(struct.pack("<16f", *range(1, 17)))
    twice = vector(struct.pack("<16f", *range(2, 34, 2)))
    assert similarity_bps(one, twice) == 10_000
    assert similarity_bps(one, vector(struct.pack("<17f", *range(1, 18)))) == 0
    assert similarity_bps(one, vector(struct.pack("<16f", *range(-1, -17, -1)))) == 0
    for bad in (b"", b"\0" * 64, b"\0" * 63, b"\xff" * 64):
        with pytest.raises(NotATemplate):
            vector(bad)


def test_a_sheet_keeps_the_numbers_of_its_rows() -> None:
    rows = rows_of(b"\xef\xbb\xbfa;b\n\n 1 ; 2\n", CSV, 10)
    assert rows == [(1, ["a", "b"]), (3, ["1", "2"])]
    with pytest.raises(SheetUnreadable, match="more than 1 rows"):
        rows_of(b"a\n1\n2\n", CSV, 1)
    with pytest.raises(SheetUnreadable, match="61 cells"):
        rows_of(b",".join([b"x"] * 61), CSV, 1)
