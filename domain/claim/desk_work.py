"""What we allow people at the claims desk: assign, suspend, ask, review, close, book recoveries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

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
from domain.claim.events import ClaimClosed, ClaimEvent, ClaimSuspended
from domain.claim.stages import at_stage
from domain.claim.state import Stage, Submitted
from domain.money import Money
from domain.refusals import RuleBroken, WrongStage

OPEN = (
    Stage.SUBMITTED, Stage.SCORED, Stage.SUSPENDED, Stage.IN_REVIEW, Stage.PENDED,
    Stage.ADJUDICATED,
)  # fmt: skip
UNDECIDED = (Stage.SUBMITTED, Stage.SCORED, Stage.SUSPENDED, Stage.IN_REVIEW, Stage.PENDED)


@dataclass(frozen=True, slots=True)
class AssignClaim:
    """Empty `assigned_to` takes the claim from whoever had it."""

    assigned_to: str
    assigned_by: str


@dataclass(frozen=True, slots=True)
class SuspendClaim:
    reasons: tuple[str, ...]
    suspended_by: str


@dataclass(frozen=True, slots=True)
class RequestInformation:
    wanted: str
    asked_of: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class ReceiveInformation:
    answer: str
    received_by: str


@dataclass(frozen=True, slots=True)
class NoteSilence:
    """Nobody has answered what was asked of `asked_of` by `due_on`."""

    asked_of: str
    due_on: date


@dataclass(frozen=True, slots=True)
class RequestReview:
    reason: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class ReviewClaim:
    lines: tuple[ReviewedLine, ...]
    reviewer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CloseClaim:
    closed_on: date


@dataclass(frozen=True, slots=True)
class RecoverPayment:
    amount: Money
    reference: str
    recovered_on: date
    how: str = ""


@dataclass(frozen=True, slots=True)
class TakeReturn:
    """A payment that the claim has booked came back from the bank."""

    payment_id: UUID
    number: str
    amount: Money
    returned_on: date


def assign(claim: Submitted, command: AssignClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, *OPEN, Stage.APPROVED, Stage.DENIED)
    if claim.assigned_to == command.assigned_to:
        return []
    return [ClaimAssigned(command.assigned_to, command.assigned_by)]


def suspend(claim: Submitted, command: SuspendClaim) -> Sequence[ClaimEvent]:
    at_stage(claim, *(stage for stage in OPEN if stage is not Stage.SUSPENDED))
    if not command.reasons:
        raise RuleBroken("claim.suspended_without_reason", "say why", field="reasons")
    return [ClaimSuspended(command.reasons, command.suspended_by)]


def request_information(claim: Submitted, command: RequestInformation) -> Sequence[ClaimEvent]:
    at_stage(claim, *OPEN)
    if not command.wanted.strip():
        raise RuleBroken("claim.nothing_asked", "say what is wanted", field="wanted")
    return [ClaimInformationRequested(command.wanted, command.asked_of, command.requested_by)]


def receive_information(claim: Submitted, command: ReceiveInformation) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.PENDED)
    if not command.answer.strip():
        raise RuleBroken("claim.nothing_answered", "say what the answer is", field="answer")
    return [ClaimInformationReceived(command.answer, command.received_by, str(claim.goes_on_at))]


def request_review(claim: Submitted, command: RequestReview) -> Sequence[ClaimEvent]:
    at_stage(claim, Stage.SUBMITTED, Stage.SCORED, Stage.SUSPENDED, Stage.ADJUDICATED)
    return [ClaimReviewRequested(command.reason, command.requested_by)]


def review(claim: Submitted, command: ReviewClaim) -> Sequence[ClaimEvent]:
    """A reviewer lowers what was asked, never raises it; who entered a claim does not review it."""
    at_stage(claim, Stage.IN_REVIEW, Stage.ADJUDICATED)
    if command.reviewer in claim.touched_by:
        raise RuleBroken("claim.same_reviewer", "who entered a claim does not review it")
    _each_line_once(command.lines)
    by_number = {line.line: line for line in claim.lines}
    for said in command.lines:
        at = f"lines.{said.line}"
        billed = by_number.get(said.line)
        if billed is None:
            raise RuleBroken("claim.no_such_line", f"there is no line {said.line}", field=at)
        _quantity_is_sound(said, billed.quantity, at)
        _price_is_sound(said, billed.billed, billed.quantity, at)
        if said.refused and not said.reason:
            raise RuleBroken("claim.line_refused_without_reason", "say why", field=f"{at}.reason")
    goes_on_at = str(claim.goes_on_at if claim.waits else claim.stage)
    return [ClaimReviewed(command.lines, command.reviewer, goes_on_at, command.note)]


def _each_line_once(lines: Sequence[ReviewedLine]) -> None:
    twice = [n for n, count in Counter(said.line for said in lines).items() if count > 1]
    if twice:
        raise RuleBroken("claim.line_twice", f"line {twice[0]} comes twice", field="lines")


def _quantity_is_sound(said: ReviewedLine, billed: Decimal, at: str) -> None:
    if said.quantity is not None and not 0 < said.quantity <= billed:
        raise RuleBroken(
            "claim.reviewed_quantity",
            f"line {said.line}: {said.quantity} accepted of {billed} billed; to accept none of it, "
            "refuse the line",
            field=f"{at}.quantity",
        )


def _price_is_sound(said: ReviewedLine, billed: Money, quantity: Decimal, at: str) -> None:
    if said.unit_price is None:
        return
    field = f"{at}.unit_price"
    if said.unit_price.currency != billed.currency:
        raise RuleBroken(
            "claim.currencies_mixed", f"line {said.line} is in {billed.currency}", field=field
        )
    if said.unit_price.minor < 0 or said.unit_price.minor * quantity > billed.minor:
        raise RuleBroken(
            "claim.reviewed_price",
            f"line {said.line}: {said.unit_price} a unit is more than was billed, or below zero",
            field=field,
        )


def close(claim: Submitted, command: CloseClaim) -> Sequence[ClaimEvent]:
    """A denied claim is closed when nothing more is expected of it, a paid one when all is paid."""
    if not paid_in_full(claim):
        at_stage(claim, Stage.DENIED)
    return [ClaimClosed(command.closed_on)]


def paid_in_full(claim: Submitted) -> bool:
    """Whether the payee has had all of it and the claim is still open."""
    if claim.stage is not Stage.PAID or claim.payable is None:
        return False
    return claim.paid_so_far >= claim.payable


def recover(claim: Submitted, command: RecoverPayment) -> Sequence[ClaimEvent]:
    """Money came back; never more than had been paid above what is payable."""
    if command.reference in claim.recovered:
        return []
    if not command.reference.strip():
        raise RuleBroken("claim.recovered_without_reference", "name the receipt", field="reference")
    if command.amount.minor <= 0:
        raise RuleBroken("claim.nothing_recovered", "an amount above zero", field="amount")
    open_minor = to_recover(claim).minor
    if command.amount.currency != claim.billed.currency or command.amount.minor > open_minor:
        raise RuleBroken(
            "claim.recovered_too_much",
            f"{command.amount} came back, {to_recover(claim)} are to be recovered",
            field="amount",
        )
    return [ClaimRecovered(command.amount, command.reference, command.recovered_on, command.how)]


def take_return(claim: Submitted, command: TakeReturn) -> Sequence[ClaimEvent]:
    """What the payee never got is paid no longer; each payment comes back once."""
    reference = f"RETURNED {command.number}"
    if reference in claim.recovered:
        return []
    if command.payment_id not in claim.settled:
        raise WrongStage("claim.never_paid", "the claim was not paid by this payment")
    how = "returned by the bank"
    return [ClaimRecovered(command.amount, reference, command.returned_on, how)]


def note_silence(claim: Submitted, command: NoteSilence) -> Sequence[ClaimEvent]:
    """Only while the claim waits for an answer."""
    at_stage(claim, Stage.PENDED)
    return [ClaimInformationOverdue(command.asked_of, command.due_on)]


def to_recover(claim: Submitted) -> Money:
    """What the payee has had above what is payable."""
    nothing = Money.zero(claim.billed.currency)
    taken_back = claim.stage in (Stage.REVERSED, Stage.DENIED)
    payable = nothing if taken_back or claim.payable is None else claim.payable
    return max(claim.paid_so_far - payable, nothing)
