"""Surplus: lines above a retention, one after the other, by grade of risk."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.surplus import divide, surplus_share, surplus_shares
from domain.reinsurance.terms import LineOfTable, Surplus
from tests.domain.reinsurance.book import tzs

FIRST = Surplus(tzs(50), Ratio(4))
SECOND = Surplus(tzs(50), Ratio(6), lines_below=Ratio(4))


@pytest.mark.parametrize(
    ("sum_insured", "ceded", "over"),
    [(50, "0", "0"), (120, "7/12", "0"), (250, "4/5", "0"), (400, "1/2", "3/8")],
)
def test_a_surplus_takes_its_lines_above_the_retention(
    sum_insured: int, ceded: str, over: str
) -> None:
    shares = surplus_shares([FIRST], tzs(sum_insured))
    assert shares.ceded == (Ratio.of(ceded).exact,)
    assert shares.over_capacity == Ratio.of(over).exact


def test_the_second_surplus_stands_on_the_lines_of_the_first() -> None:
    shares = surplus_shares([FIRST, SECOND], tzs(600))
    assert shares.ceded == (Fraction(200, 600), Fraction(300, 600))
    assert (shares.retained, shares.over_capacity) == (Fraction(50, 600), Fraction(50, 600))


@given(
    sum_insured=st.integers(1, 10**12),
    retention=st.integers(1, 10**10),
    lines=st.lists(st.integers(1, 20), min_size=1, max_size=4),
    amount=st.integers(-(10**12), 10**12),
)
def test_the_parts_of_a_risk_are_the_whole(
    sum_insured: int, retention: int, lines: list[int], amount: int
) -> None:
    surpluses = [
        Surplus(Money(retention, "TZS"), Ratio(own), lines_below=Ratio(sum(lines[:at])))
        for at, own in enumerate(lines)
    ]
    shares = surplus_shares(surpluses, Money(sum_insured, "TZS"))
    assert sum(shares.ceded) + shares.over_capacity + shares.retained == 1
    assert all(0 <= part <= 1 for part in (*shares.ceded, shares.over_capacity, shares.retained))
    parts = divide(Money(amount, "TZS"), shares)
    whole = sum(part.minor for part in (*parts.ceded, parts.over_capacity, parts.retained))
    assert whole == amount


def test_the_table_of_lines_sets_retention_and_lines_by_grade() -> None:
    table = (LineOfTable("A", tzs(50)), LineOfTable("C", tzs(10), Ratio(8)))
    terms = Surplus(tzs(50), Ratio(4), table=table)
    assert surplus_share(terms, tzs(120), "A") == Fraction(70, 120)
    assert surplus_share(terms, tzs(120), "C") == Fraction(80, 120)
    with pytest.raises(RuleBroken, match=r"treaty\.grade_not_in_table"):
        surplus_share(terms, tzs(120), "Z")


def test_a_sum_insured_of_nothing_has_no_lines() -> None:
    with pytest.raises(RuleBroken, match=r"treaty\.bad_sum_insured"):
        surplus_share(FIRST, tzs(0))
