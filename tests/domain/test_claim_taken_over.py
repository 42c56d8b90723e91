"""Claims of another system: taken over once, with their whole account, balanced by nobody."""

from dataclasses import replace
from datetime import date

import pytest

from domain.claim import CLAIM
from domain.claim.decide import ScoreClaim, WithdrawClaim
from domain.claim.events import (
    ClaimBalanceTransferred,
    ClaimClosed,
    ClaimPaymentPosted,
    ClaimTakenOver,
)
from domain.claim.state import TakenOver
from domain.claim.taking_over import AccountEntry, TakeOverClaim
from domain.refusals import RuleBroken, WrongStage
from tests.domain.test_claim import SCORE, submitted
from tests.support.sample_facts import LINES, MEMBER, PROVIDER, tzs
from tests.support.scenario import given

DAY = date(2019, 5, 2)
TAKE_OVER = TakeOverClaim(
    number="0f3c",
    member_id=MEMBER,
    policy_id=None,
    provider_id=PROVIDER,
    kind="professional",
    service_from=DAY,
    service_until=DAY,
    diagnoses=("44054006",),
    lines=LINES,
    billed=tzs(25_000),
    origin="synthea",
    origin_id="0f3c-11",
)
taken_over = ClaimTakenOver(
    "0f3c", MEMBER, None, PROVIDER, "professional", DAY, DAY, ("44054006",), LINES,
    tzs(25_000), "synthea", "0f3c-11",
)  # fmt: skip


def payment(shillings: int, origin_id: str) -> ClaimPaymentPosted:
    return ClaimPaymentPosted(1, "payer", "ECHECK", tzs(shillings), date(2019, 6, 1), origin_id)


def transfer(shillings: int, origin_id: str) -> ClaimBalanceTransferred:
    return ClaimBalanceTransferred(1, tzs(shillings), "patient", date(2019, 6, 2), origin_id)


def test_a_claim_comes_with_its_account_and_its_end() -> None:
    account = (payment(20_000, "t-1"), transfer(5_000, "t-2"), payment(5_000, "t-3"))
    after = (
        given(CLAIM)
        .when(replace(TAKE_OVER, account=account, closed_on=date(2019, 7, 1)))
        .then(taken_over, *account, ClaimClosed(date(2019, 7, 1)))
    )
    assert isinstance(after.state, TakenOver)
    assert (after.state.balance, after.state.transferred) == (tzs(0), tzs(5_000))
    assert after.state.closed


def test_taken_over_again_only_what_is_new_is_added() -> None:
    first = (payment(20_000, "t-1"),)
    after = (
        given(CLAIM, taken_over, *first)
        .when(replace(TAKE_OVER, account=first))
        .then_nothing()
        .when(replace(TAKE_OVER, account=(*first, payment(5_000, "t-3"))))
        .then(payment(5_000, "t-3"))
        .when(replace(TAKE_OVER, closed_on=DAY))
        .then(ClaimClosed(DAY))
        .when(replace(TAKE_OVER, closed_on=DAY))
        .then_nothing()
    )
    assert isinstance(after.state, TakenOver)
    assert after.state.payments == tzs(25_000)


def test_an_overpaid_claim_keeps_its_credit_balance() -> None:
    after = given(CLAIM, taken_over, payment(30_000, "t-1")).state
    assert isinstance(after, TakenOver)
    assert after.balance == tzs(-5_000)


def test_another_billed_amount_is_another_claim() -> None:
    given(CLAIM, taken_over).when(replace(TAKE_OVER, billed=tzs(26_000))).then_refused(
        "claim.taken_over_differs", RuleBroken
    )


@pytest.mark.parametrize("entry", [payment(1, "t-1"), transfer(1, "t-2")], ids=["paid", "moved"])
def test_one_claim_is_in_one_currency(entry: AccountEntry) -> None:
    dollars = replace(entry, amount=replace(entry.amount, currency="USD"))
    for history in ((), (taken_over,)):
        given(CLAIM, *history).when(replace(TAKE_OVER, account=(dollars,))).then_refused(
            "claim.currencies_mixed", RuleBroken, field="account"
        )


def test_our_own_claims_are_not_taken_over_and_theirs_not_decided() -> None:
    given(CLAIM, submitted).when(TAKE_OVER).then_refused("claim.already_submitted", WrongStage)
    theirs = given(CLAIM, taken_over)
    assert isinstance(SCORE, ScoreClaim)
    for command in (SCORE, WithdrawClaim("x")):
        theirs.when(command).then_refused("claim.taken_over", WrongStage)
