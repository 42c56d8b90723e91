"""What we allow for claims: submit, score, adjudicate, approve, deny, settle.

Beside it: what people at the desk do (`desk_work`), corrections (`correcting`), what comes after
a decision (`deciding_again`, `reversing`), and claims of another system (`taking_over`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from domain.adjudication.determination import Determination
from domain.adjudication.routing import Route
from domain.claim.correcting import CorrectClaim, correct
from domain.claim.deciding_again import (
    ReadjudicateClaim,
    ReopenClaim,
    all_refused,
    readjudicate,
    reopen,
)
from domain.claim.desk_events import ClaimReviewRequested
from domain.claim.desk_work import (
    UNDECIDED,
    AssignClaim,
    CloseClaim,
    NoteSilence,
    ReceiveInformation,
    RecoverPayment,
    RequestInformation,
    RequestReview,
    ReviewClaim,
    SuspendClaim,
    TakeReturn,
    assign,
    close,
    note_silence,
    receive_information,
    recover,
    request_information,
    request_review,
    review,
    suspend,
    take_return,
)
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimApproved,
    ClaimCleared,
    ClaimClosed,
    ClaimDenied,
    ClaimEvent,
    ClaimPaid,
    ClaimPrepared,
    ClaimScored,
    ClaimSuspended,
    ClaimWithdrawn,
)
from domain.claim.lines import MOST_LINES, lines_are_sound
from domain.claim.reversing import ReverseClaim, reverse
from domain.claim.stages import at_stage, submitted
from domain.claim.state import Claim, Stage, Submitted
from domain.claim.submitting import SubmitClaim, submit
from domain.claim.taking_over import TakeOverClaim, take_over
from domain.four_eyes import another_person
from domain.fraud.beside import Beside
from domain.money import Money
from domain.refusals import RuleBroken, WrongStage

__all__ = [
    "MOST_LINES",
    "SubmitClaim",
    "all_refused",
    "lines_are_sound",
    "submitted",
]  # and all below


@dataclass(frozen=True, slots=True)
class ScoreClaim:
    """`suspend_at` is the score from which a claim waits for an investigator; `review_because`
    says why a medical reviewer looks at it first, and is empty where nobody does. The last four
    are as in the event.
    """

    score: Decimal
    model: str
    reasons: tuple[str, ...]
    evidence_position: int
    suspend_at: Decimal
    review_because: str = ""
    words: tuple[str, ...] = ()
    features_hash: str = ""
    note: str = ""
    beside: tuple[Beside, ...] = ()


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
    """With `advice_follows` the claim is closed once its payee was told of the payment."""

    payment_id: UUID
    amount: Money
    paid_on: date
    advice_follows: bool = False


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
    | AssignClaim
    | SuspendClaim
    | RequestInformation
    | ReceiveInformation
    | RequestReview
    | ReviewClaim
    | CloseClaim
    | CorrectClaim
    | ReadjudicateClaim
    | ReopenClaim
    | RecoverPayment
    | TakeReturn
    | NoteSilence
)


def decide(claim: Claim, command: ClaimCommand) -> Sequence[ClaimEvent]:
    match command:
        case SubmitClaim():
            return submit(claim, command)
        case TakeOverClaim():
            return take_over(claim, command)
        case (
            AssignClaim()
            | SuspendClaim()
            | RequestInformation()
            | ReceiveInformation()
            | RequestReview()
            | ReviewClaim()
            | CloseClaim()
            | TakeReturn()
            | NoteSilence()
        ):
            return at_the_desk(submitted(claim), command)
        case CorrectClaim():
            return correct(submitted(claim), command)
        case ReadjudicateClaim():
            return readjudicate(submitted(claim), command)
        case ReopenClaim():
            return reopen(submitted(claim), command)
        case RecoverPayment():
            return recover(submitted(claim), command)
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


DeskCommand = (
    AssignClaim
    | SuspendClaim
    | RequestInformation
    | ReceiveInformation
    | RequestReview
    | ReviewClaim
    | CloseClaim
    | TakeReturn
    | NoteSilence
)


def at_the_desk(claim: Submitted, command: DeskCommand) -> Sequence[ClaimEvent]:
    match command:
        case AssignClaim():
            return assign(claim, command)
        case SuspendClaim():
            return suspend(claim, command)
        case RequestInformation():
            return request_information(claim, command)
        case ReceiveInformation():
            return receive_information(claim, command)
        case RequestReview():
            return request_review(claim, command)
        case ReviewClaim():
            return review(claim, command)
        case CloseClaim():
            return close(claim, command)
        case TakeReturn():
            return take_return(claim, command)
        case NoteSilence():
            return note_silence(claim, command)
        case _:
            assert_never(command)


def score(claim: Submitted, command: ScoreClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.SUBMITTED)
    suspends = command.score >= command.suspend_at
    to_review = bool(command.review_because) and not suspends
    scored = ClaimScored(
        command.score,
        command.model,
        command.reasons,
        command.evidence_position,
        suspends,
        to_review,
        command.words,
        command.features_hash,
        command.note,
        command.beside,
    )
    if suspends:
        return [scored, ClaimSuspended(command.reasons)]
    if to_review:
        return [scored, ClaimReviewRequested(command.review_because, "rules")]
    return [scored]


def clear(claim: Submitted, command: ClearClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.SUSPENDED)
    return [ClaimCleared(command.note, str(claim.goes_on_at))]


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
        reasons = command.determination.reasons
        return [adjudicated, ClaimDenied(reasons, to_recover=claim.paid_so_far or None)]
    if not command.payable:  # covered, but the member's own share takes it all
        return [adjudicated, ClaimClosed(command.decided_on)]
    if command.route is Route.AUTO_APPROVED:
        return [adjudicated, ClaimApproved(command.payable, command.route, "rules")]
    return [adjudicated]


def prepare(claim: Submitted, command: PrepareClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.ADJUDICATED)
    return [ClaimPrepared(command.prepared_by, command.note)]


def approve(claim: Submitted, command: ApproveClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.ADJUDICATED)
    assert claim.payable is not None
    assert claim.route is not None
    if claim.route is Route.MANAGER_APPROVAL and not command.may_manage:
        raise RuleBroken("claim.needs_manager", f"{claim.payable} is for a manager to approve")
    another_person(
        command.approver,
        claim.touched_by,
        "claim.same_person",
        "who entered or prepared a claim may not approve it",
    )
    return [ClaimApproved(claim.payable, claim.route, command.approver)]


def deny(claim: Submitted, command: DenyClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.ADJUDICATED, Stage.SUSPENDED, Stage.SCORED, Stage.IN_REVIEW, Stage.PENDED)
    if not command.reasons:
        raise RuleBroken("claim.denied_without_reason", "say why", field="reasons")
    return [ClaimDenied(command.reasons, command.note, claim.paid_so_far or None)]


# Where money may arrive: also late, for a claim that was taken back meanwhile.
PAYABLE = (Stage.APPROVED, Stage.PAID, Stage.CLOSED, Stage.DENIED, Stage.REVERSED)


def settle(claim: Submitted, command: SettleClaim) -> Sequence[ClaimEvent]:
    """Money has arrived; a claim that was decided again may be paid in several parts, and money
    that was on its way when it was taken back arrives all the same: then it is to be recovered.
    """
    if command.payment_id in claim.settled:
        return []
    if claim.stage is not Stage.ADJUDICATED or claim.approved is None:
        at_stage(claim, *PAYABLE)
    if claim.payable is None:
        raise WrongStage("claim.not_decided", "nothing was ever to be paid for this claim")
    first_and_only = claim.paid is None and claim.payable == claim.approved
    in_full = claim.stage is Stage.APPROVED and first_and_only and not claim.decided_again
    if command.amount.currency != claim.billed.currency or (
        in_full and command.amount != claim.payable
    ):
        raise RuleBroken("claim.paid_differs", f"approved {claim.payable}, paid {command.amount}")
    paid = ClaimPaid(command.payment_id, command.amount, command.paid_on, command.advice_follows)
    complete = claim.paid_so_far + command.amount >= claim.payable
    if claim.stage in (Stage.APPROVED, Stage.PAID) and complete and not command.advice_follows:
        return [paid, ClaimClosed(command.paid_on)]
    return [paid]


def withdraw(claim: Submitted, command: WithdrawClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, *UNDECIDED)
    if claim.determination is not None and claim.goes_on_at is Stage.ADJUDICATED:
        raise WrongStage(
            "claim.wrong_stage", "the claim is decided: deny or reverse it", stage=str(claim.stage)
        )
    return [ClaimWithdrawn(command.reason)]
