"""The worked examples of the requirements: paid by itself, paid after a manager, suspended."""

from datetime import timedelta

import pytest

from commands.claims import ClaimStep, Note, approve_claim, clear_claim, prepare_claim
from domain.claim.state import Stage
from domain.payment.state import Stage as PaymentStage
from domain.refusals import RuleBroken
from tests.support.insurer import OPERATION, Insurer, tzs
from tests.support.saga import Machinery


def test_an_outpatient_claim_is_approved_and_paid_by_itself(insurer: Insurer) -> None:
    """25,000 billed, 1,500 borne by the member on every claim: 23,500 are paid."""
    clinic, covered = insurer.clinic(), insurer.member()
    with Machinery(insurer) as saga:
        claim_id = insurer.claims(covered, clinic)
        saga.drain()
        (transfer,) = saga.bank.book()
    claim, payment = insurer.claim(claim_id), insurer.payment(claim_id)
    assert claim.stage is Stage.CLOSED
    assert claim.billed == tzs(25_000)
    assert claim.payable == claim.paid == transfer.amount == tzs(23_500)
    assert payment is not None
    assert payment.stage is PaymentStage.CONFIRMED
    assert payment.bank_reference == transfer.answer.reference
    assert insurer.story(claim_id) == [
        "claim.submitted",
        "claim.scored",
        "claim.adjudicated",
        "claim.approved",
        "claim.paid",
        "claim.closed",
    ]


def test_an_operation_waits_for_a_manager_who_has_not_prepared_it(insurer: Insurer) -> None:
    """850,000 billed at a contract price of 780,000, 50,000 deductible: 730,000 for a manager."""
    hospital, covered = insurer.clinic("Upanga Hospital"), insurer.member()
    admitted = insurer.clock.today() - timedelta(days=3)
    with Machinery(insurer) as saga:
        claim_id = insurer.claims(
            covered, hospital, kind="inpatient", lines=OPERATION, service_from=admitted
        )
        saga.drain()
        waiting = insurer.claim(claim_id)
        assert (waiting.stage, waiting.payable) == (Stage.ADJUDICATED, tzs(730_000))
        assert saga.bank.book() == ()

        prepare_claim(insurer.desk, insurer.by("rehema"), Note(claim_id, "prices agree"))
        with pytest.raises(RuleBroken, match=r"claim\.needs_manager"):
            approve_claim(insurer.desk, insurer.by("neema"), ClaimStep(claim_id))
        with pytest.raises(RuleBroken, match=r"claim\.same_person"):
            approve_claim(insurer.desk, insurer.by("rehema"), ClaimStep(claim_id))
        saga.drain()
        assert insurer.claim(claim_id).stage is Stage.ADJUDICATED

        insurer.roles = {**insurer.roles, "daudi": frozenset({"claims_manager"})}
        approve_claim(insurer.desk, insurer.by("daudi"), ClaimStep(claim_id))
        saga.drain()
        (transfer,) = saga.bank.book()
    assert insurer.claim(claim_id).stage is Stage.CLOSED
    assert transfer.amount == tzs(730_000)


def test_the_fifth_claim_in_two_weeks_from_as_many_clinics_is_suspended(
    insurer: Insurer,
) -> None:
    covered = insurer.member()
    clinics = [insurer.clinic(f"Clinic {number}") for number in range(1, 6)]
    with Machinery(insurer) as saga:
        claims = []
        for clinic in clinics:
            claims.append(insurer.claims(covered, clinic))
            saga.drain()
            insurer.clock.advance(timedelta(days=3))
        assert [insurer.claim(one).stage for one in claims] == [Stage.CLOSED] * 4 + [
            Stage.SUSPENDED
        ]
        assert len(saga.bank.book()) == 4
        scored = insurer.desk.store.stream(claims[4])[1].fact
        assert scored.reasons[0] == "FREQUENCY_ABUSE"
        assert scored.suspends

        clear_claim(insurer.desk, insurer.by("baraka"), Note(claims[4], "a course of therapy"))
        saga.drain()
        assert insurer.claim(claims[4]).stage is Stage.CLOSED
        assert len(saga.bank.book()) == 5
