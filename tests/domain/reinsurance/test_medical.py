"""Medical stop loss: specific and aggregate cover of an employer plan."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money
from domain.periods import Period
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.medical import (
    Aggregate,
    ContractBasis,
    Laser,
    MedicalClaim,
    MonthlyFactor,
    Specific,
    aggregate_reimbursement,
    contract_basis,
    eligible_by_member,
    expected_claims,
    specific_reimbursements,
)


def usd(amount: str | int) -> Money:
    return Money.of(amount, "USD")


CLAIMS = {"M1": usd(120_000), "M2": usd(95_000), "M3": usd(51_000), "M4": usd(9_000)}


def test_each_member_is_reimbursed_above_the_deductible() -> None:
    assert specific_reimbursements(Specific(usd(50_000)), CLAIMS) == {
        "M1": usd(70_000), "M2": usd(45_000), "M3": usd(1_000), "M4": usd(0),
    }  # fmt: skip


def test_a_laser_raises_the_deductible_of_one_member() -> None:
    terms = Specific(usd(50_000), lasers=(Laser("M1", usd(100_000)),))
    paid = specific_reimbursements(terms, CLAIMS)
    assert (paid["M1"], paid["M2"]) == (usd(20_000), usd(45_000))


def test_an_aggregating_deductible_is_used_up_by_the_members_in_turn() -> None:
    terms = Specific(usd(50_000), aggregating_deductible=usd(60_000))
    assert list(specific_reimbursements(terms, CLAIMS).values()) == [
        usd(10_000), usd(45_000), usd(1_000), usd(0),
    ]  # fmt: skip


def test_a_specific_limit_caps_each_member() -> None:
    terms = Specific(usd(50_000), limit=usd(40_000))
    assert specific_reimbursements(terms, CLAIMS)["M1"] == usd(40_000)


@given(
    amounts=st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
    deductible=st.integers(0, 10**8),
    aggregating=st.integers(0, 10**9),
)
def test_an_aggregating_deductible_takes_the_same_from_the_total_in_any_order(
    amounts: list[int], deductible: int, aggregating: int
) -> None:
    claims = {f"M{at}": Money(x, "USD") for at, x in enumerate(amounts)}
    terms = Specific(Money(deductible, "USD"), aggregating_deductible=Money(aggregating, "USD"))
    without = specific_reimbursements(Specific(Money(deductible, "USD")), claims)
    paid = sum(x.minor for x in specific_reimbursements(terms, claims).values())
    backwards = specific_reimbursements(terms, dict(reversed(claims.items())))
    assert paid == max(sum(x.minor for x in without.values()) - aggregating, 0)
    assert sum(x.minor for x in backwards.values()) == paid


YEAR = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("name", "incurred", "paid"),
    [
        ("12/12", (YEAR, date(2026, 1, 1)), (YEAR, date(2026, 1, 1))),
        ("12/15", (YEAR, date(2026, 1, 1)), (YEAR, date(2026, 4, 1))),
        ("15/12", (date(2024, 10, 1), date(2026, 1, 1)), (YEAR, date(2026, 1, 1))),
        ("paid", (date.min, None), (YEAR, date(2026, 1, 1))),
    ],
)
def test_a_basis_names_its_windows(
    name: str, incurred: tuple[date, date | None], paid: tuple[date, date]
) -> None:
    assert contract_basis(name, YEAR) == ContractBasis(Period(*incurred), Period(*paid))


@pytest.mark.parametrize("name", ["", "12", "9/12", "twelve", "12/x"])
def test_an_unknown_basis_is_refused(name: str) -> None:
    with pytest.raises(RuleBroken, match=r"treaty\.bad_basis"):
        contract_basis(name, YEAR)


@pytest.mark.parametrize(
    ("name", "eligible"), [("12/12", 60), ("12/15", 105), ("15/12", 90), ("paid", 90)]
)
def test_the_basis_decides_which_claims_count(name: str, eligible: int) -> None:
    rows = [
        (date(2024, 12, 20), date(2025, 1, 15), 30),
        (date(2025, 3, 1), date(2025, 4, 10), 60),
        (date(2025, 11, 15), date(2026, 2, 20), 45),
        (date(2025, 12, 28), date(2026, 4, 2), 25),
    ]
    claims = [MedicalClaim("M1", incurred, paid, usd(amount)) for incurred, paid, amount in rows]
    counted = eligible_by_member(claims, contract_basis(name, YEAR), "USD")
    assert counted == {"M1": usd(eligible)}


FACTORS = (MonthlyFactor("single", usd(400)), MonthlyFactor("family", usd(1_000)))


def test_expected_claims_are_factors_times_units_of_each_month() -> None:
    months = [{"single": 10, "family": 5}, {"single": 12, "family": 5}]
    assert expected_claims(Aggregate(factors=FACTORS), months, "USD") == usd(18_800)
    with pytest.raises(RuleBroken, match=r"treaty\.missing_factor"):
        expected_claims(Aggregate(factors=FACTORS), [{"couple": 1}], "USD")


def test_the_aggregate_counts_what_the_plan_keeps_below_the_specific_deductible() -> None:
    terms = Aggregate(Ratio.of("1.25"), limit=usd(1_000_000))
    claims = {"M1": usd(180_000), "M2": usd(75_000), "M3": usd(40_000), "M4": usd(905_000)}
    result = aggregate_reimbursement(terms, Specific(usd(50_000)), usd(140_000), claims)
    assert (result.eligible, result.attachment, result.reimbursed) == (
        usd(190_000), usd(175_000), usd(15_000),
    )  # fmt: skip


def test_the_attachment_never_falls_below_its_minimum() -> None:
    terms = Aggregate(Ratio.of("1.25"), minimum_attachment=usd(185_000), limit=usd(2_000))
    result = aggregate_reimbursement(terms, None, usd(140_000), {"plan": usd(190_000)})
    assert (result.attachment, result.reimbursed) == (usd(185_000), usd(2_000))


def test_the_part_between_deductible_and_laser_is_no_aggregate_claim() -> None:
    specific = Specific(usd(50_000), lasers=(Laser("M1", usd(100_000)),))
    result = aggregate_reimbursement(Aggregate(), specific, usd(60_000), {"M1": usd(120_000)})
    assert result.eligible == usd(50_000)
