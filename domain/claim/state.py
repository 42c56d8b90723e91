"""Where a claim stands, and what later decisions need to know of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.adjudication.determination import Determination
from domain.adjudication.routing import Route
from domain.changing import replace
from domain.claim.desk_events import (
    ClaimAssigned,
    ClaimInformationOverdue,
    ClaimInformationReceived,
    ClaimInformationRequested,
    ClaimRecovered,
    ClaimReviewed,
    ClaimReviewRequested,
    ReviewedLine,
)
from domain.claim.events import (
    BilledLine,
    ClaimAdjudicated,
    ClaimApproved,
    ClaimBalanceTransferred,
    ClaimCleared,
    ClaimClosed,
    ClaimCorrected,
    ClaimDenied,
    ClaimEvent,
    ClaimPaid,
    ClaimPaymentPosted,
    ClaimPrepared,
    ClaimReadjudicated,
    ClaimReopened,
    ClaimReversed,
    ClaimScored,
    ClaimSubmitted,
    ClaimSuspended,
    ClaimTakenOver,
    ClaimWithdrawn,
    Payee,
)
from domain.diagnoses import Diagnoses
from domain.money import Money
from domain.personal import PersonId


class Stage(StrEnum):
    SUBMITTED = "submitted"
    SCORED = "scored"
    SUSPENDED = "suspended"
    IN_REVIEW = "in_review"
    PENDED = "pended"
    ADJUDICATED = "adjudicated"
    APPROVED = "approved"
    DENIED = "denied"
    PAID = "paid"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class NotSubmitted:
    pass


@dataclass(frozen=True, slots=True)
class Submitted:
    """A claim in our own process.

    `touched_by` are the people who entered, corrected, reviewed or prepared it; none of them may
    approve it. `approvers` are those who ever did. A claim that waits for somebody (suspended, in
    review, pended) goes on at `goes_on_at`. `approved` is what was last approved, `paid` what the
    payee has had and not given back; `settled` and `recovered` name the payments and recoveries in
    it. `changes` are the cascades that went over it.
    """

    number: str
    member_id: PersonId
    policy_id: UUID
    provider_id: UUID
    kind: str
    visit_type: str
    service_from: date
    service_until: date
    diagnoses: Diagnoses
    lines: tuple[BilledLine, ...]
    billed: Money
    payee: Payee
    invoice_no: str
    submitted_on: date
    stage: Stage = Stage.SUBMITTED
    determination: Determination | None = None
    payable: Money | None = None
    route: Route | None = None
    touched_by: frozenset[str] = frozenset()
    paid: Money | None = None
    preauthorisation_id: UUID | None = None
    goes_on_at: Stage = Stage.SCORED
    reviews: tuple[ReviewedLine, ...] = ()
    reviewed: bool = False
    assigned_to: str = ""
    approved: Money | None = None
    settled: frozenset[UUID] = frozenset()
    recovered: frozenset[str] = frozenset()
    changes: frozenset[UUID] = frozenset()
    decided_again: bool = False
    approvers: frozenset[str] = frozenset()

    @property
    def paid_so_far(self) -> Money:
        """What the payee has had and not given back."""
        return self.paid or Money.zero(self.billed.currency)

    @property
    def waits(self) -> bool:
        """Whether it stands still until somebody answers, reviews or clears it."""
        return self.stage in (Stage.SUSPENDED, Stage.IN_REVIEW, Stage.PENDED)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A claim of another system: an account of charges, payments and transfers.

    `posted` holds the ids of the entries already taken over; a negative balance is a credit.
    """

    number: str
    member_id: PersonId
    billed: Money
    payments: Money
    transferred: Money
    posted: frozenset[str] = frozenset()
    closed: bool = False

    @property
    def balance(self) -> Money:
        """Charges less payments: above zero is owed by somebody, below zero was overpaid."""
        return self.billed - self.payments


Claim = NotSubmitted | Submitted | TakenOver


def evolve(claim: Claim, event: ClaimEvent) -> Claim:
    if isinstance(event, ClaimSubmitted):
        return submit(event)
    if isinstance(event, ClaimTakenOver):
        return take_over(event)
    if isinstance(claim, TakenOver):
        return account(claim, event)
    if isinstance(claim, NotSubmitted):
        return claim
    match event:
        case ClaimScored() | ClaimReopened():
            return replace(claim, stage=Stage.SCORED)
        case ClaimSuspended():
            return wait(claim, Stage.SUSPENDED)
        case ClaimInformationRequested():
            return wait(claim, Stage.PENDED)
        case ClaimReviewRequested():
            return wait(claim, Stage.IN_REVIEW)
        case ClaimCleared() | ClaimInformationReceived():
            return replace(claim, stage=claim.goes_on_at)
        case ClaimReviewed():
            return review(claim, event)
        case ClaimAssigned():
            return replace(claim, assigned_to=event.assigned_to)
        case ClaimCorrected():
            return correct(claim, event)
        case ClaimAdjudicated() | ClaimReadjudicated():
            return adjudicate(claim, event)
        case ClaimPrepared():
            return replace(claim, touched_by=claim.touched_by | {event.prepared_by})
        case ClaimApproved():
            return replace(
                claim,
                stage=Stage.APPROVED,
                approved=event.payable,
                approvers=claim.approvers | {event.approved_by},
            )
        case ClaimDenied():
            return replace(claim, stage=Stage.DENIED)
        case ClaimPaid():
            return pay(claim, event)
        case ClaimRecovered():
            return replace(
                claim,
                paid=claim.paid_so_far - event.amount,
                recovered=claim.recovered | {event.reference},
            )
        case ClaimClosed():
            return replace(claim, stage=Stage.CLOSED)
        case ClaimWithdrawn():
            return replace(claim, stage=Stage.WITHDRAWN)
        case ClaimReversed():
            return replace(claim, stage=Stage.REVERSED)
        case ClaimPaymentPosted() | ClaimBalanceTransferred() | ClaimInformationOverdue():
            return claim
        case _:
            assert_never(event)


def wait(claim: Submitted, stage: Stage) -> Submitted:
    """It waits; one that waits already goes on where it would have gone on before."""
    goes_on_at = claim.goes_on_at if claim.waits else _goes_on_at(claim.stage, stage)
    return replace(claim, stage=stage, goes_on_at=goes_on_at)


def _goes_on_at(stage: Stage, waits: Stage) -> Stage:
    """What was decided stays decided; an investigator who clears a claim spares it the score."""
    if stage is Stage.ADJUDICATED or (stage is Stage.SUBMITTED and waits is not Stage.SUSPENDED):
        return stage
    return Stage.SCORED


def review(claim: Submitted, event: ClaimReviewed) -> Submitted:
    return replace(
        claim,
        stage=claim.goes_on_at if claim.waits else claim.stage,
        reviews=event.lines,
        reviewed=True,
        touched_by=claim.touched_by | {event.reviewer},
    )


def correct(claim: Submitted, event: ClaimCorrected) -> Submitted:
    return replace(
        claim,
        kind=event.kind,
        visit_type=event.visit_type,
        service_from=event.service_from,
        service_until=event.service_until,
        diagnoses=event.diagnoses,
        lines=event.lines,
        billed=event.billed,
        reviews=(),
        touched_by=claim.touched_by | {event.corrected_by},
    )


def adjudicate(claim: Submitted, event: ClaimAdjudicated | ClaimReadjudicated) -> Submitted:
    again = isinstance(event, ClaimReadjudicated)
    change = event.change_id if isinstance(event, ClaimReadjudicated) else None
    return replace(
        claim,
        stage=Stage.ADJUDICATED,
        determination=event.determination,
        payable=event.payable,
        route=event.route,
        changes=claim.changes if change is None else claim.changes | {change},
        decided_again=claim.decided_again or again,
    )


def pay(claim: Submitted, event: ClaimPaid) -> Submitted:
    """Money that arrives after a claim was taken back or denied leaves it where it stands."""
    return replace(
        claim,
        stage=Stage.PAID if claim.stage is Stage.APPROVED else claim.stage,
        paid=claim.paid_so_far + event.amount,
        settled=claim.settled | {event.payment_id},
    )


def submit(event: ClaimSubmitted) -> Submitted:
    return Submitted(
        number=event.number,
        member_id=event.member_id,
        policy_id=event.policy_id,
        provider_id=event.provider_id,
        kind=event.kind,
        visit_type=event.visit_type,
        service_from=event.service_from,
        service_until=event.service_until,
        diagnoses=event.diagnoses,
        lines=event.lines,
        billed=event.billed,
        payee=event.payee,
        invoice_no=event.invoice_no,
        submitted_on=event.submitted_on,
        touched_by=frozenset({event.submitted_by}),
        preauthorisation_id=event.preauthorisation_id,
    )


def take_over(event: ClaimTakenOver) -> TakenOver:
    nothing = Money.zero(event.billed.currency)
    return TakenOver(event.number, event.member_id, event.billed, nothing, nothing)


def account(claim: TakenOver, event: ClaimEvent) -> TakenOver:
    match event:
        case ClaimPaymentPosted():
            return replace(
                claim,
                payments=claim.payments + event.amount,
                posted=claim.posted | {event.origin_id},
            )
        case ClaimBalanceTransferred():
            return replace(
                claim,
                transferred=claim.transferred + event.amount,
                posted=claim.posted | {event.origin_id},
            )
        case ClaimClosed():
            return replace(claim, closed=True)
        case _:
            return claim
