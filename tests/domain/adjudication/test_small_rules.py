"""Routing, coordination, capitation, the relative index, review and pre-authorisation."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adjudication.capitation import capitation
from domain.adjudication.claim_rules import may, number_is_taken, refusal_to_delete_policy
from domain.adjudication.coordination import Method, coordinate
from domain.adjudication.preauthorisation import (
    AddItem,
    Answer,
    CancelItem,
    Change,
    ChangeItem,
    Item,
    ItemDecision,
    cancelled,
    may_be_asked_on,
    responses,
    updated,
)
from domain.adjudication.relative_index import paid_at, relative_index
from domain.adjudication.remaining import remaining_quantity
from domain.adjudication.review_selection import Candidate, above_average, sampled
from domain.adjudication.routing import Bands, Route, route
from domain.refusals import RuleBroken
from tests.domain.adjudication.written_short import tzs

BANDS = Bands(tzs(50_000), tzs(500_000), Decimal("0.8"))


@pytest.mark.parametrize(
    ("payable", "score", "found"),
    [
        ("49999.99", None, Route.AUTO_APPROVED),
        ("50000", "0.1", Route.PROCESSOR_REVIEW),
        ("500000", None, Route.PROCESSOR_REVIEW),
        ("500000.01", "0.79", Route.MANAGER_APPROVAL),
        ("1", "0.8", Route.SUSPENDED),
        ("900000", "0.92", Route.SUSPENDED),
    ],
)
def test_both_edges_belong_to_the_processor_and_suspicion_goes_first(
    payable: str, score: str | None, found: Route
) -> None:
    assert route(tzs(payable), None if score is None else Decimal(score), BANDS) is found


@pytest.mark.parametrize(
    ("method", "normal", "primary", "owes", "allowed", "pays"),
    [
        (Method.STANDARD, 90, 80, 20, 100, 20),
        (Method.STANDARD, 15, 60, 40, 100, 15),
        (Method.BASIC, 90, 80, 20, 100, 20),
        (Method.BASIC, 50, 10, 90, 100, 50),
        (Method.BASIC, 50, 120, 0, 100, 0),
        (Method.NON_DUPLICATION, 80, 80, 20, 100, 0),
        (Method.NON_DUPLICATION, 90, 80, 20, 100, 10),
        (Method.CARVE_OUT, 70, 80, 20, 100, 0),
        (Method.CARVE_OUT, 85, 80, 20, 100, 5),
    ],
)
def test_what_the_second_payer_adds(  # the columns of a table
    method: Method, normal: int, primary: int, owes: int, allowed: int, pays: int
) -> None:
    found = coordinate(
        method,
        normal_benefit=tzs(normal),
        primary_paid=tzs(primary),
        member_owes=tzs(owes),
        own_allowed=tzs(allowed),
    )
    assert (found.secondary_pays, found.member_owes) == (tzs(pays), tzs(max(0, owes - pays)))


@given(
    st.sampled_from(Method),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
def test_a_second_payer_never_pays_below_zero_or_above_his_normal_benefit(
    method: Method, normal: int, primary: int, owes: int, allowed: int
) -> None:
    found = coordinate(
        method,
        normal_benefit=tzs(normal),
        primary_paid=tzs(primary),
        member_owes=tzs(owes),
        own_allowed=tzs(allowed),
    )
    assert tzs(0) <= found.secondary_pays <= tzs(normal)
    assert found.member_owes >= tzs(0)


def test_the_index_has_four_decimals_and_is_one_where_nothing_was_valued() -> None:
    assert relative_index(tzs(100), Decimal(1), tzs(300)) == Decimal("0.3333")
    assert relative_index(tzs(100), Decimal("0.5"), tzs(160)) == Decimal("0.3125")
    assert relative_index(tzs(20001), Decimal(1), tzs(40000)) == Decimal("0.5000")
    assert relative_index(tzs(100), Decimal(1), tzs(0)) == 1
    assert paid_at(tzs("0.03"), Decimal("0.5")) == tzs("0.02")


def test_capitation_spreads_each_measure_and_leaves_an_empty_one_undistributed() -> None:
    facilities = {
        "F1": {"insured": Decimal(3), "visits": Decimal(0)},
        "F2": {"insured": Decimal(1)},
    }
    weights = {"insured": Decimal(60), "visits": Decimal(40)}
    paid = capitation(tzs(1000), Decimal(50), weights, facilities)
    assert paid == {"F1": tzs(225), "F2": tzs(75)}
    facilities["F1"]["visits"] = Decimal(3)
    paid = capitation(tzs(1000), Decimal(50), weights, facilities)
    assert paid == {"F1": tzs(425), "F2": tzs(75)}


def test_remaining_units_are_never_below_zero() -> None:
    assert remaining_quantity(Decimal(5), [Decimal(2), Decimal("1.5")]) == Decimal("1.5")
    assert remaining_quantity(Decimal(1), [Decimal(2)]) == 0
    assert remaining_quantity(None, [Decimal(2)]) is None


def test_review_picks_from_the_allowed_variance_on() -> None:
    history = {"B50": [tzs(80), tzs(100), tzs(120)]}
    claims = [
        Candidate("K1", "B50", tzs("119.99")),
        Candidate("K2", "B50", tzs(120)),
        Candidate("K3", "Z99", tzs(900)),
    ]
    assert [c.claim_id for c in above_average(claims, history, Decimal(20), tzs(0))] == ["K2"]
    assert above_average(claims, history, Decimal(20), tzs(121)) == ()
    assert len(above_average(claims, history, Decimal(20), tzs(120))) == 1


def test_a_sample_is_the_same_again_and_of_about_the_share_asked_for() -> None:
    claims = [Candidate(f"CLM-{number}", "B50", tzs(1)) for number in range(1000)]
    picked = sampled(claims, Decimal(10))
    assert picked == sampled(claims, Decimal(10))
    assert 60 < len(picked) < 140
    assert sampled(claims, Decimal(0)) == ()
    assert sampled(claims, Decimal(100)) == tuple(claims)


ITEMS = (Item(1, "PT", Decimal(10)), Item(2, "MRI", Decimal(1)))


def test_an_update_flags_only_what_it_changed_itself() -> None:
    first = updated(
        ITEMS, [CancelItem(2), ChangeItem(1, quantity=Decimal(12)), AddItem("XR", Decimal(1))]
    )
    assert [(i.sequence, i.quantity, i.cancelled, i.change) for i in first] == [
        (1, Decimal(12), False, Change.CHANGED),
        (2, Decimal(1), True, Change.CHANGED),
        (3, Decimal(1), False, Change.ADDED),
    ]
    second = updated(first, [ChangeItem(3, code="CT")])
    assert [(i.code, i.change) for i in second] == [
        ("PT", Change.NONE),
        ("MRI", Change.NONE),
        ("CT", Change.CHANGED),
    ]
    assert all(item.cancelled for item in cancelled(second))
    assert [item.sequence for item in updated((), [AddItem("PT", Decimal(1))])] == [1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (ChangeItem(9), "preauthorisation.unknown_item"),
        (CancelItem(2), "preauthorisation.item_cancelled"),
    ],
)
def test_an_update_of_what_is_not_there_is_refused(change: CancelItem, code: str) -> None:
    items = updated(ITEMS, [CancelItem(2)])
    with pytest.raises(RuleBroken) as refused:
        updated(items, [change])
    assert refused.value.code == code


def test_what_is_not_decided_in_time_is_pended_and_told_later_once_a_moment() -> None:
    decisions = [
        ItemDecision(1, "submit", True, Answer.APPROVED),
        ItemDecision(2, "timer", True, None),
        ItemDecision(2, "day 3", False, Answer.DENIED),
        ItemDecision(1, "day 3", False, Answer.DENIED),
        ItemDecision(1, "day 4", False, Answer.DENIED),
    ]
    heard = responses(ITEMS, decisions)
    assert heard.first == {1: Answer.APPROVED, 2: Answer.PENDED}
    assert heard.final == {1: Answer.DENIED, 2: Answer.DENIED}
    assert heard.notifications == 1


def test_an_authorisation_can_be_asked_for_six_months() -> None:
    end = date(2025, 8, 31)
    assert may_be_asked_on(end, date(2026, 2, 28))
    assert not may_be_asked_on(end, date(2026, 3, 1))


def test_what_may_be_done_at_which_stage() -> None:
    assert may("restore", "rejected")
    assert not may("restore", "valuated")
    assert may("reverse", "valuated")
    assert not may("edit", "valuated")
    assert not may("frobnicate", "checked")
    assert number_is_taken("A", ["A", "B"])
    assert not number_is_taken("C", ["A", "B"])
    assert refusal_to_delete_policy(0) is None
    assert refusal_to_delete_policy(1) == "POLICY_USED_BY_CLAIMS"
