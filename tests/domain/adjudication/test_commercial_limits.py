"""Limits, ages, visits and frequencies of a commercial plan, with figures to check by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances, Use
from domain.adjudication.case import Member
from domain.adjudication.determination import ClaimStatus
from domain.adjudication.product import (
    Benefit,
    Counts,
    Frequency,
    Limit,
    MaxQuantity,
    Scope,
    Span,
    Tier,
    Window,
    family_thresholds,
)
from domain.adjudication.steps import commercial
from domain.money import CurrencyMismatch, Money
from tests.domain.adjudication.written_short import (
    DAY,
    claim,
    decide,
    line,
    one,
    parts,
    plan,
    rate,
    tzs,
    used,
)

ANNUAL = Limit("annual", tzs(1000), Scope.MEMBER, reason="ANNUAL_LIMIT")


@pytest.mark.parametrize(("paid", "over"), [(0, 0), (400, 400), (999, 999), (1000, 1000)])
def test_a_limit_leaves_the_rest_with_the_member(paid: int, over: int) -> None:
    decided = decide(plan(limits=(ANNUAL,)), line(1000), before=used(paid=paid)).lines[0]
    assert decided.over_limit == tzs(over)
    assert decided.reason == ("ANNUAL_LIMIT" if over else "")


def test_the_last_limit_that_bit_gives_the_reason_and_all_are_kept() -> None:
    visit = Limit("visit", tzs(800), Scope.LINE, reason="SERVICE_MAX")
    life = Limit("life", tzs(500), Scope.MEMBER, Span.LIFE, reason="LIFETIME_LIMIT")
    terms = plan(limits=(ANNUAL, life), benefits=(Benefit(category="care", limits=(visit,)),))
    decided = decide(terms, line(900)).lines[0]
    assert decided.reasons == ("SERVICE_MAX", "LIFETIME_LIMIT")
    assert decided.reason == "LIFETIME_LIMIT"
    assert (decided.cut_by("visit"), decided.cut_by("life")) == (tzs(100), tzs(300))


def test_a_limit_for_each_unit_grows_with_the_units() -> None:
    each = Limit("unit", tzs(100), Scope.UNIT, reason="UNIT_MAX")
    terms = plan(benefits=(Benefit(category="care", limits=(each,)),))
    assert one(terms, line(900, quantity=Decimal(3))) == {"over_limit": "600", "plan_pays": "300"}


def test_a_limit_may_count_what_is_allowed_and_stand_before_the_sharing() -> None:
    allowed = replace(ANNUAL, name="allowed a year", counts=Counts.ALLOWED)
    terms = plan(
        orders=commercial(("allowed a year", "deductible", "copay", "coinsurance")),
        limits=(allowed,),
        benefits=(Benefit(category="care", shares=rate("0.20")),),
    )
    decided = decide(terms, line(700), line(700))
    assert [parts(each) for each in decided.lines] == [
        {"coinsurance": "140", "plan_pays": "560"},
        {"over_limit": "400", "coinsurance": "60", "plan_pays": "240"},
    ]
    after = Balances().apply(decided.entries)
    assert after.total("A", "2025-01-01", "allowed") == 100000


def test_a_limit_that_does_not_hold_for_a_claim_is_not_filled_by_it() -> None:
    surgery = replace(ANNUAL, counts=Counts.ALLOWED, claim_category="surgery")
    decided = decide(plan(limits=(surgery,)), line(700))
    assert {entry.what for entry in decided.entries} == {"paid"}


def test_a_category_limit_counts_its_own_category_alone() -> None:
    own = Limit("optical", tzs(500), Scope.MEMBER, by_category=True, reason="CATEGORY_LIMIT")
    terms = plan(benefits=(Benefit(category="care"), Benefit(category="optical", limits=(own,))))
    decided = decide(terms, line(900), line(300, "optical"), line(300, "optical"))
    assert [each.plan_pays for each in decided.lines] == [tzs(900), tzs(300), tzs(200)]


def test_the_write_off_is_waived_only_on_the_line_after_the_maximum() -> None:
    terms = plan(limits=(ANNUAL,), write_off_waived_when_exhausted=True)
    contracted = line(1200, contract_price=tzs(800))
    decided = decide(terms, contracted, contracted, contracted)
    assert [parts(each) for each in decided.lines] == [
        {"write_off": "400", "plan_pays": "800"},
        {"write_off": "400", "over_limit": "600", "plan_pays": "200"},
        {"over_limit": "1200"},
    ]
    assert decided.lines[2].allowed == tzs(800)


@pytest.mark.parametrize(
    ("age", "covered"), [(4, False), (5, True), (12, True), (13, False), (None, True)]
)
def test_both_ends_of_an_age_range_are_covered(age: int | None, covered: bool) -> None:
    terms = plan(benefits=(Benefit(category="care", age_min=5, age_max=12),))
    case = claim(line(100), member=Member(age=age))
    decided = adjudicate(case, terms, Balances()).lines[0]
    assert decided.reason == ("" if covered else "AGE_LIMIT")
    assert decided.allowed == (tzs(100) if covered else tzs(0))


@pytest.mark.parametrize(
    ("made", "rate_of_visit"), [(0, "0"), (1, "0"), (2, "20"), (3, "20"), (4, None), (9, None)]
)
def test_visit_tiers_count_each_line_and_end_in_a_refusal(
    made: int, rate_of_visit: str | None
) -> None:
    tiers = (Tier(2, Decimal(0)), Tier(4, Decimal("0.20")))
    terms = plan(benefits=(Benefit(category="care", tiers=tiers),))
    before = Balances({"A|2025-01-01|visits:care": made})
    decided = decide(terms, line(100), before=before).lines[0]
    if rate_of_visit is None:
        assert decided.reason == "VISIT_LIMIT"
        assert decided.allowed == decided.not_covered == tzs(100)
    else:
        assert decided.coinsurance == tzs(rate_of_visit)


def test_a_visit_limit_counts_the_lines_of_the_same_claim() -> None:
    terms = plan(benefits=(Benefit(category="care", visit_limit=2),))
    decided = decide(terms, line(100), line(100), line(100))
    assert [each.reason for each in decided.lines] == ["", "", "VISIT_LIMIT"]
    after = Balances().apply(decided.entries)
    assert after.total("A", "2025-01-01", "visits:care") == 2


def use(on: date, benefit: str = "care", site: str = "") -> Use:
    return Use("A", "", on, Decimal(1), site, benefit=benefit)


@pytest.mark.parametrize(
    ("window", "length", "used_on", "refused"),
    [
        (Window.MONTHS, 12, date(2024, 3, 10), False),
        (Window.MONTHS, 12, date(2024, 3, 11), True),
        (Window.MONTHS, 12, date(2025, 3, 10), True),
        (Window.MONTHS, 12, date(2025, 3, 11), False),
        (Window.DAYS, 30, date(2025, 2, 8), False),
        (Window.DAYS, 30, date(2025, 2, 9), True),
        (Window.YEAR, 0, date(2024, 12, 31), False),
        (Window.YEAR, 0, date(2025, 1, 1), True),
        (Window.YEAR, 0, date(2025, 12, 31), True),
    ],
)
def test_the_far_edge_of_a_window_no_longer_counts(
    window: Window, length: int, used_on: date, refused: bool
) -> None:
    terms = plan(benefits=(Benefit(category="care", frequency=Frequency(1, window, length)),))
    before = Balances().apply((), [use(used_on)])
    decided = decide(terms, line(100), before=before).lines[0]
    assert (decided.reason == "FREQUENCY") is refused


def test_the_edge_and_later_uses_count_where_the_product_says_so() -> None:
    frequency = Frequency(1, Window.MONTHS, 12)
    terms = plan(
        far_edge_counts=True,
        later_uses_count=True,
        benefits=(Benefit(category="care", frequency=frequency),),
    )
    for used_on in (date(2024, 3, 10), date(2026, 1, 1)):
        before = Balances().apply((), [use(used_on)])
        assert decide(terms, line(100), before=before).lines[0].reason == "FREQUENCY"


def test_frequency_counts_a_group_together_and_sites_apart() -> None:
    grouped = Frequency(1, Window.YEAR, group=("care", "limited"))
    by_site = Frequency(1, Window.YEAR, per_site=True)
    before = Balances().apply((), [use(DAY, "limited"), use(DAY, "crown", "14")])
    terms = plan(
        benefits=(
            Benefit(category="care", frequency=grouped),
            Benefit(category="crown", frequency=by_site),
        )
    )
    decided = decide(
        terms,
        line(100),
        line(100, "crown", site="14"),
        line(100, "crown", site="15"),
        before=before,
    )
    assert [each.reason for each in decided.lines] == ["FREQUENCY", "FREQUENCY", ""]


def test_two_uses_on_one_claim_count_against_each_other() -> None:
    frequency = Frequency(1, Window.YEAR)
    terms = plan(benefits=(Benefit(category="care", frequency=frequency),))
    assert [each.reason for each in decide(terms, line(1), line(1)).lines] == ["", "FREQUENCY"]


def test_a_category_without_a_benefit_is_not_covered_and_uses_nothing() -> None:
    decided = decide(plan(deductibles=family_thresholds(tzs(50), None)), line(100, "cosmetic"))
    assert decided.status is ClaimStatus.REJECTED
    assert decided.reasons == ("ALL_LINES_REJECTED", "NOT_COVERED")
    assert not decided.entries
    assert not decided.uses


def test_a_reviewers_figures_win_but_never_pay_above_the_bill() -> None:
    fewer = line(900, quantity=Decimal(3), quantity_reviewed=Decimal(2))
    cheaper = line(900, quantity=Decimal(3), price_reviewed=Decimal(100))
    dearer = line(900, quantity=Decimal(3), price_reviewed=Decimal(999))
    assert one(plan(), fewer) == {"not_covered": "300", "plan_pays": "600"}
    assert one(plan(), cheaper) == {"write_off": "600", "plan_pays": "300"}
    assert one(plan(), dearer) == {"plan_pays": "900"}
    refused = decide(plan(), line(900, reviewed_out=True)).lines[0]
    assert refused.reason == "REVIEWER_REJECTED"


def test_units_beyond_the_quantity_of_the_plan_year_are_not_covered() -> None:
    terms = plan(benefits=(Benefit(category="care", max_quantity=MaxQuantity(Decimal(2))),))
    three = line(900, quantity=Decimal(3))
    assert one(terms, three) == {"not_covered": "300", "plan_pays": "600"}
    before = Balances().apply((), [use(date(2024, 12, 31)), use(date(2025, 12, 31))])
    assert one(terms, three, before=before) == {"not_covered": "600", "plan_pays": "300"}


def test_the_plan_year_is_that_of_the_day_of_service() -> None:
    terms = plan(year_start=(7, 1), limits=(ANNUAL,))
    before = Balances({"A|2024-07-01|paid": 100000})
    late = claim(line(100), service_from=date(2025, 7, 1))
    assert decide(terms, line(100), before=before).plan_pays == tzs(0)
    assert adjudicate(late, terms, before).plan_pays == tzs(100)


@pytest.mark.parametrize(("ends_on", "covered"), [(date(2025, 3, 9), False), (DAY, True)])
def test_service_after_cover_has_ended_is_refused_whole(ends_on: date, covered: bool) -> None:
    decided = adjudicate(claim(line(100), cover_ends_on=ends_on), plan(), Balances())
    assert decided.reason == ("" if covered else "NO_COVERAGE")
    assert decided.plan_pays == (tzs(100) if covered else tzs(0))


def test_a_line_in_a_foreign_currency_is_refused_by_name() -> None:
    foreign = replace(line(1), billed=Money(100, "USD"))
    with pytest.raises(CurrencyMismatch, match="line 1 is billed in USD"):
        decide(plan(), foreign)


def test_the_trace_tells_what_was_left_of_a_limit_before_and_after() -> None:
    terms = plan(
        deductibles=family_thresholds(tzs(300), None),
        limits=(ANNUAL,),
        benefits=(Benefit(category="care", shares=rate("0.50")),),
    )
    steps = {step.rule: step for step in decide(terms, line(1500)).lines[0].trace}
    assert (steps["deductible"].balance_before, steps["deductible"].balance_after) == (
        tzs(300),
        tzs(0),
    )
    assert (steps["limits"].balance_before, steps["limits"].balance_after) == (tzs(1000), tzs(400))
    assert steps["limits"].limit_name == "annual"
    assert list(steps) == ["deductible", "coinsurance", "limits"]


def test_a_line_names_the_checks_that_it_passed() -> None:
    assert decide(plan(), line(1)).lines[0].checks == (
        "reviewer",
        "benefit",
        "age",
        "waiting_period",
        "quantity_limit",
        "frequency",
        "visit_limit",
    )
    assert decide(plan(), line(1, "cosmetic")).lines[0].checks == ("reviewer",)


def test_a_limit_that_the_order_names_is_each_benefits_own() -> None:
    """Two benefits may give the same name to limits of different height."""

    def at_most(category: str, most: int) -> Benefit:
        most_of_it = Limit("service_max", tzs(most), Scope.LINE, reason="SERVICE_MAX")
        return Benefit(category=category, limits=(most_of_it,))

    terms = plan(
        orders=commercial(("service_max", "deductible")),
        benefits=(at_most("care", 400), at_most("dental", 700), Benefit(category="optical")),
    )
    lines = (line(1000), line(1000, "dental"), line(1000, "optical"))
    paid = [each.plan_pays for each in decide(terms, *lines).lines]
    assert paid == [tzs(400), tzs(700), tzs(1000)]
