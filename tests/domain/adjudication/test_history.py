"""Reversal, correction, cascade, termination and what-if over a family's claims."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.adjudication.balances import Balances, Entry, Use
from domain.adjudication.case import Case
from domain.adjudication.history import (
    History,
    InOrder,
    apply_cascade,
    post,
    readjudicate,
    replace_claim,
    reverse_claim,
    terminate,
)
from domain.adjudication.product import Benefit, Frequency, Window, family_thresholds
from domain.adjudication.questions import BadQuestion, Unanswered, answer
from domain.adjudication.what_if import what_if, what_if_for_all
from domain.refusals import RuleBroken
from tests.domain.adjudication.written_short import claim, line, plan, rate, tzs

PLAN = plan(
    deductibles=family_thresholds(tzs(1000), None),
    benefits=(Benefit(category="care", shares=rate("0.20")),),
)
GENEROUS = replace(PLAN, deductibles=())


def on(month: int, claim_id: str, billed: int, category: str = "care") -> Case:
    return claim(line(billed, category), claim_id=claim_id, service_from=date(2025, month, 1))


def told(*cases: Case) -> History:
    history = History.starting_from(Balances())
    for case in cases:
        history = post(history, case, PLAN)
    return history


def paid(history: History) -> dict[str, str]:
    return {p.case.claim_id: str(p.determination.plan_pays.amount) for p in history.live}


THREE = (on(1, "C1", 800), on(2, "C2", 500), on(3, "C3", 500))


def test_claims_draw_on_the_deductible_in_the_order_they_come() -> None:
    assert paid(told(*THREE)) == {"C1": "0.00", "C2": "240.00", "C3": "400.00"}


def test_a_number_is_used_once() -> None:
    with pytest.raises(RuleBroken) as refused:
        post(told(*THREE), on(5, "C2", 10), PLAN)
    assert refused.value.code == "claim.duplicate_claim_number"


def test_a_reversal_gives_back_and_a_cascade_tells_what_follows() -> None:
    history = reverse_claim(told(*THREE), "C1")
    assert paid(history) == {"C2": "240.00", "C3": "400.00"}
    cascade = readjudicate(history, PLAN)
    assert [(c.case.claim_id, str(c.delta.amount)) for c in cascade.changed] == [
        ("C2", "-240.00"),
        ("C3", "-400.00"),
    ]
    after = apply_cascade(history, cascade)
    assert paid(after) == {"C2": "0.00", "C3": "0.00"}
    assert after.balances.total("A", "2025-01-01", "deductible") == 100_000
    assert readjudicate(after, PLAN).changed == ()


def test_a_second_reversal_is_refused_and_changes_nothing() -> None:
    history = reverse_claim(told(*THREE), "C1")
    with pytest.raises(RuleBroken) as refused:
        reverse_claim(history, "C1")
    assert refused.value.code == "claim.already_reversed"
    with pytest.raises(RuleBroken) as corrected:
        replace_claim(history, THREE[0], PLAN)
    assert corrected.value.code == "claim.already_reversed"
    with pytest.raises(RuleBroken) as unknown:
        reverse_claim(history, "C9")
    assert unknown.value.code == "claim.unknown_claim"


def test_a_correction_keeps_number_and_place_and_gives_back_the_old_figures() -> None:
    history = replace_claim(told(*THREE), on(2, "C2", 900), PLAN)
    assert [p.case.claim_id for p in history.posted] == ["C1", "C2", "C3"]
    # C3 had used up the deductible meanwhile: 800 of C1 stand, so 200 are left for C2.
    assert paid(history) == {"C1": "0.00", "C2": "560.00", "C3": "400.00"}


def test_a_cascade_by_day_of_service_sets_a_late_claim_in_its_place() -> None:
    history = told(THREE[1], THREE[2], THREE[0])
    assert paid(history) == {"C2": "0.00", "C3": "0.00", "C1": "640.00"}
    cascade = readjudicate(history, PLAN, InOrder.SERVICE_DATE)
    assert paid(apply_cascade(history, cascade)) == {"C2": "240.00", "C3": "400.00", "C1": "0.00"}


def test_ending_cover_recovers_later_service_and_keeps_the_last_day() -> None:
    history, late = terminate(told(*THREE), date(2025, 2, 1))
    assert [posted.case.claim_id for posted in late] == ["C3"]
    assert paid(history) == {"C1": "0.00", "C2": "240.00"}


def test_a_reversed_use_no_longer_counts_towards_a_frequency() -> None:
    often = plan(benefits=(Benefit(category="care", frequency=Frequency(1, Window.YEAR)),))
    history = post(History.starting_from(Balances()), THREE[0], often)
    refused = post(history, THREE[1], often).posted[-1].determination
    assert refused.reasons == ("ALL_LINES_REJECTED", "FREQUENCY")
    allowed = post(reverse_claim(history, "C1"), THREE[1], often).posted[-1].determination
    assert allowed.plan_pays == tzs(500)


def test_use_and_reversal_cancel_in_whichever_order_they_are_folded() -> None:
    use = Use("A", "X", date(2025, 1, 1), Decimal(2), claim_id="C1")
    assert Balances().apply((), [use, -use]) == Balances().apply((), [-use, use]) == Balances()


def test_entries_that_cancel_leave_nothing() -> None:
    entry = Entry("A", "2025-01-01", "paid", 500)
    assert Balances().apply([entry, -entry]) == Balances()


def test_what_if_answers_and_posts_nothing() -> None:
    history = told(*THREE)
    asked = what_if(history, GENEROUS)
    assert (asked.actual, asked.counterfactual, asked.difference) == (tzs(640), tzs(1440), tzs(800))
    assert [claim.case.claim_id for claim in asked.changed] == ["C1", "C2"]
    assert paid(history) == paid(told(*THREE))
    assert [each.difference for each in what_if_for_all([history, history], GENEROUS)] == [
        tzs(800),
        tzs(800),
    ]


def test_questions_are_answered_from_what_is_known() -> None:
    history = reverse_claim(told(*THREE), "C1")
    assert answer(history, "acc:A:2025-01-01:deductible", "TZS") == tzs(200)
    assert answer(history, "claim:C2:member_pays", "TZS") == tzs(260)
    assert answer(history, "claim:C2:coinsurance", "TZS") == tzs(60)
    assert answer(history, "claim:C1:plan_pays", "TZS") is Unanswered.REVERSED
    assert answer(history, "claim:C8:plan_pays", "TZS") is Unanswered.UNKNOWN_CLAIM
    visits = Balances({"A|2025-01-01|visits:office": 3})
    assert answer(History.starting_from(visits), "acc:A:2025-01-01:visits:office", "TZS") == 3
    for nonsense in ("acc:A", "claim:C2:colour", "weather"):
        with pytest.raises(BadQuestion):
            answer(history, nonsense, "TZS")
