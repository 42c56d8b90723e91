"""What we allow for claims: submit, score, suspend, adjudicate, approve, deny, settle.

Claims of another system are taken over and accounted in `taking_over`; decided ones are taken
back in `reversing`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from domain.adjudication.determination import ClaimStatus, Determination, LineStatus
from domain.adjudication.routing import Route
from domain.claim.events import (
    BilledLine,
    ClaimAdjudicated,
    ClaimApproved,
    ClaimCleared,
    ClaimClosed,
    ClaimDenied,
    ClaimEvent,
    ClaimPaid,
    ClaimPrepared,
    ClaimScored,
    ClaimSubmitted,
    ClaimSuspended,
    ClaimWithdrawn,
    Payee,
)
from domain.claim.reversing import ReverseClaim, reverse
from domain.claim.state import Claim, NotSubmitted, Stage, Submitted, TakenOver
from domain.claim.taking_over import TakeOverClaim, take_over
from domain.money import Money, total
from domain.refusals import RuleBroken, WrongStage

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class SubmitClaim:
    number: str
    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: str
    invoice_no: str
    service_from: date
    service_until: date
    diagnoses: tuple[str, ...]
    lines: tuple[BilledLine, ...]
    payee: Payee
    submitted_on: date
    submitted_by: str
    visit_type: str = "ordinary"
    preauthorisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ScoreClaim:
    """`suspend_at` is the score from which a claim waits for an investigator."""

    score: Decimal
    model: str
    reasons: tuple[str, ...]
    evidence_position: int
    suspend_at: Decimal


@dataclass(frozen=True, slots=True)
class ClearClaim:
    note: str


@dataclass(frozen=True, slots=True)
class AdjudicateClaim:
    determination: Determination
    payable: Money
    route: Route
    product_id: UUID
    product_version: int
    tariff_no: int | None
    accumulator_version: int
    lifetime_version: int
    decided_on: date


@dataclass(frozen=True, slots=True)
class PrepareClaim:
    prepared_by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ApproveClaim:
    """`may_manage` tells that the approver has a manager's authority."""

    approver: str
    may_manage: bool


@dataclass(frozen=True, slots=True)
class DenyClaim:
    reasons: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SettleClaim:
    payment_id: UUID
    amount: Money
    paid_on: date


@dataclass(frozen=True, slots=True)
class WithdrawClaim:
    reason: str


ClaimCommand = (
    SubmitClaim
    | TakeOverClaim
    | ScoreClaim
    | ClearClaim
    | AdjudicateClaim
    | PrepareClaim
    | ApproveClaim
    | DenyClaim
    | SettleClaim
    | WithdrawClaim
    | ReverseClaim
)


def decide(claim: Claim, command: ClaimCommand) -> Sequence[ClaimEvent]:
    match command:
        case SubmitClaim():
            return submit(claim, command)
        case TakeOverClaim():
            return take_over(claim, command)
        case ScoreClaim():
            return score(submitted(claim), command)
        case ClearClaim():
            return clear(submitted(claim), command)
        case AdjudicateClaim():
            return adjudicate(submitted(claim), command)
        case PrepareClaim():
            return prepare(submitted(claim), command)
        case ApproveClaim():
            return approve(submitted(claim), command)
        case DenyClaim():
            return deny(submitted(claim), command)
        case SettleClaim():
            return settle(submitted(claim), command)
        case WithdrawClaim():
            return withdraw(submitted(claim), command)
        case ReverseClaim():
            return reverse(submitted(claim), command)
        case _:
            assert_never(command)


def submit(claim: Claim, command: SubmitClaim) -> Sequence[ClaimEvent]:
    if not isinstance(claim, NotSubmitted):
        raise WrongStage("claim.already_submitted", "this claim has been submitted before")
    dated_well(command)
    lines_are_sound(command.lines)
    return [
        ClaimSubmitted(
            number=command.number,
            member_id=command.member_id,
            policy_id=command.policy_id,
            provider_id=command.provider_id,
            kind=command.kind,
            invoice_no=command.invoice_no,
            service_from=command.service_from,
            service_until=command.service_until,
            diagnoses=command.diagnoses,
            lines=command.lines,
            billed=total((li.billed for li in command.lines), command.lines[0].billed.currency),
            payee=command.payee,
            submitted_by=command.submitted_by,
            submitted_on=command.submitted_on,
            visit_type=command.visit_type,
            preauthorisation_id=command.preauthorisation_id,
        )
    ]


def dated_well(command: SubmitClaim) -> None:
    if command.service_until < command.service_from:
        raise RuleBroken(
            "claim.service_ends_before_start",
            "the last day of service lies before the first",
            field="service_until",
        )
    if command.service_until > command.submitted_on:
        raise RuleBroken(
            "claim.service_in_future",
            f"service until {command.service_until}, claimed on {command.submitted_on}",
            field="service_until",
        )


def lines_are_sound(lines: tuple[BilledLine, ...]) -> None:
    if not 1 <= len(lines) <= MOST_LINES:
        raise RuleBroken(
            "claim.line_count", f"a claim has 1 to {MOST_LINES} lines, not {len(lines)}",
            field="lines",
        )  # fmt: skip
    twice = [n for n, count in Counter(li.line for li in lines).items() if count > 1]
    if twice:
        raise RuleBroken("claim.line_twice", f"line {twice[0]} comes twice", field="lines")
    for li in lines:
        if li.quantity <= 0:
            raise RuleBroken(
                "claim.quantity_not_positive", f"line {li.line}: quantity {li.quantity}",
                field=f"lines.{li.line}.quantity",
            )  # fmt: skip
        if li.billed.minor < 0:
            raise RuleBroken(
                "claim.billed_negative", f"line {li.line}: billed {li.billed}",
                field=f"lines.{li.line}.billed",
            )  # fmt: skip
        if li.billed.currency != lines[0].billed.currency:
            raise RuleBroken(
                "claim.currencies_mixed", f"line {li.line} is in {li.billed.currency}",
                field=f"lines.{li.line}.billed",
            )  # fmt: skip


def score(claim: Submitted, command: ScoreClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.SUBMITTED)
    suspends = command.score >= command.suspend_at
    scored = ClaimScored(
        command.score, command.model, command.reasons, command.evidence_position, suspends
    )
    return [scored, ClaimSuspended(command.reasons)] if suspends else [scored]


def clear(claim: Submitted, command: ClearClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.SUSPENDED)
    return [ClaimCleared(command.note)]


def adjudicate(claim: Submitted, command: AdjudicateClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.SCORED)
    if command.payable.currency != claim.billed.currency:
        raise RuleBroken(
            "claim.currency_differs",
            f"billed in {claim.billed.currency}, the terms are in {command.payable.currency}",
        )
    if command.payable > claim.billed:
        raise RuleBroken("claim.paid_above_billed", "the determination pays more than was billed")
    adjudicated = ClaimAdjudicated(
        command.determination,
        command.payable,
        command.route,
        command.product_id,
        command.product_version,
        command.tariff_no,
        command.accumulator_version,
        command.lifetime_version,
    )
    if all_refused(command.determination):
        return [adjudicated, ClaimDenied(command.determination.reasons)]
    if not command.payable:  # covered, but the member's own share takes it all
        return [adjudicated, ClaimClosed(command.decided_on)]
    if command.route is Route.AUTO_APPROVED:
        return [adjudicated, ClaimApproved(command.payable, command.route, "rules")]
    return [adjudicated]


def all_refused(determination: Determination) -> bool:
    """Whether the claim was refused whole, or every line of it."""
    return determination.status is ClaimStatus.REJECTED or all(
        line.status is LineStatus.REJECTED for line in determination.lines
    )


def prepare(claim: Submitted, command: PrepareClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.ADJUDICATED)
    return [ClaimPrepared(command.prepared_by, command.note)]


def approve(claim: Submitted, command: ApproveClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.ADJUDICATED)
    assert claim.payable is not None
    assert claim.route is not None
    if claim.route is Route.MANAGER_APPROVAL and not command.may_manage:
        raise RuleBroken("claim.needs_manager", f"{claim.payable} is for a manager to approve")
    if command.approver in claim.touched_by:
        raise RuleBroken("claim.same_person", "who entered or prepared a claim may not approve it")
    return [ClaimApproved(claim.payable, claim.route, command.approver)]


def deny(claim: Submitted, command: DenyClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.ADJUDICATED, Stage.SUSPENDED, Stage.SCORED)
    if not command.reasons:
        raise RuleBroken("claim.denied_without_reason", "say why", field="reasons")
    return [ClaimDenied(command.reasons, command.note)]


def settle(claim: Submitted, command: SettleClaim) -> Sequence[ClaimEvent]:
    if claim.stage in (Stage.PAID, Stage.CLOSED):
        return []
    at_stage(claim, Stage.APPROVED)
    if command.amount != claim.payable:
        raise RuleBroken("claim.paid_differs", f"approved {claim.payable}, paid {command.amount}")
    return [
        ClaimPaid(command.payment_id, command.amount, command.paid_on),
        ClaimClosed(command.paid_on),
    ]


def withdraw(claim: Submitted, command: WithdrawClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.SUBMITTED, Stage.SCORED, Stage.SUSPENDED)
    return [ClaimWithdrawn(command.reason)]


def at_stage(claim: Submitted, *stages: Stage) -> None:
    if claim.stage not in stages:
        wanted = " or ".join(stages)
        raise WrongStage(
            "claim.wrong_stage", f"the claim is {claim.stage}; this needs {wanted}",
            stage=str(claim.stage),
        )  # fmt: skip


def submitted(claim: Claim) -> Submitted:
    """The claim if it is one of ours; otherwise the refusal."""
    if isinstance(claim, Submitted):
        return claim
    if isinstance(claim, TakenOver):
        raise WrongStage("claim.taken_over", "this claim was decided in another system")
    raise WrongStage("claim.not_found", "there is no such claim", field="claim_id")
