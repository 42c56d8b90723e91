"""A product that contradicts itself is told every fault, field by field."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.adjudication.configurations import (
    commercial_plan,
    national_scheme,
    requirements_plan,
)
from domain.adjudication.product import (
    Benefit,
    ClaimCount,
    Copay,
    Frequency,
    Growth,
    Limit,
    MaxQuantity,
    Order,
    RoundAt,
    Rounding,
    Scope,
    Setting,
    Share,
    ShareKind,
    Span,
    Terms,
    Threshold,
    Tier,
    WaitingMonths,
    Window,
)
from domain.adjudication.product_check import check, check_versions
from domain.money import Money
from tests.domain.adjudication.written_short import plan, rate, scheme, tzs


@pytest.mark.parametrize("sound", [commercial_plan, national_scheme, requirements_plan])
def test_the_three_configurations_are_sound(sound) -> None:  # type: ignore[no-untyped-def]
    assert check(sound("P")) == ()


CARE = Benefit(category="care")
PERCENT, FIXED = ShareKind.PERCENT, ShareKind.FIXED
SOUND = plan()


def order(*steps: str) -> Terms:
    return replace(SOUND, orders=(Order("", steps),))


def with_benefit(benefit: Benefit) -> Terms:
    return plan(benefits=(benefit,))


FAULTY: list[tuple[Terms, str]] = [
    (replace(SOUND, currency="tzs"), "currency"),
    (plan(limits=(Limit("a", Money(1, "USD"), Scope.MEMBER),)), "currency"),
    (
        replace(SOUND, effective_from=date(2025, 1, 2), effective_until=date(2025, 1, 1)),
        "effective_until",
    ),
    (replace(SOUND, year_start=(2, 29)), "year_start"),
    (replace(SOUND, year_start=(13, 1)), "year_start"),
    (replace(SOUND, rounding=Rounding(0)), "rounding.unit_minor"),
    (replace(SOUND, rounding=Rounding(100, at=RoundAt.LINE_END)), "rounding.unit_minor"),
    (replace(SOUND, claim_checks=("weather",)), "claim_checks"),
    (replace(SOUND, adult_age=-1), "adult_age"),
    (replace(SOUND, orders=()), "orders"),
    (replace(SOUND, line_order=("room",)), "orders"),
    (order("benefit", "price", "price"), "orders.all"),
    (order("benefit", "price", "tax"), "orders.all"),
    (order("price", "benefit"), "orders.all"),
    (order("benefit", "deductible", "price"), "orders.all"),
    (order("benefit", "price", "out_of_pocket", "copay"), "orders.all"),
    (order("benefit", "price", "quantity_limit"), "orders.all"),
    (plan(benefits=(CARE, CARE)), "benefits.care"),
    (with_benefit(Benefit()), "benefits.?"),
    (with_benefit(Benefit(code="X", category="care")), "benefits.X"),
    (with_benefit(replace(CARE, shares=rate("1.01"))), "benefits.care.shares.any.adult"),
    (with_benefit(replace(CARE, shares=rate("-0.01"))), "benefits.care.shares.any.child"),
    (with_benefit(replace(CARE, shares=rate("0.1") * 2)), "benefits.care.shares.any"),
    (
        with_benefit(replace(CARE, shares=(Share("any", FIXED, Decimal(-1), None),))),
        "benefits.care.shares.any.adult",
    ),
    (with_benefit(replace(CARE, copay=Copay(tzs(-1)))), "benefits.care.copay"),
    (
        with_benefit(replace(CARE, coinsurance_min=tzs(2), coinsurance_max=tzs(1))),
        "benefits.care.coinsurance_max",
    ),
    (with_benefit(replace(CARE, deductible_cap=tzs(-1))), "benefits.care.deductible_cap"),
    (with_benefit(replace(CARE, age_min=9, age_max=8)), "benefits.care.age_max"),
    (with_benefit(replace(CARE, visit_limit=-1)), "benefits.care.visit_limit"),
    (with_benefit(replace(CARE, waiting=WaitingMonths(-1))), "benefits.care.waiting.adult"),
    (
        with_benefit(replace(CARE, max_quantity=MaxQuantity(Decimal(-1)))),
        "benefits.care.max_quantity.adult",
    ),
    (
        with_benefit(replace(CARE, tiers=(Tier(5, Decimal(0)), Tier(5, Decimal(1))))),
        "benefits.care.tiers.5",
    ),
    (with_benefit(replace(CARE, tiers=(Tier(5, Decimal(2)),))), "benefits.care.tiers.5"),
    (
        with_benefit(replace(CARE, frequency=Frequency(0, Window.YEAR))),
        "benefits.care.frequency",
    ),
    (
        with_benefit(replace(CARE, frequency=Frequency(1, Window.MONTHS))),
        "benefits.care.frequency",
    ),
    (
        with_benefit(replace(CARE, frequency=Frequency(1, Window.YEAR, group=("spa",)))),
        "benefits.care.frequency",
    ),
    (plan(deductibles=(Threshold(Scope.MEMBER, tzs(-1)),)), "deductibles.member"),
    (plan(deductibles=(Threshold(Scope.LINE, tzs(1)),)), "deductibles.line"),
    (
        plan(out_of_pocket=(Threshold(Scope.MEMBER, tzs(1), growth=Growth(1, tzs(1))),)),
        "out_of_pocket.member",
    ),
    (plan(deductibles=(Threshold(Scope.MEMBER, tzs(1)),) * 2), "deductibles.member"),
    (
        plan(
            deductibles=(
                Threshold(Scope.MEMBER, tzs(1)),
                Threshold(Scope.MEMBER, tzs(1), Setting.INPATIENT),
            )
        ),
        "deductibles.member",
    ),
    (plan(limits=(Limit("a", tzs(-1), Scope.MEMBER),)), "limits.a"),
    (plan(limits=(Limit("price", tzs(1), Scope.MEMBER),)), "limits.price"),
    (plan(limits=(Limit("a", tzs(1), Scope.CLAIM, Span.LIFE),)), "limits.a"),
    (plan(limits=(Limit("a", tzs(1), Scope.MEMBER, growth=Growth(1, tzs(1))),)), "limits.a"),
    (plan(limits=(Limit("a", tzs(1), Scope.MEMBER),) * 2), "limits.a"),
    (
        with_benefit(replace(CARE, limits=(Limit("a", tzs(-1), Scope.LINE),))),
        "benefits.care.limits.a",
    ),
    (scheme(claim_counts=(ClaimCount("visit", -1, "MAX_VISITS"),)), "claim_counts.visit"),
    (scheme(claim_counts=(ClaimCount("spa", 1, "MAX"),)), "claim_counts.spa"),
]


@pytest.mark.parametrize(("terms", "field"), FAULTY, ids=lambda each: str(each)[:30])
def test_a_contradiction_is_told_with_its_field(terms: Terms, field: str) -> None:
    assert field in {fault.field for fault in check(terms)}


def test_every_fault_is_told_at_once() -> None:
    terms = plan(
        benefits=(replace(CARE, shares=rate("1.5"), visit_limit=-2),),
        limits=(Limit("annual", tzs(-5), Scope.MEMBER),),
        claim_checks=("horoscope",),
    )
    assert [fault.field for fault in check(terms)] == [
        "claim_checks",
        "benefits.care.shares.any.adult",
        "benefits.care.shares.any.child",
        "benefits.care.visit_limit",
        "limits.annual",
    ]
    assert "150 percent" in check(terms)[1].detail


def test_versions_may_not_overlap_or_share_a_number() -> None:
    first = replace(SOUND, effective_from=date(2025, 1, 1), effective_until=date(2026, 1, 1))
    second = replace(SOUND, version=2, effective_from=date(2026, 1, 1))
    assert check_versions([second, first]) == ()
    early = replace(second, effective_from=date(2025, 12, 31))
    assert [fault.field for fault in check_versions([first, early])] == ["effective_from"]
    open_ended = replace(first, effective_until=None)
    assert [fault.field for fault in check_versions([open_ended, second])] == ["effective_from"]
    twins = [first, replace(second, version=1)]
    assert [fault.field for fault in check_versions(twins)] == ["version"]
