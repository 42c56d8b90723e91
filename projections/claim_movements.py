"""Movements of a claim: billed, allowed, reserved, paid, corrected, closed and opened again."""

from adapters.envelope import Recorded
from domain.claim.desk_events import ClaimRecovered
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimBalanceTransferred,
    ClaimClosed,
    ClaimCorrected,
    ClaimDenied,
    ClaimPaid,
    ClaimPaymentPosted,
    ClaimReadjudicated,
    ClaimReopened,
    ClaimReversed,
    ClaimSubmitted,
    ClaimTakenOver,
    ClaimWithdrawn,
)
from domain.diagnoses import chapter
from projections.declaring import Handler
from projections.movement_rows import REGISTER, RESERVES, Moved, RegisterRow, ReserveRow
from projections.movement_writing import (
    STATUS,
    closes,
    milestone,
    move,
    opens_again,
    product_of,
    reserve,
)
from projections.rows import Rows


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
            diagnosis_group=chapter(fact.diagnoses[0]) if fact.diagnoses else "",
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
    reserve(event, claim, fact.payable.minor - claim.paid_minor, day, rows)
    milestone(event, "reserved", day, rows)


def corrected(event: Recorded, fact: ClaimCorrected, rows: Rows) -> None:
    """What was billed moves by the difference; another day of service moves the whole claim."""
    claim = rows.change(RESERVES, event.stream_id)
    day, difference = event.meta.effective_on, fact.billed.minor - fact.billed_was.minor
    redated = claim.service_from != fact.service_from
    claim.kind, claim.service_from = fact.kind, fact.service_from
    if difference:
        move(event, claim, Moved.CLAIM_BILLED, difference, day, rows)
    if redated:
        move(event, claim, Moved.CLAIM_REDATED, 0, day, rows, line=STATUS)


def readjudicated(event: Recorded, fact: ClaimReadjudicated, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    day = event.meta.effective_on
    difference = fact.determination.allowed.minor - fact.allowed_was.minor
    if difference:
        move(event, claim, Moved.CLAIM_ALLOWED, difference, day, rows)
    reserve(event, claim, fact.payable.minor - claim.paid_minor, day, rows)
    opens_again(event, claim, day, rows)
    milestone(event, "reserved", day, rows)


def reopened(event: Recorded, fact: ClaimReopened, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    day = event.meta.effective_on
    if fact.allowed_was.minor:
        move(event, claim, Moved.CLAIM_ALLOWED, -fact.allowed_was.minor, day, rows)
    opens_again(event, claim, day, rows)
    milestone(event, "reopened", day, rows)


def recovered(event: Recorded, fact: ClaimRecovered, rows: Rows) -> None:
    """Money that came back is a payment below zero; as much less is still to come."""
    claim = rows.change(RESERVES, event.stream_id)
    claim.paid_minor -= fact.amount.minor
    move(event, claim, Moved.CLAIM_PAID, -fact.amount.minor, fact.recovered_on, rows)
    reserve(event, claim, claim.reserve_minor + fact.amount.minor, fact.recovered_on, rows)


def denied(event: Recorded, fact: ClaimDenied, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    reserve(event, claim, -claim.paid_minor, event.meta.effective_on, rows)
    closes(event, claim, event.meta.effective_on, rows)
    milestone(event, "denied", event.meta.effective_on, rows, ";".join(fact.reasons))


def paid(event: Recorded, fact: ClaimPaid, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    claim.paid_minor += fact.amount.minor
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
    closes(event, claim, fact.closed_on, rows)
    milestone(event, "closed", fact.closed_on, rows)


def withdrawn(event: Recorded, fact: ClaimWithdrawn, rows: Rows) -> None:
    claim = rows.change(RESERVES, event.stream_id)
    reserve(event, claim, 0, event.meta.effective_on, rows)
    closes(event, claim, event.meta.effective_on, rows)
    milestone(event, "withdrawn", event.meta.effective_on, rows)


def reversed_(event: Recorded, fact: ClaimReversed, rows: Rows) -> None:
    """Allowed is taken back; what was paid stands as a reserve below zero: it is to come back.

    The claim is closed, not void: what was paid for it has left the house and stays in the sums.
    """
    claim = rows.change(RESERVES, event.stream_id)
    move(event, claim, Moved.CLAIM_ALLOWED, -fact.allowed.minor, fact.reversed_on, rows)
    reserve(event, claim, -fact.to_recover.minor, fact.reversed_on, rows)
    closes(event, claim, fact.reversed_on, rows)
    milestone(event, "withdrawn", fact.reversed_on, rows)


ON_CLAIMS: dict[type, Handler] = {
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
    ClaimCorrected: corrected,
    ClaimReadjudicated: readjudicated,
    ClaimReopened: reopened,
    ClaimRecovered: recovered,
}
