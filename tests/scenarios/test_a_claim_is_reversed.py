"""A decided claim is taken back: benefit, payment, invoice and every sum go with it."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from commands.claims import ClaimStep, adjudicate_claim
from commands.payments import (
    PaymentOfClaim,
    PaymentStep,
    ask_bank,
    instruct_payment,
    schedule_payment,
    settle_claim,
)
from commands.products import VersionOfProduct, publish_version
from commands.reversing import ClaimToReverse, reverse_claim
from domain.accumulator import ACCUMULATOR
from domain.adjudication.product import Limit, Scope
from domain.claim import CLAIM
from domain.claim.events import ClaimScored
from domain.claim.state import Stage
from domain.ids import accumulator_id, payment_id
from domain.refusals import Refused
from projections import PROJECTIONS
from projections.running import catch_up
from projections.verifying import verify
from tests.support.insurer import TERMS, YEAR, Insurer, tzs

WHY = "billed for another patient"


def decided(insurer: Insurer, covered: tuple[UUID, UUID], clinic: UUID, **more: object) -> UUID:
    claim_id = insurer.claims(covered, clinic, **more)
    store = insurer.desk.store
    scored = ClaimScored(Decimal(0), "rules-1", (), 0, suspends=False)
    store.append(store.load(CLAIM, claim_id), [scored], insurer.by("rules").meta())
    adjudicate_claim(insurer.desk, insurer.by("rules"), ClaimStep(claim_id))
    return claim_id


def instructed(insurer: Insurer, claim_id: UUID) -> PaymentStep:
    schedule_payment(insurer.desk, insurer.by("saga"), PaymentOfClaim(claim_id))
    step = PaymentStep(payment_id(claim_id))
    instruct_payment(insurer.desk, insurer.by("saga"), step)
    return step


def paid(insurer: Insurer, claim_id: UUID) -> None:
    step = instructed(insurer, claim_id)
    ask_bank(insurer.desk, insurer.by("saga"), step)
    settle_claim(insurer.desk, insurer.by("saga"), step)


def reverse(insurer: Insurer, claim_id: UUID) -> dict[str, object]:
    context = insurer.by("rehema", reason=WHY)
    return reverse_claim(insurer.desk, context, ClaimToReverse(claim_id)).answer


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def used(insurer: Insurer, policy: UUID) -> list[object]:
    """What the policy has used this year and for life."""
    store = insurer.desk.store
    streams = (accumulator_id(policy, YEAR.from_on), accumulator_id(policy, None))
    return [store.load(ACCUMULATOR, stream).state for stream in streams]


def sums_tie(insurer: Insurer) -> None:
    url = str(insurer.settings.database_url)
    catch_up(url, PROJECTIONS)
    assert [check for check in verify(url) if not check.holds] == []


def test_a_paid_claim_gives_back_its_benefit_and_what_was_paid_is_to_recover(
    insurer: Insurer,
) -> None:
    clinic, covered = insurer.clinic(), insurer.member()
    before = used(insurer, covered[1])
    claim_id = decided(insurer, covered, clinic)
    paid(insurer, claim_id)
    assert used(insurer, covered[1]) != before
    sums_tie(insurer)

    assert reverse(insurer, claim_id)["to_recover"] == "23500.00"
    assert used(insurer, covered[1]) == before
    assert insurer.claim(claim_id).stage is Stage.REVERSED
    assert refusal(lambda: reverse(insurer, claim_id)) == "claim.already_reversed"
    assert insurer.story(claim_id).count("claim.reversed") == 1
    sums_tie(insurer)


def test_the_read_models_tell_what_is_to_come_back(insurer: Insurer) -> None:
    claim_id = decided(insurer, insurer.member(), insurer.clinic())
    paid(insurer, claim_id)
    reverse(insurer, claim_id)
    catch_up(str(insurer.settings.database_url), PROJECTIONS)
    with insurer.desk.store.pool.connection() as conn:
        claim = conn.execute(
            "SELECT stage, payable_minor, paid_minor, credit_balance_minor FROM claims"
        ).fetchone()
        rows = conn.execute(
            "SELECT kind, sum(minor)::bigint FROM movements WHERE claim_id = %s GROUP BY kind",
            (claim_id,),
        ).fetchall()
        month = conn.execute(
            "SELECT allowed_minor, approved_minor, paid_minor FROM provider_statement"
        ).fetchone()
    minor = tzs(23_500).minor
    assert claim == ("reversed", 0, minor, minor)
    moved = {str(kind): int(total) for kind, total in rows}
    assert (moved["claim_allowed"], moved["claim_reserved"]) == (0, -minor)
    assert month == (0, 0, minor)


def test_an_approved_claim_takes_its_waiting_payment_along(insurer: Insurer) -> None:
    clinic, covered = insurer.clinic(), insurer.member()
    claim_id = decided(insurer, covered, clinic)
    schedule_payment(insurer.desk, insurer.by("saga"), PaymentOfClaim(claim_id))
    assert Decimal(str(reverse(insurer, claim_id)["to_recover"])) == 0
    payment = insurer.payment(claim_id)
    assert payment is not None
    assert payment.stage == "cancelled"
    sums_tie(insurer)


def test_a_payment_at_the_bank_must_arrive_first(insurer: Insurer) -> None:
    claim_id = decided(insurer, insurer.member(), insurer.clinic())
    instructed(insurer, claim_id)
    assert refusal(lambda: reverse(insurer, claim_id)) == "claim.payment_under_way"


def test_a_reversed_invoice_may_be_claimed_again_and_finds_the_whole_limit(
    insurer: Insurer,
) -> None:
    limit = Limit("annual limit", tzs(30_000), Scope.FAMILY, reason="ANNUAL_LIMIT")
    terms = replace(TERMS, limits=(limit,))
    version = VersionOfProduct("MSINGI", "Afya Msingi", YEAR.from_on, terms)
    publish_version(insurer.desk, insurer.by("admin"), version)
    clinic, covered = insurer.clinic(), insurer.member()
    first = decided(insurer, covered, clinic, invoice_no="INV-1")
    paid(insurer, first)

    def again() -> UUID:
        return decided(insurer, covered, clinic, invoice_no="INV-1")

    assert refusal(again) == "invoice.already_registered"
    reverse(insurer, first)
    assert insurer.claim(again()).payable == tzs(23_500)
    sums_tie(insurer)
