"""Reversal: a decided claim is taken back once, by a manager, and never while money is moving."""

from dataclasses import replace
from datetime import date

import pytest

from domain.accumulator import ACCUMULATOR
from domain.accumulator.decide import RestoreBenefit, UseBenefit
from domain.claim import CLAIM
from domain.claim.events import ClaimClosed, ClaimEvent, ClaimReversed
from domain.claim.reversing import ReverseClaim
from domain.claim.state import Stage, Submitted
from domain.refusals import RuleBroken, WrongStage
from tests.domain.test_claim import AUTO, LATER, MANAGER, approved, paid, scored, submitted
from tests.support.sample_facts import CLAIM as CLAIM_ID
from tests.support.sample_facts import ENTRIES, USES, tzs
from tests.support.scenario import given

ON = date(2025, 4, 1)
REVERSE = ReverseClaim("billed for another patient", True, False, "rehema", ON)
UNPAID: tuple[ClaimEvent, ...] = (submitted, scored, AUTO, approved)
PAID = (*UNPAID, paid, ClaimClosed(LATER))


def reversed_(to_recover: int) -> ClaimReversed:
    return ClaimReversed(
        REVERSE.reason, tzs(25_000), tzs(23_500), tzs(to_recover), "rehema", ON
    )  # fmt: skip


def test_what_was_paid_is_to_be_recovered() -> None:
    after = given(CLAIM, *PAID).when(REVERSE).then(reversed_(23_500))
    assert isinstance(after.state, Submitted)
    assert (after.state.stage, after.state.paid) == (Stage.REVERSED, tzs(23_500))


def test_an_approved_claim_whose_payment_was_stopped_leaves_nothing_to_recover() -> None:
    stopped = replace(REVERSE, payment_stopped=True)
    given(CLAIM, *UNPAID).when(stopped).then(reversed_(0))


def test_it_is_not_reversed_while_its_payment_is_under_way() -> None:
    given(CLAIM, *UNPAID).when(REVERSE).then_refused("claim.payment_under_way", WrongStage)


def test_a_second_reversal_is_refused() -> None:
    (
        given(CLAIM, *PAID)
        .when(REVERSE)
        .then(reversed_(23_500))
        .when(REVERSE)
        .then_refused("claim.already_reversed", WrongStage)
    )


@pytest.mark.parametrize(
    "history", [(submitted,), (submitted, scored), (submitted, scored, MANAGER)]
)
def test_a_claim_that_nobody_approved_is_not_reversed(history: tuple[ClaimEvent, ...]) -> None:
    given(CLAIM, *history).when(REVERSE).then_refused("claim.nothing_to_reverse", WrongStage)


def test_it_needs_a_reason_and_a_manager() -> None:
    unsaid = replace(REVERSE, reason=" ")
    given(CLAIM, *PAID).when(unsaid).then_refused("claim.reversed_without_reason", RuleBroken)
    clerk = replace(REVERSE, may_manage=False)
    given(CLAIM, *PAID).when(clerk).then_refused("claim.reversal_needs_manager", RuleBroken)


def test_giving_back_leaves_no_trace_in_the_accumulator() -> None:
    taken = ACCUMULATOR.decide(
        ACCUMULATOR.initial, UseBenefit(CLAIM_ID, "CLM-2025-00001", ENTRIES, USES)
    )
    held = ACCUMULATOR.fold(taken)
    assert held.balances != ACCUMULATOR.initial.balances
    back = ACCUMULATOR.decide(held, RestoreBenefit(CLAIM_ID))
    after = ACCUMULATOR.fold(back, held)
    assert after == ACCUMULATOR.initial
    assert ACCUMULATOR.decide(after, RestoreBenefit(CLAIM_ID)) == []
