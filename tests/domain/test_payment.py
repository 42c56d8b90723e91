"""Payments: money leaves once, on an instruction, and only as much as was scheduled."""

from datetime import date

import pytest

from domain.payment import PAYMENT
from domain.payment.decide import (
    APPROVAL,
    ApprovePayment,
    CancelPayment,
    ConfirmPayment,
    FailPayment,
    InstructPayment,
    PaymentCommand,
    ReturnPayment,
    SchedulePayment,
)
from domain.payment.events import (
    PaymentApproved,
    PaymentCancelled,
    PaymentConfirmed,
    PaymentEvent,
    PaymentFailed,
    PaymentInstructed,
    PaymentReturned,
    PaymentScheduled,
)
from domain.refusals import RuleBroken, WrongStage
from tests.support.sample_facts import CLAIM, PROVIDER, tzs
from tests.support.scenario import given

DAY = date(2025, 3, 5)
SCHEDULE = SchedulePayment(
    "PAY-2025-00001", CLAIM, "CLM-2025-00001", "provider", PROVIDER, "0150123456700", tzs(23_500)
)
scheduled = PaymentScheduled(
    "PAY-2025-00001", CLAIM, "CLM-2025-00001", "provider", PROVIDER, "0150123456700", tzs(23_500)
)
instructed = PaymentInstructed("PAY-2025-00001")
confirmed = PaymentConfirmed("BANK-9921", DAY)
failed = PaymentFailed("ACCOUNT_REFUSED")
cancelled = PaymentCancelled("approved by mistake")
CONFIRM = ConfirmPayment("BANK-9921", tzs(23_500), DAY)


def test_a_payment_goes_from_schedule_to_the_banks_answer() -> None:
    (
        given(PAYMENT)
        .when(SCHEDULE)
        .then(scheduled)
        .when(InstructPayment("PAY-2025-00001"))
        .then(instructed)
        .when(CONFIRM)
        .then(confirmed)
    )


def test_asked_for_again_each_step_is_no_second_one() -> None:
    given(PAYMENT, scheduled).when(SCHEDULE).then_nothing()
    given(PAYMENT, scheduled, instructed).when(InstructPayment("PAY-2025-00001")).then_nothing()
    given(PAYMENT, scheduled, instructed, confirmed).when(CONFIRM).then_nothing()
    given(PAYMENT, scheduled, instructed, failed).when(FailPayment("again")).then_nothing()
    given(PAYMENT, scheduled, cancelled).when(CancelPayment("again")).then_nothing()


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_not_paid(amount: int) -> None:
    command = SchedulePayment("N", CLAIM, "C", "provider", PROVIDER, "0150", tzs(amount))
    given(PAYMENT).when(command).then_refused("payment.nothing_to_pay", RuleBroken)


def test_a_second_instruction_under_another_id_is_refused() -> None:
    """It could be a second transfer."""
    given(PAYMENT, scheduled, instructed).when(InstructPayment("PAY-2025-00002")).then_refused(
        "payment.not_scheduled", WrongStage
    )


def test_the_bank_confirms_exactly_what_was_instructed() -> None:
    payment = given(PAYMENT, scheduled, instructed)
    payment.when(ConfirmPayment("BANK-9921", tzs(23_499), DAY)).then_refused(
        "payment.amount_differs", RuleBroken
    )


def test_a_second_confirmation_under_another_reference_is_seen() -> None:
    payment = given(PAYMENT, scheduled, instructed, confirmed)
    payment.when(ConfirmPayment("BANK-9922", tzs(23_500), DAY)).then_refused(
        "payment.not_instructed", WrongStage
    )


@pytest.mark.parametrize(
    ("history", "refusals"),
    [
        ((scheduled,), {CONFIRM: "not_instructed", FailPayment("x"): "not_instructed"}),
        ((scheduled, instructed), {CancelPayment("x"): "cannot_cancel"}),
        (
            (scheduled, instructed, confirmed),
            {
                InstructPayment("PAY-2025-00001"): "not_scheduled",
                FailPayment("x"): "not_instructed",
                CancelPayment("x"): "cannot_cancel",
            },
        ),
        (
            (scheduled, instructed, failed),
            {
                InstructPayment("PAY-2025-00001"): "not_scheduled",
                CONFIRM: "not_instructed",
                CancelPayment("x"): "cannot_cancel",
            },
        ),
        (
            (scheduled, cancelled),
            {
                InstructPayment("PAY-2025-00001"): "not_scheduled",
                CONFIRM: "not_instructed",
                FailPayment("x"): "not_instructed",
            },
        ),
        (
            (),
            {
                InstructPayment("PAY-2025-00001"): "not_found",
                CONFIRM: "not_found",
                FailPayment("x"): "not_found",
                CancelPayment("x"): "not_found",
            },
        ),
    ],
    ids=["scheduled", "instructed", "confirmed", "failed", "cancelled", "unknown"],
)
def test_what_makes_no_sense_at_a_stage_is_refused(
    history: tuple[PaymentEvent, ...], refusals: dict[PaymentCommand, str]
) -> None:
    for command, code in refusals.items():
        given(PAYMENT, *history).when(command).then_refused(f"payment.{code}", WrongStage)


def test_a_scheduled_payment_may_be_taken_back() -> None:
    given(PAYMENT, scheduled).when(CancelPayment("approved by mistake")).then(cancelled)


def test_the_bank_may_refuse() -> None:
    given(PAYMENT, scheduled, instructed).when(FailPayment("ACCOUNT_REFUSED")).then(failed)


WAITING = PaymentScheduled(
    "PAY-2025-00002", CLAIM, "CLM-2025-00001", "provider", PROVIDER, "0150123456700", tzs(23_500),
    waits_for=APPROVAL, prepared_by="asha", replaces="PAY-2025-00001",
)  # fmt: skip
RETURN = ReturnPayment(tzs(23_500), "ACCOUNT_CLOSED", "BANK-9950", DAY)
returned = PaymentReturned(tzs(23_500), "ACCOUNT_CLOSED", "BANK-9950", DAY)


def test_a_payment_that_waits_for_a_second_person_goes_on_once_another_has_agreed() -> None:
    ask = InstructPayment("PAY-2025-00002")
    given(PAYMENT, WAITING).when(ask).then_refused("payment.not_approved")
    given(PAYMENT, WAITING).when(ApprovePayment("asha")).then_refused("payment.same_person")
    given(PAYMENT, scheduled).when(ApprovePayment("juma")).then_refused("payment.needs_no_approval")
    (
        given(PAYMENT, WAITING)
        .when(ApprovePayment("juma"))
        .then(PaymentApproved("juma"))
        .when(ask)
        .then(PaymentInstructed("PAY-2025-00002"))
    )


def test_what_the_bank_tells_in_any_order_ends_the_same() -> None:
    in_order = given(PAYMENT, scheduled, instructed, confirmed)
    in_order.when(RETURN).then(returned).when(RETURN).then_nothing().when(CONFIRM).then_nothing()
    given(PAYMENT, scheduled, instructed).when(RETURN).then(returned).when(CONFIRM).then_nothing()
    given(PAYMENT, scheduled).when(RETURN).then_refused("payment.not_instructed")
    less = ReturnPayment(tzs(1), "ACCOUNT_CLOSED", "BANK-9950", DAY)
    given(PAYMENT, scheduled, instructed).when(less).then_refused("payment.amount_differs")
