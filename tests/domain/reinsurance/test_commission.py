"""Sliding and profit commission, loss corridor: what the result of a treaty does to its terms."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money
from domain.ratio import Ratio, decimals
from domain.refusals import RuleBroken
from domain.reinsurance.accounting_terms import LossCorridor, ProfitCommission
from domain.reinsurance.commission import Experience, rate_at, strike_commission
from domain.reinsurance.commission_terms import Commission, ScalePoint, SlidingScale
from domain.reinsurance.profit import (
    YearResult,
    corridor_retained,
    profit_commissions,
    treaty_profit,
)
from tests.domain.reinsurance.book import tzs

R = Ratio.of
SCALE = SlidingScale(
    (
        ScalePoint(R("0.50"), R("0.40")),
        ScalePoint(R("0.60"), R("0.32")),
        ScalePoint(R("0.80"), R("0.20")),
    ),
    deficit_above=R("0.85"),
    deficit_most=R("0.10"),
    credit_below=R("0.45"),
    credit_most=R("0.05"),
)
TERMS = Commission(R("0.30"), SCALE)


@pytest.mark.parametrize(
    ("ratio", "rate"),
    [
        ("0.10", "0.40"), ("0.50", "0.40"), ("0.55", "0.36"), ("0.60", "0.32"), ("0.70", "0.26"),
        ("0.80", "0.20"), ("3", "0.20"),
    ],
)  # fmt: skip
def test_the_scale_is_linear_between_its_points_and_flat_outside(ratio: str, rate: str) -> None:
    assert rate_at(SCALE, R(ratio).exact) == R(rate).exact


@given(ratios=st.lists(st.fractions(min_value=0, max_value=3), min_size=2, max_size=10))
def test_commission_never_rises_with_the_loss_ratio(ratios: list[Fraction]) -> None:
    rates = [rate_at(SCALE, ratio) for ratio in sorted(ratios)]
    assert all(low >= high for low, high in pairwise(rates))


@pytest.mark.parametrize(
    ("incurred", "debit", "credit"),
    [
        (860_000, 10_000, 0),
        (2_000_000, 100_000, 0),
        (430_000, 0, 20_000),
        (0, 0, 50_000),
        (700_000, 0, 0),
    ],
)
def test_deficit_and_credit_go_into_the_next_year_up_to_their_most(
    incurred: int, debit: int, credit: int
) -> None:
    struck = strike_commission(TERMS, Experience(tzs(1_000_000), tzs(incurred)))
    assert (struck.debit_out, struck.credit_out) == (tzs(debit), tzs(credit))


def test_what_was_carried_in_counts_as_loss_or_as_its_absence() -> None:
    worse = strike_commission(TERMS, Experience(tzs(1_000_000), tzs(640_000), debit_in=tzs(60_000)))
    better = strike_commission(
        TERMS, Experience(tzs(1_000_000), tzs(760_000), credit_in=tzs(60_000))
    )
    assert worse.loss_ratio == better.loss_ratio == R("0.70")
    assert worse.adjusted == tzs(260_000)
    assert worse.adjustment == tzs(-40_000)


def test_the_rate_is_exact_until_the_commission_is_posted() -> None:
    struck = strike_commission(TERMS, Experience(tzs("1234567.89"), tzs("801000.01")))
    assert str(decimals(struck.loss_ratio.exact, 6)) == "0.648810"
    # 0.68 of premium less 0.6 of losses, by the second segment of the scale
    assert struck.adjusted == tzs("358906.16")


def test_without_premium_there_is_no_loss_ratio() -> None:
    with pytest.raises(RuleBroken, match=r"treaty\.no_earned_premium"):
        strike_commission(TERMS, Experience(tzs(0), tzs(1)))


def test_profit_is_what_is_left_after_commission_expenses_and_losses() -> None:
    terms = ProfitCommission(R("0.20"), R("0.05"))
    assert treaty_profit(terms, tzs(2_000_000), tzs(540_000), tzs(1_150_000)) == tzs(210_000)


def years(terms: ProfitCommission, *profits: int) -> list[tuple[Money, Money]]:
    results = [YearResult(2021 + at, tzs(profit)) for at, profit in enumerate(profits)]
    return [(one.commission, one.deficit_left) for one in profit_commissions(terms, results)]


def test_a_deficit_is_used_up_first_and_lapses_when_it_is_too_old() -> None:
    carried = years(ProfitCommission(R("0.20"), deficit_years=2), -90, 20, 30, 60)
    assert carried == [
        (tzs(0), tzs(90)), (tzs(0), tzs(70)), (tzs(0), tzs(40)), (tzs(12), tzs(0)),
    ]  # fmt: skip


def test_a_deficit_without_an_end_is_carried_until_it_is_used_up() -> None:
    assert years(ProfitCommission(R("0.20")), -90, 20, 30, 60) == [
        (tzs(0), tzs(90)), (tzs(0), tzs(70)), (tzs(0), tzs(40)), (tzs(4), tzs(0)),
    ]  # fmt: skip


def test_a_treaty_may_carry_no_deficit_at_all() -> None:
    assert years(ProfitCommission(R("0.20"), deficit_years=0), -90, 20) == [
        (tzs(0), tzs(0)), (tzs(4), tzs(0)),
    ]  # fmt: skip


def test_the_oldest_deficit_is_absorbed_first() -> None:
    terms = ProfitCommission(R("0.10"), deficit_years=1)
    assert years(terms, -50, -30, 60, 100)[2:] == [(tzs(3), tzs(0)), (tzs(10), tzs(0))]


@given(results=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8))
def test_profit_commission_never_exceeds_its_share_of_all_profits(results: list[int]) -> None:
    terms = ProfitCommission(R("0.20"))
    struck = profit_commissions(
        terms, [YearResult(at, Money(x, "TZS")) for at, x in enumerate(results)]
    )
    paid = sum(one.commission.minor for one in struck)
    assert paid <= Fraction(sum(max(x, 0) for x in results), 5) + len(results)
    assert struck[-1].deficit_left.minor >= -min(sum(results), 0)


@pytest.mark.parametrize(
    ("losses", "kept"), [(700_000, 0), (800_000, 0), (900_000, 50_000), (1_050_000, 100_000)]
)
def test_a_corridor_gives_back_a_part_of_the_losses_inside_it(losses: int, kept: int) -> None:
    terms = LossCorridor(R("0.80"), R("1"), R("0.50"))
    assert corridor_retained(terms, tzs(1_000_000), tzs(losses)) == tzs(kept)
