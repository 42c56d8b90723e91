"""Claims whose life began in another system: taken over once, with their whole account.

Nothing is balanced silently: a claim that was paid above its charges keeps its credit balance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.claim.events import (
    BilledLine,
    ClaimBalanceTransferred,
    ClaimClosed,
    ClaimEvent,
    ClaimPaymentPosted,
    ClaimTakenOver,
)
from domain.claim.state import Claim, NotSubmitted, TakenOver
from domain.money import Money
from domain.refusals import RuleBroken, WrongStage

AccountEntry = ClaimPaymentPosted | ClaimBalanceTransferred


@dataclass(frozen=True, slots=True)
class TakeOverClaim:
    """The claim as the other system holds it; `billed` is the sum of its charges."""

    number: str
    member_id: UUID
    policy_id: UUID | None
    provider_id: UUID
    kind: str
    service_from: date
    service_until: date
    diagnoses: tuple[str, ...]
    lines: tuple[BilledLine, ...]
    billed: Money
    origin: str
    origin_id: str
    account: tuple[AccountEntry, ...] = ()
    closed_on: date | None = None
    practitioner_id: UUID | None = None


def take_over(claim: Claim, command: TakeOverClaim) -> Sequence[ClaimEvent]:
    """The claim, then what is new in its account: asked again, only what is missing."""
    in_one_currency(command)
    if isinstance(claim, NotSubmitted):
        first: list[ClaimEvent] = [_taken_over(command)]
        known: frozenset[str] = frozenset()
        closed = False
    elif isinstance(claim, TakenOver):
        first, known, closed = [], claim.posted, claim.closed
        if claim.billed != command.billed:
            raise RuleBroken(
                "claim.taken_over_differs",
                f"taken over with {claim.billed} billed, now {command.billed}",
            )
    else:
        raise WrongStage("claim.already_submitted", "this claim is in our own process")
    entries = [entry for entry in command.account if entry.origin_id not in known]
    closing = [ClaimClosed(command.closed_on)] if command.closed_on and not closed else []
    return [*first, *entries, *closing]


def in_one_currency(command: TakeOverClaim) -> None:
    amounts = [line.billed for line in command.lines] + [e.amount for e in command.account]
    for amount in amounts:
        if amount.currency != command.billed.currency:
            raise RuleBroken(
                "claim.currencies_mixed", f"{amount} beside {command.billed}", field="account"
            )


def _taken_over(command: TakeOverClaim) -> ClaimTakenOver:
    return ClaimTakenOver(
        number=command.number,
        member_id=command.member_id,
        policy_id=command.policy_id,
        provider_id=command.provider_id,
        kind=command.kind,
        service_from=command.service_from,
        service_until=command.service_until,
        diagnoses=command.diagnoses,
        lines=command.lines,
        billed=command.billed,
        origin=command.origin,
        origin_id=command.origin_id,
        practitioner_id=command.practitioner_id,
    )
