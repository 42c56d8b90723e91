"""What a national scheme refuses, and how it cuts quantities; rule by rule."""

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
)
from domain.adjudication.determination import ClaimStatus
from domain.adjudication.product import (
    ClaimCount,
    MaxQuantity,
    WaitingMonths,
)
from tests.domain.adjudication.written_short import (
    DAY,
    ITEM,
    billed,
    cover,
    scheme,
    service,
    tzs,
    visit,
    with_x,
)


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


def test_a_quantity_for_children_alone_is_counted_and_adults_have_none() -> None:
    terms = with_x(max_quantity=MaxQuantity(child=Decimal(1)))
    two = (billed(service()), billed(service()))
    child = visit(terms, *two, member=Member(date(2015, 1, 1), "F"))
    assert [line.reason for line in child.lines] == ["", "QTY_LIMIT"]
    assert [line.reason for line in visit(terms, *two).lines] == ["", ""]


def test_a_use_is_kept_only_where_something_will_look_back_on_it() -> None:
    assert visit(scheme(), billed(service())).uses == ()
    kept = visit(scheme(), billed(service(frequency_days=1), "3")).uses
    assert [(use.code, use.on, use.quantity, use.times) for use in kept] == [
        ("X", DAY, Decimal(3), 1)
    ]


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
