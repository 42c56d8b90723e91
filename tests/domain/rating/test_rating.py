"""Contributions, terms, payments and the earning of a premium."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money
from domain.rating.contribution import ContributionRates, Head, contribution, counted_heads
from domain.rating.earning import allocated
from domain.rating.formula import loaded, premium
from domain.rating.settlement import Payment, PolicyStatus, WhenShort, settlement
from domain.rating.term import (
    TermRules,
    has_expired,
    last_payment_day,
    last_payment_day_of_cycle,
    term,
)

DAY = date(2025, 3, 10)
ADULT, CHILD = Head(date(1990, 1, 1)), Head(date(2015, 1, 1))
AUNT, COUSIN = Head(date(1980, 1, 1), outside=True), Head(date(2016, 1, 1), outside=True)


def tzs(amount: str | int) -> Money:
    return Money.of(amount, "TZS")


PER_HEAD = ContributionRates(
    "TZS", per_adult=tzs(300), per_child=tzs(200), assembly_fee=tzs(5), registration_fee=tzs(10)
)
LUMP = replace(PER_HEAD, lump_sum=tzs(1000), threshold=2)


@pytest.mark.parametrize(
    ("rates", "household", "paid"),
    [
        (PER_HEAD, [ADULT], 315),
        (PER_HEAD, [ADULT, CHILD], 530),
        (LUMP, [ADULT], 1015),
        (LUMP, [ADULT, CHILD], 1030),
        (LUMP, [ADULT, ADULT, CHILD], 1245),
        (LUMP, [ADULT, ADULT, ADULT, CHILD], 1560),
        (LUMP, [ADULT, AUNT, COUSIN], 1545),
        (replace(LUMP, threshold=None), [ADULT, ADULT, CHILD], 1045),
        (replace(PER_HEAD, max_members=2), [ADULT, COUSIN, AUNT], 530),
        (replace(PER_HEAD, assembly_sum=tzs(50)), [ADULT, CHILD], 570),
        (replace(PER_HEAD, registration_sum=tzs(90)), [ADULT, CHILD], 600),
    ],
)
def test_contribution_and_fees(rates: ContributionRates, household: list[Head], paid: int) -> None:
    assert contribution(rates, household, DAY) == tzs(paid)


def test_a_renewal_pays_no_registration_and_a_discount_comes_last() -> None:
    assert contribution(PER_HEAD, [ADULT], DAY, renewal=True) == tzs(305)
    assert contribution(PER_HEAD, [ADULT], DAY, discount_percent=Decimal("12.5")) == tzs("275.63")


def test_places_go_to_adults_children_outside_children_outside_adults() -> None:
    household = [AUNT, COUSIN, CHILD, ADULT]
    for most in range(5):
        heads = counted_heads(household, DAY, most)
        counted = (heads.adults, heads.children, heads.outside_children, heads.outside_adults)
        assert counted == tuple(1 if place < most else 0 for place in range(4))


def test_an_eighteenth_birthday_makes_an_adult() -> None:
    assert counted_heads([Head(date(2007, 3, 10))], DAY, None).adults == 1
    assert counted_heads([Head(date(2007, 3, 11))], DAY, None).children == 1


CYCLES = TermRules(12, cycle_starts=((6, 1), (1, 1)), grace_months_enrolment=1)


@pytest.mark.parametrize(
    ("rules", "enrolled_on", "start", "expiry"),
    [
        (TermRules(12), date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 27)),
        (TermRules(6, 1), date(2025, 1, 31), date(2025, 2, 28), date(2025, 8, 27)),
        (CYCLES, date(2025, 2, 1), date(2025, 1, 1), date(2025, 12, 31)),
        (CYCLES, date(2025, 2, 2), date(2025, 6, 1), date(2026, 5, 31)),
        (CYCLES, date(2025, 7, 2), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_cover_starts_and_ends(
    rules: TermRules, enrolled_on: date, start: date, expiry: date
) -> None:
    found = term(rules, enrolled_on)
    assert (found.starts_on, found.expires_on) == (start, expiry)


def test_administration_takes_its_months_for_new_policies_only() -> None:
    assert term(TermRules(12, 2), DAY, renewal=True).starts_on == DAY


def test_a_renewal_has_its_own_grace_or_none() -> None:
    assert term(CYCLES, date(2025, 1, 2), renewal=True).starts_on == date(2025, 6, 1)
    gracious = replace(CYCLES, grace_months_renewal=2)
    assert term(gracious, date(2025, 3, 1), renewal=True).starts_on == date(2025, 1, 1)


def test_last_days_to_pay() -> None:
    assert last_payment_day_of_cycle(CYCLES, date(2025, 1, 1), renewal=False) == date(2025, 1, 31)
    assert last_payment_day_of_cycle(CYCLES, date(2025, 1, 1), renewal=True) == date(2024, 12, 31)
    free = TermRules(12, grace_months_payment=3)
    assert last_payment_day(free, date(2024, 1, 10)) == date(2024, 4, 9)


def test_a_policy_is_in_force_on_the_day_it_expires() -> None:
    assert not has_expired(DAY, DAY)
    assert has_expired(date(2025, 3, 9), DAY)


START = date(2025, 2, 1)


@pytest.mark.parametrize(
    ("payments", "status", "effective", "balance"),
    [
        ([], PolicyStatus.IDLE, None, 1000),
        ([Payment(date(2025, 1, 5), tzs(1000))], PolicyStatus.ACTIVE, START, 0),
        ([Payment(date(2025, 2, 5), tzs(1000))], PolicyStatus.ACTIVE, date(2025, 2, 5), 0),
        ([Payment(date(2025, 1, 5), tzs(1200))], PolicyStatus.ACTIVE, date(2025, 1, 5), -200),
        (
            [Payment(date(2025, 1, 5), tzs(400)), Payment(date(2025, 3, 1), tzs(600))],
            PolicyStatus.ACTIVE,
            date(2025, 3, 1),
            0,
        ),
        (
            [Payment(date(2025, 2, 5), tzs(400), WhenShort.ENFORCE)],
            PolicyStatus.ACTIVE,
            date(2025, 2, 5),
            600,
        ),
        (
            [
                Payment(date(2025, 2, 5), tzs(400), WhenShort.SUSPEND),
                Payment(date(2025, 2, 9), tzs(600), WhenShort.SUSPEND),
            ],
            PolicyStatus.ACTIVE,
            date(2025, 2, 9),
            0,
        ),
        (
            [Payment(date(2025, 2, 5), tzs(400), WhenShort.SUSPEND)],
            PolicyStatus.SUSPENDED,
            None,
            600,
        ),
    ],
)
def test_what_payments_do_to_a_policy(
    payments: list[Payment], status: PolicyStatus, effective: date | None, balance: int
) -> None:
    found = settlement(tzs(1000), START, payments)
    assert (found.status, found.effective_on, found.balance) == (status, effective, tzs(balance))


YEAR = (date(2023, 1, 1), date(2023, 12, 31))


def test_a_premium_is_earned_by_days_both_ends_counted() -> None:
    assert allocated(tzs(36500), YEAR, (date(2023, 1, 1), date(2023, 1, 31))) == tzs(3100)
    assert allocated(tzs(36500), YEAR, (date(2022, 1, 1), date(2022, 12, 31))) == tzs(0)
    assert allocated(tzs(36500), YEAR, (date(2022, 12, 31), date(2024, 1, 1))) == tzs(36500)
    with pytest.raises(ValueError, match="no days"):
        allocated(tzs(1), (date(2023, 1, 2), date(2023, 1, 1)), YEAR)


@given(st.integers(0, 10**9))
def test_the_months_of_a_year_allocate_the_premium_to_within_their_rounding(minor: int) -> None:
    months = [
        (date(2023, m, 1), date(2023, m, 28 if m == 2 else 30 + (m % 2 == (m < 8))))
        for m in range(1, 13)
    ]
    total = sum(allocated(Money(minor, "TZS"), YEAR, month).minor for month in months)
    assert abs(total - minor) <= 6


def test_the_documents_formula_and_loadings() -> None:
    assert premium(30, "comprehensive", tzs(1_000_000)) == tzs(18_000)
    assert premium(33, "basic", tzs(1010)) == tzs("16.66")
    assert loaded(tzs(75_000), Decimal(15)) == tzs(86_250)
