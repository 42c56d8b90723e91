"""Movements of money, one row each and never changed: what reports and triangles stand on.

What a report showed at a cut-off is the rows up to a log position, whenever it is asked. A
correction is a further movement.
"""

from datetime import date

from adapters.envelope import Recorded
from domain.accumulator.events import BenefitRestored, BenefitUsed
from domain.adjudication.balances import LIFE
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimBalanceTransferred,
    ClaimClosed,
    ClaimDenied,
    ClaimPaid,
    ClaimPaymentPosted,
    ClaimReversed,
    ClaimSubmitted,
    ClaimTakenOver,
    ClaimWithdrawn,
)
from domain.payment.events import (
    PaymentCancelled,
    PaymentConfirmed,
    PaymentFailed,
    PaymentScheduled,
)
from domain.policy.events import PolicyIssued, PolicyRenewed, PremiumReceived
from projections.declaring import Projection
from projections.movement_rows import (
    MILESTONES,
    MOVEMENTS,
    PAID_FOR,
    PRODUCT_OF,
    REGISTER,
    RESERVES,
    Moved,
    PaidForRow,
    ProductOfRow,
    RegisterRow,
    ReserveRow,
)
from projections.movement_writing import milestone, move, premium, product_of, reserve, status
from projections.rows import Rows

__all__ = ["MILESTONES", "MOVEMENTS", "PROJECTION", "REGISTER", "RESERVES", "Moved"]


def billed(event: Recorded, fact: ClaimSubmitted | ClaimTakenOver, rows: Rows) -> None:
    own = isinstance(fact, ClaimSubmitted)
    claim = rows.add(
        RESERVES,
        ReserveRow(
            claim_id=event.stream_id,
            claim_no=event.position,
            member_id=fact.member_id,
            policy_id=fact.policy_id,
            provider_id=fact.provider_id,
            product_id=product_of(fact.policy_id, rows),
            kind=fact.kind,
            service_from=fact.service_from,
            currency=fact.billed.currency,
        ),
    )
    rows.add(
        REGISTER,
        RegisterRow(
            claim_id=event.stream_id,
            number=fact.number,
            member_id=fact.member_id,
            policy_id=fact.policy_id,
            provider_id=fact.provider_id,
            kind=fact.kind,
            visit_type=fact.visit_type if isinstance(fact, ClaimSubmitted) else "",
            service_from=fact.service_from,
            service_until=fact.service_until,
            diagnosis_group=fact.diagnoses[0][:3] if fact.diagnoses else "",
            advised_on=event.meta.effective_on,
            currency=fact.billed.currency,
            billed_minor=fact.billed.minor,
            taken_over=not own,
        ),
    )
    move(event, claim, Moved.CLAIM_BILLED, fact.billed.minor, event.meta.effective_on, rows)


def adjudicated(event: Recorded, fact: ClaimAdjudicated, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    day = event.meta.effective_on
    move(event, claim, Moved.CLAIM_ALLOWED, fact.determination.allowed.minor, day, rows)
    reserve(event, claim, fact.payable.minor, day, rows)
    milestone(event, "reserved", day, rows)


def denied(event: Recorded, fact: ClaimDenied, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    reserve(event, claim, 0, event.meta.effective_on, rows)
    status(event, claim, Moved.CLAIM_CLOSED, event.meta.effective_on, rows)
    milestone(event, "denied", event.meta.effective_on, rows, ";".join(fact.reasons))


def paid(event: Recorded, fact: ClaimPaid, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    move(event, claim, Moved.CLAIM_PAID, fact.amount.minor, fact.paid_on, rows)
    reserve(event, claim, claim.reserve_minor - fact.amount.minor, fact.paid_on, rows)
    milestone(event, "paid", fact.paid_on, rows)


def payment_posted(event: Recorded, fact: ClaimPaymentPosted, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    kind = Moved.PATIENT_PAID if fact.source == "patient" else Moved.CLAIM_PAID
    move(event, claim, kind, fact.amount.minor, fact.posted_on, rows)


def transferred(event: Recorded, fact: ClaimBalanceTransferred, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    move(event, claim, Moved.CLAIM_TRANSFERRED, fact.amount.minor, fact.posted_on, rows)


def closed(event: Recorded, fact: ClaimClosed, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    status(event, claim, Moved.CLAIM_CLOSED, fact.closed_on, rows)
    milestone(event, "closed", fact.closed_on, rows)


def withdrawn(event: Recorded, fact: ClaimWithdrawn, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    reserve(event, claim, 0, event.meta.effective_on, rows)
    status(event, claim, Moved.CLAIM_CLOSED, event.meta.effective_on, rows)
    milestone(event, "withdrawn", event.meta.effective_on, rows)


def reversed_(event: Recorded, fact: ClaimReversed, rows: Rows) -> None:
    """Allowed is taken back; what was paid stands as a reserve below zero: it is to come back.

    The claim is closed, not void: what was paid for it has left the house and stays in the sums.
    """
    claim = rows.change(RESERVES, event.stream_id)
    move(event, claim, Moved.CLAIM_ALLOWED, -fact.allowed.minor, fact.reversed_on, rows)
    reserve(event, claim, -fact.to_recover.minor, fact.reversed_on, rows)
    status(event, claim, Moved.CLAIM_CLOSED, fact.reversed_on, rows)
    milestone(event, "withdrawn", fact.reversed_on, rows)


def issued(event: Recorded, fact: PolicyIssued, rows: Rows) -> None:
    rows.add(PRODUCT_OF, ProductOfRow(event.stream_id, fact.product_id))
    written(event, fact, rows)


def written(event: Recorded, fact: PolicyIssued | PolicyRenewed, rows: Rows) -> None:
    premium(event, Moved.PREMIUM_WRITTEN, fact.premium, fact.period.from_on, rows)


def received(event: Recorded, fact: PremiumReceived, rows: Rows) -> None:
    premium(event, Moved.PREMIUM_RECEIVED, fact.amount, fact.received_on, rows)


def used(event: Recorded, fact: BenefitUsed | BenefitRestored, rows: Rows) -> None:
    """What the member's own limits of money hold of the claim; counts and families' totals move
    no money of their own."""
    claim = rows.find(RESERVES, fact.claim_id)
    if claim is None:
        return
    who = str(claim.member_id)
    minor = sum(
        entry.amount_minor
        for entry in fact.entries
        if entry.what == "paid" and entry.who == who and entry.year != LIFE
    )
    if minor:
        move(event, claim, Moved.BENEFIT_USED, minor, event.meta.effective_on, rows)


def scheduled(event: Recorded, fact: PaymentScheduled, rows: Rows) -> None:
    rows.add(
        PAID_FOR,
        PaidForRow(event.stream_id, fact.claim_id, fact.amount.currency, fact.amount.minor),
    )
    transfer(event, Moved.PAYMENT_SCHEDULED, event.meta.effective_on, rows)


def confirmed(event: Recorded, fact: PaymentConfirmed, rows: Rows) -> None:
    transfer(event, Moved.PAYMENT_CONFIRMED, fact.paid_on, rows)


def stopped(event: Recorded, _: PaymentFailed | PaymentCancelled, rows: Rows) -> None:
    transfer(event, Moved.PAYMENT_STOPPED, event.meta.effective_on, rows)


def transfer(event: Recorded, kind: Moved, day: date, rows: Rows) -> None:
    """The whole payment moves a step further; it has no parts."""
    paid_for = rows.find(PAID_FOR, event.stream_id)
    claim = None if paid_for is None else rows.find(RESERVES, paid_for.claim_id)
    if paid_for is not None and claim is not None:
        move(event, claim, kind, paid_for.amount_minor, day, rows)


PROJECTION = Projection(
    name="movements",
    version=2,
    question="Which money moved, for whom, on which day, and when did we learn of it?",
    tables=(PAID_FOR, PRODUCT_OF, RESERVES, REGISTER, MILESTONES, MOVEMENTS),
    on={
        PolicyIssued: issued,
        PolicyRenewed: written,
        PremiumReceived: received,
        ClaimSubmitted: billed,
        ClaimTakenOver: billed,
        ClaimAdjudicated: adjudicated,
        ClaimDenied: denied,
        ClaimPaid: paid,
        ClaimPaymentPosted: payment_posted,
        ClaimBalanceTransferred: transferred,
        ClaimClosed: closed,
        ClaimWithdrawn: withdrawn,
        ClaimReversed: reversed_,
        BenefitUsed: used,
        BenefitRestored: used,
        PaymentScheduled: scheduled,
        PaymentConfirmed: confirmed,
        PaymentFailed: stopped,
        PaymentCancelled: stopped,
    },
)
