"""Movements of money, one row each and never changed: what reports and triangles stand on.

What a report showed at a cut-off is the rows up to a log position, whenever it is asked. A
correction is a further movement.
"""

from datetime import date

from adapters.envelope import Recorded
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
from domain.money import Money
from domain.policy.events import PolicyIssued, PolicyRenewed, PremiumReceived
from projections.declaring import Projection
from projections.movement_rows import (
    MILESTONES,
    MOVEMENTS,
    REGISTER,
    RESERVES,
    MilestoneRow,
    Moved,
    MovementRow,
    RegisterRow,
    ReserveRow,
)
from projections.rows import Rows

__all__ = ["MILESTONES", "MOVEMENTS", "PROJECTION", "REGISTER", "RESERVES", "Moved"]


def billed(event: Recorded, fact: ClaimSubmitted | ClaimTakenOver, rows: Rows) -> None:
    own = isinstance(fact, ClaimSubmitted)
    claim = rows.add(
        RESERVES,
        ReserveRow(
            claim_id=event.stream_id,
            member_id=fact.member_id,
            policy_id=fact.policy_id,
            provider_id=fact.provider_id,
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
    milestone(event, "closed", fact.closed_on, rows)


def withdrawn(event: Recorded, fact: ClaimWithdrawn, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    reserve(event, claim, 0, event.meta.effective_on, rows)
    milestone(event, "withdrawn", event.meta.effective_on, rows)


def reversed_(event: Recorded, fact: ClaimReversed, rows: Rows) -> None:
    """Allowed is taken back; what was paid stands as a reserve below zero: it is to come back."""
    claim = rows.change(RESERVES, event.stream_id)
    move(event, claim, Moved.CLAIM_ALLOWED, -fact.allowed.minor, fact.reversed_on, rows)
    reserve(event, claim, -fact.to_recover.minor, fact.reversed_on, rows)
    milestone(event, "withdrawn", fact.reversed_on, rows)


def reserve(event: Recorded, claim: ReserveRow, to_minor: int, day: date, rows: Rows) -> None:
    """The reserve becomes this; what moves is the difference."""
    difference = to_minor - claim.reserve_minor
    claim.reserve_minor = to_minor
    if difference:
        move(event, claim, Moved.CLAIM_RESERVED, difference, day, rows, line=2)


def move(  # a movement has as many sides
    event: Recorded,
    claim: ReserveRow,
    kind: Moved,
    minor: int,
    day: date,
    rows: Rows,
    *,
    line: int = 1,
) -> None:
    rows.add(
        MOVEMENTS,
        MovementRow(
            event=event.position,
            line=line,
            stream_id=event.stream_id,
            kind=kind,
            effective_on=day,
            currency=claim.currency,
            minor=minor,
            member_id=claim.member_id,
            policy_id=claim.policy_id,
            provider_id=claim.provider_id,
            claim_id=claim.claim_id,
            service_on=claim.service_from,
        ),
    )


def milestone(event: Recorded, what: str, day: date, rows: Rows, detail: str = "") -> None:
    rows.add(MILESTONES, MilestoneRow(event.stream_id, event.position, what, day, detail))


def written(event: Recorded, fact: PolicyIssued | PolicyRenewed, rows: Rows) -> None:
    premium(event, Moved.PREMIUM_WRITTEN, fact.premium, fact.period.from_on, rows)


def received(event: Recorded, fact: PremiumReceived, rows: Rows) -> None:
    premium(event, Moved.PREMIUM_RECEIVED, fact.amount, fact.received_on, rows)


def premium(event: Recorded, kind: Moved, amount: Money, day: date, rows: Rows) -> None:
    rows.add(
        MOVEMENTS,
        MovementRow(
            event=event.position,
            line=1,
            stream_id=event.stream_id,
            kind=kind,
            effective_on=day,
            currency=amount.currency,
            minor=amount.minor,
            policy_id=event.stream_id,
        ),
    )


PROJECTION = Projection(
    name="movements",
    version=1,
    question="Which money moved, for whom, on which day, and when did we learn of it?",
    tables=(RESERVES, REGISTER, MILESTONES, MOVEMENTS),
    on={
        PolicyIssued: written,
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
    },
)
