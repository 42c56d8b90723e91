"""What we allow once a claim is decided: put it right, decide it again, set a denial aside.

The accumulators give back and take in the same append (`commands/deciding_again.py`). What the
payee has had stays: the difference is paid after approval, or is to be recovered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.adjudication.determination import ClaimStatus, Determination, LineStatus
from domain.adjudication.routing import Route
from domain.claim.events import (
    Again,
    ClaimApproved,
    ClaimClosed,
    ClaimDenied,
    ClaimEvent,
    ClaimReadjudicated,
    ClaimReopened,
)
from domain.claim.stages import at_stage
from domain.claim.state import Stage, Submitted
from domain.money import Money
from domain.refusals import RuleBroken, WrongStage

DECIDED = (Stage.ADJUDICATED, Stage.APPROVED, Stage.PAID, Stage.CLOSED, Stage.DENIED)


@dataclass(frozen=True, slots=True)
class ReadjudicateClaim:
    """`route` is that of the new amount; `may_manage`: who decides has a manager's authority.

    `change_id` names the cascade that this is a part of; each cascade goes over a claim once.
    """

    determination: Determination
    payable: Money
    route: Route
    product_id: UUID
    product_version: int
    tariff_no: int | None
    accumulator_version: int
    lifetime_version: int
    why: Again
    decided_by: str
    decided_on: date
    may_manage: bool
    change_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReopenClaim:
    reason: str
    reopened_by: str
    may_manage: bool


def readjudicate(claim: Submitted, command: ReadjudicateClaim) -> Sequence[ClaimEvent]:
    """What was approved before stays approved up to its amount; more goes through the bands."""
    if command.change_id is not None and command.change_id in claim.changes:
        return []
    may_be_decided_again(claim, command.why, may_manage=command.may_manage)
    assert claim.determination is not None
    assert claim.payable is not None
    if command.payable.currency != claim.billed.currency:
        raise RuleBroken(
            "claim.currency_differs",
            f"billed in {claim.billed.currency}, the terms are in {command.payable.currency}",
        )
    if command.payable > claim.billed:
        raise RuleBroken("claim.paid_above_billed", "the determination pays more than was billed")
    nothing = Money.zero(claim.billed.currency)
    allowed, approved = standing_amounts(claim)
    again = ClaimReadjudicated(
        determination=command.determination,
        payable=command.payable,
        payable_was=nothing if claim.stage is Stage.DENIED else claim.payable,
        allowed_was=allowed,
        approved_was=approved,
        to_pay=max(command.payable - claim.paid_so_far, nothing),
        to_recover=max(claim.paid_so_far - command.payable, nothing),
        route=command.route,
        product_id=command.product_id,
        product_version=command.product_version,
        tariff_no=command.tariff_no,
        accumulator_version=command.accumulator_version,
        lifetime_version=command.lifetime_version,
        why=command.why,
        decided_by=command.decided_by,
        change_id=command.change_id,
    )
    return [again, *_what_follows(claim, command, approved)]


def _what_follows(
    claim: Submitted, command: ReadjudicateClaim, approved: Money
) -> Sequence[ClaimEvent]:
    if all_refused(command.determination):
        reasons = command.determination.reasons
        return [ClaimDenied(reasons, to_recover=claim.paid_so_far or None)]
    if not command.payable:
        return [ClaimClosed(command.decided_on)]
    covered_by_approval = bool(approved) and command.payable <= approved
    if not covered_by_approval and command.route is not Route.AUTO_APPROVED:
        return []
    # Nobody agrees anew: the rules let it pass, or see that as much was agreed to before.
    approval = ClaimApproved(command.payable, command.route, "rules")
    settled = claim.paid_so_far >= command.payable
    return [approval, ClaimClosed(command.decided_on)] if settled else [approval]


def may_be_decided_again(claim: Submitted, why: Again, *, may_manage: bool) -> None:
    """Raises WrongStage or RuleBroken where it may not; a claim that a person denied is reopened
    instead."""
    if claim.determination is None or claim.stage not in DECIDED:
        raise WrongStage(
            "claim.not_decided", f"the claim is {claim.stage}: there is no decision to take again",
            stage=str(claim.stage),
        )  # fmt: skip
    if claim.stage is Stage.DENIED and not all_refused(claim.determination):
        raise WrongStage("claim.denied_by_person", "a person denied it: reopen it instead")
    if why is not Again.REVIEWED and claim.stage is not Stage.ADJUDICATED and not may_manage:
        raise RuleBroken("claim.replacing_needs_manager", "it is for a manager to decide it again")


def standing_amounts(claim: Submitted) -> tuple[Money, Money]:
    """What stands as allowed and as approved of a claim; nothing of one that was denied."""
    nothing = Money.zero(claim.billed.currency)
    if claim.determination is None or claim.stage is Stage.DENIED:
        return nothing, nothing
    was_approved = claim.stage in (Stage.APPROVED, Stage.PAID, Stage.CLOSED)
    return claim.determination.allowed, (claim.approved or nothing) if was_approved else nothing


def reopen(claim: Submitted, command: ReopenClaim) -> Sequence[ClaimEvent]:
    """Set a denial aside: the claim is decided once more, from what holds now."""
    at_stage(claim, Stage.DENIED)
    if not command.reason.strip():
        raise RuleBroken("claim.reopened_without_reason", "say why", field="reason")
    if not command.may_manage:
        raise RuleBroken("claim.reopening_needs_manager", "it is for a manager to reopen a claim")
    nothing = Money.zero(claim.billed.currency)
    allowed = nothing if claim.determination is None else claim.determination.allowed
    return [ClaimReopened(command.reason, command.reopened_by, allowed)]


def all_refused(determination: Determination) -> bool:
    """Whether the claim was refused whole, or every line of it."""
    return determination.status is ClaimStatus.REJECTED or all(
        line.status is LineStatus.REJECTED for line in determination.lines
    )
