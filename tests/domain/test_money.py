"""Amounts are exact, round in one way at a time, and parts always add up to the whole."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    BadAmount,
    CurrencyMismatch,
    Money,
    RoundingMode,
    round_minor,
    share,
    split,
    total,
)

HALF_STEPS = [Fraction(n, 2) for n in (-3, -2, -1, 0, 1, 2, 3, 5)]


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        (RoundingMode.HALF_UP, [-2, -1, -1, 0, 1, 1, 2, 3]),
        (RoundingMode.HALF_EVEN, [-2, -1, 0, 0, 0, 1, 2, 2]),
        (RoundingMode.UP, [-1, -1, 0, 0, 1, 1, 2, 3]),
        (RoundingMode.DOWN, [-1, -1, 0, 0, 0, 1, 1, 2]),
        (RoundingMode.FLOOR, [-2, -1, -1, 0, 0, 1, 1, 2]),
    ],
)
def test_each_mode_settles_halves_in_its_own_way(mode: RoundingMode, rounded: list[int]) -> None:
    assert [round_minor(half, mode) for half in HALF_STEPS] == rounded


def test_amounts_round_to_whole_units_of_any_size() -> None:
    assert round_minor(Decimal(149), unit_minor=100) == 100
    assert round_minor(Decimal(150), unit_minor=100) == 200
    assert round_minor(Decimal("1666.5"), RoundingMode.HALF_EVEN) == 1666


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("25000", "TZS", 2_500_000), ("1500.50", "TZS", 150_050), ("-0.01", "USD", -1),
     ("700", "UGX", 700), ("1.234", "KWD", 1_234)],
)  # fmt: skip
def test_an_amount_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert Money.of(text, currency) == Money(minor, currency)
    assert Money.of(Money(minor, currency).amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "told"),
    [
        ("1.005", "TZS", "more than 2 decimals"),
        ("1.5", "UGX", "more than 0 decimals"),
        ("1,000", "TZS", "is not an amount"),
        ("", "TZS", "is not an amount"),
        ("1e3", "TZS", "is not an amount"),
        ("007", "TZS", "is not an amount"),
        ("99999999999999999.99", "KWD", "more than a ledger holds"),
        ("10", "Tsh", "three-letter currency code"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(text: str, currency: str, told: str) -> None:
    with pytest.raises(BadAmount, match=told):
        Money.of(text, currency)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "TZS") + Money(1, "USD")
    with pytest.raises(CurrencyMismatch):
        assert Money(1, "TZS") < Money(1, "USD")


def test_an_amount_is_written_with_its_currency() -> None:
    assert str(Money(2_350_000, "TZS")) == "TZS 23,500.00"
    assert str(Money(700, "UGX")) == "UGX 700"


def test_a_share_is_rounded_once() -> None:
    assert share(Money(75_000_00, "TZS"), Fraction(15, 100)) == Money(11_250_00, "TZS")
    assert share(Money(1, "TZS"), Decimal("0.5")) == Money(1, "TZS")


def test_an_odd_cent_goes_to_the_first_of_equal_claims() -> None:
    parts = split(Money(100, "TZS"), [1, 1, 1])
    assert [part.minor for part in parts] == [34, 33, 33]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_divide_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(Money(1, "TZS"), weights)


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 1_000), min_size=1, max_size=12).filter(any),
)
def test_parts_add_up_and_lie_within_a_unit_of_their_share(minor: int, weights: list[int]) -> None:
    parts = split(Money(minor, "TZS"), weights)
    assert total(parts, "TZS") == Money(minor, "TZS")
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - Fraction(minor * weight, sum(weights))) < 1


@given(st.fractions(), st.sampled_from(RoundingMode), st.integers(1, 1_000))
def test_rounding_moves_by_less_than_a_unit(exact: Fraction, mode: RoundingMode, unit: int) -> None:
    rounded = round_minor(exact, mode, unit)
    assert rounded % unit == 0
    assert abs(rounded - exact) < unit
