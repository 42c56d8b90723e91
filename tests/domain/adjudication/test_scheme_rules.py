"""A national scheme, rule by rule."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.adjudication.balances import Balances, Use
from domain.adjudication.case import (
    CareType,
    ClaimLine,
    CoveredMember,
    Kind,
    Member,
    PriceRow,
    price_on,
)
from domain.adjudication.determination import ClaimStatus, PaysWhen
from domain.adjudication.product import (
    Benefit,
    ClaimCount,
    Exempt,
    Exemption,
    Growth,
    Limit,
    MaxQuantity,
    PriceSource,
    Scope,
    Setting,
    Share,
    ShareKind,
    StayRule,
    Terms,
    Threshold,
    WaitingMonths,
)
from domain.periods import Period
from tests.domain.adjudication.written_short import (
    DAY,
    ITEM,
    billed,
    cover,
    rate,
    scheme,
    service,
    tzs,
    visit,
)

SCHEDULE = PriceSource.SCHEDULE
X = Benefit(code="X", price_source=SCHEDULE)


def with_x(**changes: Any) -> Terms:
    """A scheme whose only benefit is changed."""
    return scheme(benefits=(replace(X, **changes),))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"service_from": None}, "DATE_INVALID"),
        ({"claimed_on": date(2025, 3, 9)}, "DATE_INVALID"),
        ({"service_to": date(2025, 3, 9)}, "DATE_INVALID"),
        ({"member": Member(date(1995, 1, 1), "F", valid=False)}, "MEMBER_INVALID"),
        ({"covers": ()}, "NO_COVERAGE"),
        ({"covers": (cover(status="suspended"),)}, "NO_COVERAGE"),
        ({"covers": (cover(status="idle"),)}, "NO_COVERAGE"),
        ({"covers": (cover(expires_on=date(2025, 3, 9)),)}, "NO_COVERAGE"),
        ({"covers": (cover(effective_on=date(2025, 3, 11)),)}, "NO_COVERAGE"),
        ({"covers": (cover(members=(CoveredMember("B"),)),)}, "NO_COVERAGE"),
        ({"covers": (cover(members=(CoveredMember("A", date(2025, 3, 11)),)),)}, "NO_COVERAGE"),
        (
            {"covers": (cover(members=(CoveredMember("A", None, date(2025, 3, 9)),)),)},
            "NO_COVERAGE",
        ),
    ],
)
def test_a_claim_is_refused_whole_before_any_line(changes: dict[str, Any], reason: str) -> None:
    decided = visit(scheme(), billed(service()), **changes)
    assert (decided.status, decided.reason) == (ClaimStatus.REJECTED, reason)
    assert [line.reasons for line in decided.lines] == [(reason,)]
    assert decided.lines[0].not_covered == decided.lines[0].billed == tzs(100)
    assert decided.entries == ()


@pytest.mark.parametrize("status", ["active", "expired"])
def test_first_and_last_day_are_covered_also_once_the_policy_has_expired(status: str) -> None:
    on_the_day = cover(effective_on=DAY, expires_on=DAY, status=status)
    assert visit(scheme(), billed(service()), covers=(on_the_day,)).plan_pays == tzs(100)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (billed(service(), reviewed_out=True), "REVIEWER_REJECTED"),
        (billed(None), "CODE_INVALID"),
        (billed(service(retired=True)), "CODE_INVALID"),
        (replace(billed(service()), on_price_list=False), "NOT_ON_PRICE_LIST"),
        (billed(service(care_type=CareType.INPATIENT)), "CARE_TYPE"),
        (billed(service(who=("male",))), "PATIENT_GROUP"),
        (billed(service(who=("female", "child"))), "PATIENT_GROUP"),
        (billed(service("Y")), "NOT_COVERED"),
    ],
)
def test_the_first_failing_check_refuses_the_line(line: ClaimLine, reason: str) -> None:
    decided = visit(scheme(), line, billed(service()))
    assert [each.reason for each in decided.lines] == [reason, ""]
    assert decided.status is ClaimStatus.VALUATED


@pytest.mark.parametrize(
    ("who", "sex", "born_on", "allowed"),
    [
        ((), "F", date(2020, 1, 1), True),
        (("male",), "M", date(1990, 1, 1), True),
        (("male",), "O", date(1990, 1, 1), True),
        (("female",), "O", date(1990, 1, 1), False),
        (("adult",), "F", date(2007, 3, 10), True),
        (("adult",), "F", date(2007, 3, 11), False),
        (("child",), "F", date(2007, 3, 11), True),
        (("male", "child"), "M", date(1990, 1, 1), False),
    ],
)
def test_patient_groups_hold_for_sex_and_age_apart(
    who: tuple[str, ...], sex: str, born_on: date, allowed: bool
) -> None:
    decided = visit(scheme(), billed(service(who=who)), member=Member(born_on, sex))
    assert (decided.lines[0].reason == "") is allowed


@pytest.mark.parametrize(
    ("wanted", "facility", "nights", "allowed"),
    [
        (CareType.INPATIENT, CareType.BOTH, 0, False),
        (CareType.INPATIENT, CareType.BOTH, 2, True),
        (CareType.INPATIENT, CareType.OUTPATIENT, 2, False),
        (CareType.OUTPATIENT, CareType.BOTH, 0, True),
        (CareType.OUTPATIENT, CareType.BOTH, 2, False),
        (CareType.OUTPATIENT, CareType.INPATIENT, 0, False),
        (CareType.BOTH, CareType.INPATIENT, 0, True),
    ],
)
def test_care_type_looks_at_the_stay_and_at_the_facility(
    wanted: CareType, facility: CareType, nights: int, allowed: bool
) -> None:
    last = date(2025, 3, 10 + nights)
    decided = visit(
        scheme(),
        billed(service(care_type=wanted)),
        facility_care=facility,
        service_to=last,
        claimed_on=last,
    )
    assert (decided.lines[0].reason != "CARE_TYPE") is allowed


def test_goods_look_at_the_patient_first_and_services_at_the_frequency() -> None:
    goods = service("M", kind=Kind.ITEM, frequency_days=30, who=("male",))
    care = service(frequency_days=30, who=("male",))
    before = Balances().apply(
        (), [Use("A", code, DAY, Decimal(1), benefit=code) for code in ("M", "X")]
    )
    decided = visit(scheme(), billed(goods), billed(care), before=before)
    assert [each.reason for each in decided.lines] == ["PATIENT_GROUP", "FREQUENCY"]


@pytest.mark.parametrize(
    ("used_on", "refused"),
    [
        (date(2025, 2, 7), False),
        (date(2025, 2, 8), True),
        (date(2025, 3, 10), True),
        (date(2026, 1, 1), True),
    ],
)
def test_the_far_edge_of_the_frequency_counts_and_so_do_later_uses(
    used_on: date, refused: bool
) -> None:
    before = Balances().apply((), [Use("A", "X", used_on, Decimal(1), benefit="X")])
    decided = visit(scheme(), billed(service(frequency_days=30)), before=before)
    assert (decided.lines[0].reason == "FREQUENCY") is refused


def test_a_use_of_another_member_does_not_count() -> None:
    before = Balances().apply((), [Use("B", "X", DAY, Decimal(1), benefit="X")])
    assert visit(scheme(), billed(service(frequency_days=30)), before=before).plan_pays == tzs(100)


@pytest.mark.parametrize(
    ("stage", "joined", "born_on", "refused"),
    [
        ("new", None, date(1995, 1, 1), True),
        ("renewal", None, date(1995, 1, 1), False),
        ("renewal", date(2025, 1, 2), date(1995, 1, 1), True),
        ("new", date(2024, 12, 1), date(1995, 1, 1), True),
        ("new", None, date(2015, 1, 1), False),
    ],
)
def test_waiting_holds_for_new_policies_and_members_who_joined_later(
    stage: str, joined: date | None, born_on: date, refused: bool
) -> None:
    decided = visit(
        with_x(waiting=WaitingMonths(3, 0)),
        billed(service()),
        covers=(cover(stage=stage, members=(CoveredMember("A", joined),)),),
        member=Member(born_on, "F"),
    )
    assert (decided.lines[0].reason == "WAITING_PERIOD") is refused


@pytest.mark.parametrize(
    ("start", "on", "refused"),
    [
        (date(2025, 1, 10), date(2025, 3, 9), True),
        (date(2025, 1, 10), date(2025, 3, 10), False),
        (date(2024, 12, 31), date(2025, 2, 27), True),
        (date(2024, 12, 31), date(2025, 2, 28), False),
    ],
)
def test_the_day_on_which_the_months_are_up_is_accepted(
    start: date, on: date, refused: bool
) -> None:
    decided = visit(
        with_x(waiting=WaitingMonths(2, 2)),
        billed(service()),
        covers=(cover(effective_on=start),),
        service_from=on,
    )
    assert (decided.lines[0].reason == "WAITING_PERIOD") is refused


def used_units(units: str, on: date = DAY) -> Balances:
    return Balances().apply((), [Use("A", "X", on, Decimal(units), benefit="X")])


@pytest.mark.parametrize(
    ("used", "asked", "given", "cut"),
    [("0", "4", "4", False), ("3", "4", "2", True), ("4.5", "1", "0.5", True)],
)
def test_a_line_that_crosses_the_quantity_is_cut_to_what_is_left(
    used: str, asked: str, given: str, cut: bool
) -> None:
    line = visit(
        with_x(max_quantity=MaxQuantity(Decimal(5))),
        billed(service(), asked),
        before=used_units(used),
    ).lines[0]
    assert (line.quantity, line.quantity_cut) == (Decimal(given), cut)
    assert line.plan_pays == tzs(str(Decimal(given) * 100))
    assert line.not_covered == tzs(str((Decimal(asked) - Decimal(given)) * 100))
    assert line.quantity_asked == Decimal(asked)


def test_nothing_left_of_a_quantity_refuses_and_earlier_periods_do_not_count() -> None:
    terms = with_x(max_quantity=MaxQuantity(Decimal(5)))
    refused = visit(terms, billed(service()), before=used_units("5")).lines[0]
    assert refused.reason == "QTY_LIMIT"
    old = visit(terms, billed(service()), before=used_units("5", date(2024, 12, 31))).lines[0]
    assert old.reason == ""


def test_lines_of_one_claim_share_the_quantity() -> None:
    terms = with_x(max_quantity=MaxQuantity(Decimal(5)))
    decided = visit(terms, billed(service(), "4"), billed(service(), "4"), billed(service(), "4"))
    assert [line.quantity for line in decided.lines[:2]] == [Decimal(4), Decimal(1)]
    assert decided.lines[2].reason == "QTY_LIMIT"


def test_claims_of_a_category_are_counted_by_member_and_cover() -> None:
    terms = replace(scheme(), claim_counts=(ClaimCount("surgery", 1, "MAX_SURGERIES"),))
    surgery = billed(service(category="surgery"))
    first = visit(terms, surgery, billed(ITEM))
    assert first.category == "surgery"
    after = Balances().apply(first.entries)
    assert after.total("A@P1", "2025-01-01", "claims:surgery") == 1
    second = visit(terms, surgery, billed(service(category="visit")), before=after)
    assert [line.reason for line in second.lines] == ["MAX_SURGERIES", "MAX_SURGERIES"]
    assert visit(terms, billed(service()), before=after).plan_pays == tzs(100)


def test_a_rejected_claim_is_not_counted() -> None:
    terms = replace(scheme(), claim_counts=(ClaimCount("visit", 1, "MAX_VISITS"),))
    refused = visit(terms, billed(service(), reviewed_out=True))
    assert refused.reason == "ALL_LINES_REJECTED"
    assert refused.entries == ()


@pytest.mark.parametrize(
    ("categories", "nights", "found"),
    [
        (("visit", "surgery", "delivery"), 0, "surgery"),
        (("visit", "antenatal"), 2, "antenatal"),
        (("visit", "consultation"), 2, "hospitalization"),
        (("other", "visit"), 0, "other"),
        (("",), 0, "visit"),
    ],
)
def test_the_claims_category_is_the_first_of_the_ranking(
    categories: tuple[str, ...], nights: int, found: str
) -> None:
    last = date(2025, 3, 10 + nights)
    lines = [billed(service(category=category)) for category in categories]
    assert visit(scheme(), *lines, service_to=last, claimed_on=last).category == found


def test_withdrawn_and_retired_lines_give_no_category_and_cost_nothing() -> None:
    withdrawn = billed(service(category="surgery"), withdrawn=True)
    retired = billed(service(category="delivery", retired=True))
    decided = visit(scheme(), withdrawn, retired, billed(service()))
    assert decided.category == "visit"
    assert [line.status.value for line in decided.lines] == ["withdrawn", "rejected", "passed"]
    assert decided.lines[0].billed == tzs(0)


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
