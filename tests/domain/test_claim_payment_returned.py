"""Money that the bank sends back makes a claim owed again; silence about a question is noted."""

from datetime import date
from uuid import UUID

from domain.claim import CLAIM
from domain.claim.desk_events import (
    ClaimInformationOverdue,
    ClaimInformationRequested,
    ClaimRecovered,
)
from domain.claim.desk_work import NoteSilence, TakeReturn
from domain.claim.events import ClaimClosed
from tests.domain.test_claim import AUTO, LATER, approved, paid, scored, submitted
from tests.support.sample_facts import PAYMENT, tzs
from tests.support.scenario import given

DUE = date(2025, 4, 3)


def test_a_payment_that_came_back_is_paid_no_longer_and_comes_back_once() -> None:
    closed = given(CLAIM, submitted, scored, AUTO, approved, paid, ClaimClosed(LATER))
    back = TakeReturn(PAYMENT, "PAY-2025-00001", tzs(23_500), LATER)
    recovered = ClaimRecovered(
        tzs(23_500), "RETURNED PAY-2025-00001", LATER, "returned by the bank"
    )
    closed.when(back).then(recovered).when(back).then_nothing()
    other = TakeReturn(UUID(int=7), "PAY-2025-00009", tzs(23_500), LATER)
    closed.when(other).then_refused("claim.never_paid")


def test_silence_is_noted_only_while_an_answer_is_waited_for() -> None:
    asked = ClaimInformationRequested("the referral", "provider", "neema")
    silence = NoteSilence("provider", DUE)
    given(CLAIM, submitted, scored, asked).when(silence).then(
        ClaimInformationOverdue("provider", DUE)
    )
    given(CLAIM, submitted, scored, AUTO).when(silence).then_refused("claim.wrong_stage")
