"""Where a claim stands, and what later decisions need to know of it."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.adjudication.determination import Determination
from domain.adjudication.routing import Route
from domain.claim.events import (
    BilledLine,
    ClaimAdjudicated,
    ClaimApproved,
    ClaimBalanceTransferred,
    ClaimCleared,
    ClaimClosed,
    ClaimDenied,
    ClaimEvent,
    ClaimPaid,
    ClaimPaymentPosted,
    ClaimPrepared,
    ClaimReversed,
    ClaimScored,
    ClaimSubmitted,
    ClaimSuspended,
    ClaimTakenOver,
    ClaimWithdrawn,
    Payee,
)
from domain.money import Money


class Stage(StrEnum):
    SUBMITTED = "submitted"
    SCORED = "scored"
    SUSPENDED = "suspended"
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
    """A claim in our own process. `stage` moves; what was billed never does.

    `touched_by` are the people who entered or prepared it; none of them may approve it.
    """

    number: str
    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: str
    visit_type: str
    service_from: date
    service_until: date
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


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A claim of another system: an account of charges, payments and transfers.

    `posted` holds the ids of the entries already taken over; a negative balance is a credit.
    """

    number: str
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
        case ClaimScored():
            return replace(claim, stage=Stage.SCORED)
        case ClaimSuspended():
            return replace(claim, stage=Stage.SUSPENDED)
        case ClaimCleared():
            return replace(claim, stage=Stage.SCORED)
        case ClaimAdjudicated():
            return replace(
                claim,
                stage=Stage.ADJUDICATED,
                determination=event.determination,
                payable=event.payable,
                route=event.route,
            )
        case ClaimPrepared():
            return replace(claim, touched_by=claim.touched_by | {event.prepared_by})
        case ClaimApproved():
            return replace(claim, stage=Stage.APPROVED)
        case ClaimDenied():
            return replace(claim, stage=Stage.DENIED)
        case ClaimPaid():
            return replace(claim, stage=Stage.PAID, paid=event.amount)
        case ClaimClosed():
            return replace(claim, stage=Stage.CLOSED)
        case ClaimWithdrawn():
            return replace(claim, stage=Stage.WITHDRAWN)
        case ClaimReversed():
            return replace(claim, stage=Stage.REVERSED)
        case ClaimPaymentPosted() | ClaimBalanceTransferred():
            return claim
        case _:
            assert_never(event)


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
        lines=event.lines,
        billed=event.billed,
        payee=event.payee,
        invoice_no=event.invoice_no,
        submitted_on=event.submitted_on,
        touched_by=frozenset({event.submitted_by}),
    )


def take_over(event: ClaimTakenOver) -> TakenOver:
    nothing = Money.zero(event.billed.currency)
    return TakenOver(event.number, event.billed, nothing, nothing)


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
