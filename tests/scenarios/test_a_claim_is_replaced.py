"""A decided claim is put right under its own number: benefit, payment and every sum go with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from commands.claims import ClaimStep, Denial, adjudicate_claim, approve_claim, deny_claim
from commands.deciding_again import Correction, Review, reopen_claim, replace_claim, review_claim
from commands.desk_work import (
    Answered,
    Inquiry,
    Recovery,
    ToReview,
    correct_claim,
    receive_information,
    recover_payment,
    request_information,
    request_review,
    void_claim,
)
from commands.payments import (
    PaymentOfClaim,
    PaymentStep,
    ask_bank,
    instruct_payment,
    schedule_payment,
    settle_claim,
)
from commands.payments_of_claims import payments_of
from commands.products import VersionOfProduct, publish_version
from commands.reversing import ClaimToReverse, reverse_claim
from domain.accumulator import ACCUMULATOR
from domain.adjudication.product import YearIs
from domain.claim.desk_events import ReviewedLine
from domain.claim.state import Stage
from domain.ids import accumulator_id, payment_id
from domain.money import Money
from domain.payment.state import Scheduled
from domain.refusals import Refused
from tests.scenarios.test_a_claim_is_reversed import (
    decided,
    instructed,
    paid,
    refusal,
    reverse,
    sums_tie,
    used,
)
from tests.support.insurer import OPERATION, TERMS, VISIT, YEAR, Insurer, tzs

WHY = "the clinic sent the wrong bill"


def visit(consultation: int) -> tuple[object, ...]:
    return (replace(VISIT[0], billed=tzs(consultation)), VISIT[1])


def replaced(insurer: Insurer, claim_id: UUID, **correction: object) -> dict[str, str]:
    context = insurer.by("rehema", reason=WHY)
    return replace_claim(insurer.desk, context, Correction(claim_id, **correction)).answer  # type: ignore[arg-type]  # the story's own


def total_used(insurer: Insurer, policy: UUID) -> int:
    state = insurer.desk.store.load(ACCUMULATOR, accumulator_id(policy, YEAR.from_on)).state
    return next(
        minor for key, minor in state.balances.totals.items() if key.endswith("|paid")
    )  # fmt: skip


def stages(insurer: Insurer, claim_id: UUID) -> list[tuple[str, Money]]:
    return [
        (str(p.state.stage), p.state.amount)
        for p in payments_of(insurer.desk, claim_id)
        if isinstance(p.state, Scheduled)
    ]


def saga_pays(insurer: Insurer, claim_id: UUID, attempt: int) -> None:
    """What the workers do on an approval: schedule, instruct, ask the bank, settle."""
    schedule_payment(insurer.desk, insurer.by("saga"), PaymentOfClaim(claim_id))
    step = PaymentStep(payment_id(claim_id, attempt))
    instruct_payment(insurer.desk, insurer.by("saga"), step)
    ask_bank(insurer.desk, insurer.by("saga"), step)
    settle_claim(insurer.desk, insurer.by("saga"), step)


def test_a_paid_claim_that_was_too_dear_leaves_a_difference_to_recover_once(
    insurer: Insurer,
) -> None:
    covered = insurer.member()
    claim_id = decided(insurer, covered, insurer.clinic())
    paid(insurer, claim_id)
    answer = replaced(insurer, claim_id, lines=visit(10_000))
    assert (answer["payable_was"], answer["payable"], answer["to_recover"]) == (
        "23500.00", "18500.00", "5000.00",
    )  # fmt: skip
    assert total_used(insurer, covered[1]) == tzs(18_500).minor
    assert insurer.claim(claim_id).stage is Stage.CLOSED
    schedule_payment(insurer.desk, insurer.by("saga"), PaymentOfClaim(claim_id))
    assert stages(insurer, claim_id) == [("confirmed", tzs(23_500))]
    sums_tie(insurer)

    for _ in range(2):
        receipt = Recovery(claim_id, tzs(5_000), "RCPT-1")
        recover_payment(insurer.desk, insurer.by("rehema"), receipt)
    assert insurer.claim(claim_id).paid == tzs(18_500)
    too_much = Recovery(claim_id, tzs(1), "RCPT-2")
    assert (
        refusal(lambda: recover_payment(insurer.desk, insurer.by("rehema"), too_much))
        == "claim.recovered_too_much"
    )
    sums_tie(insurer)


def test_a_paid_claim_that_was_too_cheap_is_paid_the_difference_once(insurer: Insurer) -> None:
    covered = insurer.member()
    claim_id = decided(insurer, covered, insurer.clinic(), lines=visit(10_000))
    paid(insurer, claim_id)
    answer = replaced(insurer, claim_id, lines=VISIT)
    assert (answer["difference"], answer["to_pay"]) == ("5000.00", "5000.00")
    assert insurer.claim(claim_id).stage is Stage.APPROVED
    for _ in range(2):
        schedule_payment(insurer.desk, insurer.by("saga"), PaymentOfClaim(claim_id))
    assert stages(insurer, claim_id) == [
        ("confirmed", tzs(18_500)), ("scheduled", tzs(5_000)),
    ]  # fmt: skip
    saga_pays(insurer, claim_id, 2)
    assert insurer.claim(claim_id).stage is Stage.CLOSED
    assert insurer.claim(claim_id).paid == tzs(23_500)
    sums_tie(insurer)


def test_the_same_claim_again_changes_nothing_in_the_sums(insurer: Insurer) -> None:
    covered = insurer.member()
    claim_id = decided(insurer, covered, insurer.clinic())
    paid(insurer, claim_id)
    before = used(insurer, covered[1])
    assert replaced(insurer, claim_id)["difference"] == "0.00"
    assert used(insurer, covered[1]) == before
    assert "claim.corrected" not in insurer.story(claim_id)
    sums_tie(insurer)


def test_what_waits_to_be_paid_is_stopped_and_scheduled_anew(insurer: Insurer) -> None:
    claim_id = decided(insurer, insurer.member(), insurer.clinic())
    replaced(insurer, claim_id, lines=visit(12_000))  # before anything was scheduled
    assert stages(insurer, claim_id) == [("cancelled", tzs(23_500))]
    schedule_payment(insurer.desk, insurer.by("saga"), PaymentOfClaim(claim_id))
    replaced(insurer, claim_id, lines=visit(10_000))
    saga_pays(insurer, claim_id, 3)
    assert stages(insurer, claim_id) == [
        ("cancelled", tzs(23_500)), ("cancelled", tzs(20_500)), ("confirmed", tzs(18_500)),
    ]  # fmt: skip
    sums_tie(insurer)


def test_money_that_is_on_its_way_arrives_and_the_rest_is_settled_after_it(
    insurer: Insurer,
) -> None:
    claim_id = decided(insurer, insurer.member(), insurer.clinic())
    step = instructed(insurer, claim_id)
    replaced(insurer, claim_id, lines=visit(10_000))
    ask_bank(insurer.desk, insurer.by("saga"), step)
    settle_claim(insurer.desk, insurer.by("saga"), step)
    claim = insurer.claim(claim_id)
    assert (claim.stage, claim.paid, claim.payable) == (Stage.CLOSED, tzs(23_500), tzs(18_500))
    sums_tie(insurer)
    assert reverse(insurer, claim_id)["to_recover"] == "23500.00"
    sums_tie(insurer)


def test_more_than_was_approved_waits_for_somebody_who_did_not_replace_it(
    insurer: Insurer,
) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    claim_id = decided(insurer, covered, clinic)
    paid(insurer, claim_id)
    admitted = insurer.clock.today() - timedelta(days=3)
    answer = replaced(insurer, claim_id, kind="inpatient", lines=OPERATION, service_from=admitted)
    assert (answer["payable"], answer["to_pay"]) == ("730000.00", "706500.00")
    assert insurer.claim(claim_id).stage is Stage.ADJUDICATED
    step = ClaimStep(claim_id)
    assert (
        refusal(lambda: approve_claim(insurer.desk, insurer.by("rehema"), step))
        == "claim.same_person"
    )
    other = replace(insurer.by("daudi"), roles=frozenset({"claims_manager"}))
    approve_claim(insurer.desk, other, step)
    saga_pays(insurer, claim_id, 2)
    assert insurer.claim(claim_id).paid == tzs(730_000)
    sums_tie(insurer)


def test_a_reviewer_lowers_a_decided_claim_and_billed_reviewed_and_paid_stand_side_by_side(
    insurer: Insurer,
) -> None:
    waiting = decided(
        insurer, insurer.member(), insurer.clinic("Amana"), kind="inpatient", lines=OPERATION,
        service_from=insurer.clock.today() - timedelta(days=3),
    )  # fmt: skip
    request_review(insurer.desk, insurer.by("neema", reason="long stay"), ToReview(waiting))
    assert insurer.claim(waiting).stage is Stage.IN_REVIEW
    said = Review(waiting, (ReviewedLine(1, None, tzs(600_000), reason="usual fee"),))
    assert (
        refusal(lambda: review_claim(insurer.desk, insurer.by("juma"), said))
        == "claim.same_reviewer"
    )
    review_claim(insurer.desk, insurer.by("salma"), said)
    claim = insurer.claim(waiting)
    assert claim.lines == OPERATION
    assert claim.payable == tzs(550_000)  # 600,000 less the deductible of 50,000
    assert claim.stage is Stage.ADJUDICATED
    sums_tie(insurer)


def test_a_claim_waits_for_information_and_goes_on_where_it_was(insurer: Insurer) -> None:
    waiting = decided(
        insurer, insurer.member(), insurer.clinic(), kind="inpatient", lines=OPERATION,
        service_from=insurer.clock.today() - timedelta(days=3),
    )  # fmt: skip
    asked = Inquiry(waiting, "the discharge letter", "provider")
    request_information(insurer.desk, insurer.by("neema"), asked)
    assert insurer.claim(waiting).stage is Stage.PENDED
    step = ClaimStep(waiting)
    assert (
        refusal(lambda: approve_claim(insurer.desk, insurer.by("rehema"), step))
        == "claim.wrong_stage"
    )
    receive_information(insurer.desk, insurer.by("neema"), Answered(waiting, "it is attached"))
    approve_claim(insurer.desk, insurer.by("rehema"), step)
    assert insurer.claim(waiting).stage is Stage.APPROVED
    sums_tie(insurer)


def test_a_correction_before_the_decision_is_what_is_decided(insurer: Insurer) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    claim_id = insurer.claims(covered, clinic)
    wrong = Correction(claim_id, lines=(replace(VISIT[0], quantity=Decimal(0)),))
    assert (
        refusal(lambda: correct_claim(insurer.desk, insurer.by("juma"), wrong))
        == "claim.quantity_not_positive"
    )
    right = Correction(claim_id, lines=visit(10_000))  # type: ignore[arg-type]  # lines
    correct_claim(insurer.desk, insurer.by("juma"), right)
    assert insurer.claim(claim_id).billed == tzs(20_000)
    sums_tie(insurer)


def test_a_denial_that_is_set_aside_is_decided_once_more(insurer: Insurer) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    waiting = decided(
        insurer, covered, clinic, kind="inpatient", lines=OPERATION,
        service_from=insurer.clock.today() - timedelta(days=3),
    )  # fmt: skip
    empty = used(insurer, insurer.member()[1])
    deny_claim(insurer.desk, insurer.by("rehema"), Denial(waiting, ("NO_REFERRAL",)))
    assert used(insurer, covered[1]) == empty
    assert refusal(lambda: replaced(insurer, waiting)) == "claim.denied_by_person"
    reopen_claim(insurer.desk, insurer.by("rehema", reason="the referral was found"), waiting)
    adjudicate_claim(insurer.desk, insurer.by("rules"), ClaimStep(waiting))
    assert insurer.claim(waiting).payable == tzs(730_000)
    sums_tie(insurer)


def test_an_approved_claim_is_reversed_before_its_payment_is_scheduled(insurer: Insurer) -> None:
    claim_id = decided(insurer, insurer.member(), insurer.clinic())
    assert reverse(insurer, claim_id)["to_recover"] == "0.00"
    schedule_payment(insurer.desk, insurer.by("saga"), PaymentOfClaim(claim_id))
    assert stages(insurer, claim_id) == [("cancelled", tzs(23_500))]
    sums_tie(insurer)


def test_a_claim_is_reversed_though_the_benefit_year_is_another_one_now(
    insurer: Insurer,
) -> None:
    covered = insurer.member()
    empty = used(insurer, covered[1])
    claim_id = decided(insurer, covered, insurer.clinic())
    paid(insurer, claim_id)
    insurer.clock.advance(timedelta(days=1))
    terms = replace(TERMS, year_is=YearIs.PLAN_YEAR, year_start=(7, 1))
    version = VersionOfProduct("MSINGI", "Afya Msingi", YEAR.from_on, terms)
    publish_version(insurer.desk, insurer.by("admin"), version)
    reverse_claim(insurer.desk, insurer.by("rehema", reason=WHY), ClaimToReverse(claim_id))
    assert used(insurer, covered[1]) == empty
    sums_tie(insurer)


@pytest.mark.parametrize("far", [False, True])
def test_a_claim_that_should_never_have_been_is_withdrawn_or_reversed(
    insurer: Insurer, far: bool
) -> None:
    covered, clinic = insurer.member(), insurer.clinic()
    claim_id = decided(insurer, covered, clinic) if far else insurer.claims(covered, clinic)
    void_claim(insurer.desk, insurer.by("rehema", reason="entered twice"), ClaimStep(claim_id))
    wanted = Stage.REVERSED if far else Stage.WITHDRAWN
    assert insurer.claim(claim_id).stage is wanted
    sums_tie(insurer)


def test_only_a_manager_replaces_and_says_why(insurer: Insurer) -> None:
    claim_id = decided(insurer, insurer.member(), insurer.clinic())

    def asked(actor: str, reason: str) -> Callable[[], object]:
        context = insurer.by(actor, reason=reason)
        return lambda: replace_claim(insurer.desk, context, Correction(claim_id))

    assert refusal(asked("neema", WHY)) == "claim.replacing_needs_manager"
    assert refusal(asked("rehema", "")) == "claim.replaced_without_reason"
    with pytest.raises(Refused):
        asked("neema", "")()
