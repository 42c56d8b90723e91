"""Shares and rates stay exact however they are written."""

from decimal import Decimal
from fractions import Fraction

import pytest

from domain.ratio import BadRatio, Ratio, decimals


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("0.40", Fraction(2, 5)),
        (".5", Fraction(1, 2)),
        ("1", Fraction(1)),
        ("1/3", Fraction(1, 3)),
        ("100/80", Fraction(5, 4)),
        ("40%", Fraction(2, 5)),
        ("-0.05", Fraction(-1, 20)),
    ],
)
def test_a_ratio_is_read_exactly(text: str, exact: Fraction) -> None:
    assert Ratio.of(text).exact == exact


@pytest.mark.parametrize("text", ["", "a third", "1/0", "1//3", "0,40", "1e3", "."])
def test_what_is_no_ratio_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(BadRatio):
        Ratio.of(text)


def test_three_thirds_are_the_whole() -> None:
    assert sum(Ratio.of("1/3").exact for _ in range(3)) == 1


def test_equal_ratios_are_equal_however_they_were_written() -> None:
    assert Ratio.of("40%") == Ratio.of("0.400") == Ratio(4, 10) == Ratio.of(Decimal("0.4"))


def test_a_ratio_is_shown_rounded_half_away_from_zero() -> None:
    assert str(decimals(Fraction(1, 8), 2)) == "0.13"
    assert str(decimals(Fraction(-1, 8), 2)) == "-0.13"


def test_a_denominator_must_be_above_zero() -> None:
    with pytest.raises(BadRatio):
        Ratio(1, 0)
