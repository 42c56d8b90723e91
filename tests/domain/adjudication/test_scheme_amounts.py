"""What a national scheme pays: prices, shares, category amounts, ceilings, several policies."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.adjudication.balances import Balances
from domain.adjudication.case import (
    CoveredMember,
    Member,
    PriceRow,
    price_on,
)
from domain.adjudication.determination import ClaimStatus, PaysWhen
from domain.adjudication.product import (
    Benefit,
    Exempt,
    Exemption,
    Growth,
    Limit,
    PriceSource,
    Scope,
    Setting,
    Share,
    ShareKind,
    StayRule,
    Threshold,
)
from domain.periods import Period
from tests.domain.adjudication.written_short import (
    DAY,
    ITEM,
    X,
    billed,
    cover,
    rate,
    scheme,
    service,
    tzs,
    visit,
    with_x,
)

SCHEDULE = PriceSource.SCHEDULE


@pytest.mark.parametrize(
    ("source", "asked", "price"),
    [(SCHEDULE, "11", "100"), (SCHEDULE, "150", "100"), (PriceSource.PROVIDER, "130", "130")],
)
def test_the_price_comes_from_the_list_or_from_the_provider(
    source: PriceSource, asked: str, price: str
) -> None:
    line = visit(
        with_x(price_source=source), billed(service(), "2", price_asked=Decimal(asked))
    ).lines[0]
    assert line.unit_price == Decimal(price)
    assert line.plan_pays == tzs(str(2 * Decimal(price)))
    assert line.asked == tzs(str(2 * Decimal(asked)))
    assert line.billed == max(line.asked, line.plan_pays)


def test_a_relative_price_waits_for_the_index_and_so_does_the_claim() -> None:
    decided = visit(with_x(price_source=PriceSource.RELATIVE), billed(service(), "3"))
    assert decided.status is ClaimStatus.WAITING_FOR_INDEX
    assert decided.lines[0].pays_when is PaysWhen.AFTER_INDEX
    assert decided.plan_pays == tzs(300)


def test_a_bundle_costs_no_more_than_its_flat_price() -> None:
    bundle = service(bundle_price=Decimal(80))
    line = visit(
        with_x(price_source=PriceSource.PROVIDER), billed(bundle, price_asked=Decimal(400))
    )
    assert line.lines[0].plan_pays == tzs(80)


def test_a_reviewers_quantity_and_price_win() -> None:
    reviewed = billed(
        service(),
        "5",
        price_asked=Decimal(100),
        quantity_reviewed=Decimal(2),
        price_reviewed=Decimal(90),
    )
    line = visit(scheme(), reviewed).lines[0]
    assert (line.quantity, line.unit_price, line.plan_pays) == (Decimal(2), Decimal(90), tzs(180))
    assert not line.quantity_cut
    assert (line.not_covered, line.write_off) == (tzs(300), tzs(20))


def test_the_price_row_of_the_day_holds_to_its_last_day() -> None:
    rows = (
        PriceRow(Decimal(10), Period(date(2024, 1, 1), date(2025, 3, 11))),
        PriceRow(Decimal(12), Period(date(2025, 3, 11))),
    )
    found = [price_on(rows, day) for day in (DAY, date(2025, 3, 11), date(2023, 12, 31))]
    assert [row.price if row else None for row in found] == [Decimal(10), Decimal(12), None]


def test_of_two_rows_for_a_day_the_one_that_started_last_holds() -> None:
    rows = tuple(PriceRow(Decimal(month), Period(date(2025, month, 1))) for month in (1, 3, 2))
    found = price_on(rows, DAY)
    assert found is not None
    assert found.price == Decimal(3)


def test_fixed_cap_then_deductible_then_percentage_then_category_then_ceiling() -> None:
    fixed = (Share("any", ShareKind.FIXED, Decimal(600), Decimal(600)),)
    treatment = (Threshold(Scope.CLAIM, tzs(200)),)
    capped = visit(
        replace(with_x(shares=fixed), deductibles=treatment),
        billed(service(base_price=Decimal(900))),
    ).lines[0]
    assert (capped.valued, capped.deductible, capped.plan_pays) == (tzs(600), tzs(200), tzs(400))
    assert capped.over_limit == tzs(300)
    percent = visit(
        replace(with_x(shares=rate("0.80")), deductibles=treatment),
        billed(service(base_price=Decimal(1000))),
    ).lines[0]
    assert (percent.deductible, percent.coinsurance, percent.plan_pays) == (
        tzs(200),
        tzs(160),
        tzs(640),
    )


def category_amount(most: int, category: str = "surgery") -> Limit:
    return Limit("category_amount", tzs(most), Scope.CLAIM, claim_category=category)


def ceiling(most: int, scope: Scope = Scope.MEMBER, **changes: Any) -> Limit:
    return Limit("ceiling", tzs(most), scope, exemptible=True, **changes)


def test_a_category_amount_is_for_one_claim_and_cuts_before_the_ceiling() -> None:
    terms = scheme(limits=(category_amount(150), ceiling(120)))
    surgery = service(category="surgery")
    decided = visit(terms, billed(surgery), billed(surgery))
    assert [line.cut_by("category_amount") for line in decided.lines] == [tzs(0), tzs(50)]
    assert [line.cut_by("ceiling") for line in decided.lines] == [tzs(0), tzs(30)]
    assert decided.plan_pays == tzs(120)


def test_items_are_decided_before_services_whatever_their_place() -> None:
    terms = scheme(
        benefits=(X, Benefit(code="M", price_source=SCHEDULE)),
        deductibles=(Threshold(Scope.CLAIM, tzs(100)),),
    )
    decided = visit(terms, billed(service()), billed(ITEM))
    assert [line.deductible for line in decided.lines] == [tzs(0), tzs(100)]


@pytest.mark.parametrize(
    ("scope", "key", "left"),
    [
        (Scope.MEMBER, "A@P1|2025-01-01|paid", 40),
        (Scope.MEMBER, "B@P1|2025-01-01|paid", 100),
        (Scope.MEMBER, "A@P1|2024-01-01|paid", 100),
        (Scope.MEMBER, "A@P2|2025-01-01|paid", 100),
        (Scope.FAMILY, "P1|2025-01-01|paid", 40),
        (Scope.CLAIM, "A@P1|2025-01-01|paid", 100),
    ],
)
def test_whose_total_fills_a_ceiling(scope: Scope, key: str, left: int) -> None:
    decided = visit(
        scheme(limits=(ceiling(300, scope),)), billed(service()), before=Balances({key: 26000})
    )
    assert decided.plan_pays == tzs(left)


@pytest.mark.parametrize(
    ("rule", "nights", "level", "purse"),
    [
        (StayRule.STAY, 2, "dispensary", "inpatient"),
        (StayRule.STAY, 0, "hospital", "outpatient"),
        (StayRule.FACILITY, 0, "hospital", "inpatient"),
        (StayRule.FACILITY, 2, "dispensary", "outpatient"),
    ],
)
def test_hospital_care_and_other_care_have_purses_of_their_own(
    rule: StayRule, nights: int, level: str, purse: str
) -> None:
    last = date(2025, 3, 10 + nights)
    terms = scheme(
        stay_rule=rule,
        limits=(
            ceiling(70, setting=Setting.INPATIENT),
            ceiling(30, setting=Setting.OUTPATIENT),
        ),
    )
    decided = visit(
        terms, billed(service()), service_to=last, claimed_on=last, facility_level=level
    )
    assert decided.plan_pays == (tzs(70) if purse == "inpatient" else tzs(30))
    booked = {entry.what for entry in decided.entries if entry.who == "A@P1"}
    assert booked == {"paid", f"paid:{purse}"}


@pytest.mark.parametrize(
    ("exempt", "nights", "paid"),
    [
        (Exempt.HOSPITAL, 2, 100),
        (Exempt.HOSPITAL, 0, 20),
        (Exempt.NON_HOSPITAL, 0, 100),
        (Exempt.NON_HOSPITAL, 2, 20),
        (Exempt.BOTH, 0, 100),
        (Exempt.NONE, 2, 20),
    ],
)
def test_an_exempt_benefit_is_paid_above_the_ceiling_and_does_not_fill_it(
    exempt: Exempt, nights: int, paid: int
) -> None:
    last = date(2025, 3, 10 + nights)
    terms = replace(with_x(exempt=Exemption(adult=exempt)), limits=(ceiling(20),))
    decided = visit(terms, billed(service()), service_to=last, claimed_on=last)
    assert decided.plan_pays == tzs(paid)
    what = "exempt_paid" if paid == 100 else "paid"
    assert {entry.what for entry in decided.entries} == {what}


def test_a_limit_that_knows_no_exemption_counts_exempt_payments_too() -> None:
    annual = Limit("annual", tzs(150), Scope.MEMBER)
    terms = replace(with_x(exempt=Exemption(adult=Exempt.BOTH)), limits=(ceiling(20), annual))
    decided = visit(terms, billed(service()), billed(service()))
    assert [line.plan_pays for line in decided.lines] == [tzs(100), tzs(50)]
    later = visit(terms, billed(service()), before=Balances().apply(decided.entries))
    assert later.plan_pays == tzs(0)


@pytest.mark.parametrize(
    ("nights", "deducted", "purse"), [(2, 60, "inpatient"), (0, 10, "outpatient")]
)
def test_a_deductible_may_have_two_purses_too(nights: int, deducted: int, purse: str) -> None:
    last = date(2025, 3, 10 + nights)
    terms = scheme(
        deductibles=(
            Threshold(Scope.MEMBER, tzs(60), Setting.INPATIENT),
            Threshold(Scope.MEMBER, tzs(30), Setting.OUTPATIENT),
        )
    )
    before = Balances({"A@P1|2025-01-01|deductible:outpatient": 2000})
    decided = visit(terms, billed(service()), before=before, service_to=last, claimed_on=last)
    assert decided.lines[0].deductible == tzs(deducted)
    booked = {entry.what for entry in decided.entries if entry.who == "A@P1"}
    assert booked == {"deductible", f"deductible:{purse}", "oop", "paid"}


def test_an_exempt_line_does_not_fill_a_ceiling_for_one_claim_either() -> None:
    exempt = replace(X, exempt=Exemption(adult=Exempt.BOTH))
    terms = scheme(
        benefits=(exempt, Benefit(code="Y", price_source=SCHEDULE)),
        limits=(ceiling(150, Scope.CLAIM),),
    )
    decided = visit(terms, billed(service()), billed(service("Y")), billed(service("Y")))
    assert [line.plan_pays for line in decided.lines] == [tzs(100), tzs(100), tzs(50)]


@pytest.mark.parametrize(("lives", "most"), [(4, 1000), (5, 1100), (6, 1150), (9, 1150)])
def test_a_family_ceiling_grows_with_covered_lives_up_to_its_most(lives: int, most: int) -> None:
    members = tuple(CoveredMember(name) for name in "ABCDEFGHI"[:lives])
    gone = CoveredMember("Z", None, date(2025, 3, 9))
    terms = scheme(limits=(ceiling(1000, Scope.FAMILY, growth=Growth(4, tzs(100), tzs(1150))),))
    decided = visit(
        terms,
        billed(service(base_price=Decimal(2000))),
        covers=(cover(members=(*members, gone)),),
    )
    assert decided.plan_pays == tzs(most)


VISIT_TYPES = (
    Share("ordinary", ShareKind.PERCENT, Decimal("0.80"), Decimal(1)),
    Share("emergency", ShareKind.PERCENT, Decimal(1), Decimal(1)),
)


@pytest.mark.parametrize(
    ("visit_type", "paid"), [("ordinary", 80), ("emergency", 100), ("telephone", 80)]
)
def test_an_unknown_visit_type_is_an_ordinary_one(visit_type: str, paid: int) -> None:
    decided = visit(with_x(shares=VISIT_TYPES), billed(service()), visit_type=visit_type)
    assert decided.plan_pays == tzs(paid)


def test_adults_and_children_have_their_own_shares() -> None:
    child = Member(date(2007, 3, 11), "F")
    assert visit(with_x(shares=VISIT_TYPES), billed(service()), member=child).plan_pays == tzs(100)


@pytest.mark.parametrize(
    ("percent", "fixed", "policy"),
    [("0.80", 70, "P1"), ("0.60", 70, "P2"), ("0.70", 70, "P1")],
)
def test_of_several_policies_the_one_that_leaves_least_with_the_member(
    percent: str, fixed: int, policy: str
) -> None:
    cap = (Share("any", ShareKind.FIXED, Decimal(fixed), Decimal(fixed)),)
    second = scheme("P2", benefits=(replace(X, shares=cap),))
    for first, other in (
        (with_x(shares=rate(percent)), second),
        (second, with_x(shares=rate(percent))),
    ):
        decided = visit(first, billed(service()), others=(other,))
        assert decided.lines[0].policy == policy


def test_a_policy_that_shares_nothing_with_an_adult_leaves_him_nothing_to_bear() -> None:
    children_only = (Share("any", ShareKind.PERCENT, None, Decimal("0.50")),)
    free = scheme("P2", benefits=(replace(X, shares=children_only),))
    decided = visit(with_x(shares=rate("0.80")), billed(service()), others=(free,))
    assert (decided.lines[0].policy, decided.plan_pays) == ("P2", tzs(100))


def test_each_line_draws_on_the_policy_that_it_was_decided_under() -> None:
    other = scheme("P2", benefits=(Benefit(code="M", price_source=SCHEDULE),))
    decided = visit(scheme(), billed(service()), billed(ITEM), others=(other,))
    booked = {entry.who for entry in decided.entries}
    assert booked == {"A@P1", "P1", "A@P2", "P2"}


@pytest.mark.parametrize(
    ("base_price", "quantity", "percent", "paid"),
    [
        ("333", "1", "0.125", "41.63"),
        ("0.125", "1", "1", "0.13"),
        ("33.335", "3", "1", "100.01"),
        ("0.004", "1", "1", "0"),
    ],
)
def test_a_line_is_rounded_once_at_its_end(
    base_price: str, quantity: str, percent: str, paid: str
) -> None:
    line = visit(
        with_x(shares=rate(percent)),
        billed(service(base_price=Decimal(base_price)), quantity),
    ).lines[0]
    assert line.plan_pays == tzs(paid)
