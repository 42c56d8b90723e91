"""The claims desk over HTTP: correct, assign, suspend, ask, review, decide, take back."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, StringConstraints

from api.answers import done
from api.claims import MOST_LINES, Diagnosis, Line, Word30
from api.errors import NOT_PERMITTED, Problem
from api.fields import Asked, Body, Count, Day, Flag, Id, Name, OptionalWords, Sentence, Word
from api.money import Amount, Quantity
from api.roles import (
    APPROVE_CLAIM,
    ASSIGN_CLAIM,
    CHANGE_CLAIM,
    DELETE_CLAIM,
    INVESTIGATE_FRAUD,
    PREPARE_CLAIM,
    REJECT_CLAIM,
    REVIEW_CLAIM,
)
from api.routing import resource_router
from api.writing import Write, Writes
from commands import claims, claims_next, deciding_again, desk_work
from domain.claim.desk_events import ReviewedLine

router = resource_router("/api/v1", "Claim Management")

Changes = Annotated[Write, Depends(Writes(CHANGE_CLAIM))]
Approves = Annotated[Write, Depends(Writes(APPROVE_CLAIM))]
Prepares = Annotated[Write, Depends(Writes(PREPARE_CLAIM))]
Rejects = Annotated[Write, Depends(Writes(REJECT_CLAIM))]
Username = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._@-]{0,100}$")]


class Correction(Asked):
    """The claim as it should have been; what is left out stays as it is."""

    kind: Word30 | None = None
    visit_type: Word30 | None = None
    service_from: Day | None = None
    service_until: Day | None = None
    diagnoses: Annotated[tuple[Diagnosis, ...], Field(max_length=50)] | None = None
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MOST_LINES)] | None = None

    def asked(self, claim_id: UUID) -> deciding_again.Correction:
        lines = self.lines
        return deciding_again.Correction(
            claim_id,
            self.kind,
            self.visit_type,
            self.service_from,
            self.service_until,
            self.diagnoses,
            None if lines is None else tuple(li.as_billed(at) for at, li in enumerate(lines, 1)),
        )


@router.put("/claims/{id}", **done())
async def correct_claim(claim_id: Id, body: Correction, write: Changes) -> Response:
    """Put right what was asked for, before it is decided; afterwards it is replaced."""
    return await write(body, desk_work.correct_claim, body.asked(claim_id))


@router.post("/claims/{id}/replace", **done())
async def replace_claim(claim_id: Id, body: Correction, write: Approves) -> Response:
    """Put a decided claim right and decide it again at once; the difference is paid or recovered.

    It needs a reason and a manager. More than was approved waits for somebody else's approval.
    """
    return await write(body, deciding_again.replace_claim, body.asked(claim_id))


@router.post("/claims/{id}/void", **done())
async def void_claim(
    claim_id: Id, body: Asked, write: Annotated[Write, Depends(Writes(DELETE_CLAIM))]
) -> Response:
    """A claim that should never have been: withdrawn, or reversed where it was decided."""
    return await write(body, desk_work.void_claim, claims.ClaimStep(claim_id))


@router.post("/claims/{id}/reopen", **done())
async def reopen_claim(claim_id: Id, body: Asked, write: Approves) -> Response:
    """Set a denial aside: the claim is decided once more, from what holds now."""
    return await write(body, deciding_again.reopen_claim, claim_id)


class Recovery(Asked):
    """What came back of a claim that was paid too much; each receipt counts once."""

    amount: Amount
    reference: Name = Field(examples=["RCPT-2025-17"])
    how: Word = ""


@router.post("/claims/{id}/recoveries", **done())
async def recover_payment(claim_id: Id, body: Recovery, write: Approves) -> Response:
    """Book what the payee has given back."""
    recovery = desk_work.Recovery(claim_id, body.amount, body.reference, body.how)
    return await write(body, desk_work.recover_payment, recovery)


class Assignment(Asked):
    """Who looks after it; empty: nobody does any more."""

    assigned_to: Username = Field(examples=["neema"])


@router.post("/claims/{id}/assign", **done())
async def assign_claim(
    claim_id: Id, body: Assignment, write: Annotated[Write, Depends(Writes(ASSIGN_CLAIM))]
) -> Response:
    """Give a claim to somebody at the desk; the queue shows it under the name."""
    given = desk_work.Assignment(claim_id, body.assigned_to)
    return await write(body, desk_work.assign_claim, given)


class Suspension(Asked):
    reasons: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]


@router.post("/claims/{id}/suspend", **done())
async def suspend_claim(claim_id: Id, body: Suspension, write: Prepares) -> Response:
    """Stop a claim that is not approved yet, with every reason; an investigator goes on with it."""
    return await write(body, desk_work.suspend_claim, desk_work.Suspension(claim_id, body.reasons))


class AskedOf(StrEnum):
    PROVIDER = "provider"
    MEMBER = "member"


class Inquiry(Asked):
    """What is wanted, and of whom."""

    wanted: Sentence = Field(examples=["the referral letter"])
    asked_of: AskedOf = AskedOf.PROVIDER


async def _ask(claim_id: UUID, body: Inquiry, write: Write) -> Response:
    inquiry = desk_work.Inquiry(claim_id, body.wanted, body.asked_of)
    return await write(body, desk_work.request_information, inquiry)


@router.post("/claims/{id}/request-info", **done())
async def request_claim_info(claim_id: Id, body: Inquiry, write: Prepares) -> Response:
    """Ask for information; nothing is decided until it is there."""
    return await _ask(claim_id, body, write)


@router.post("/adjudications/{id}/request-info", tags=["Adjudication"], **done())
async def request_adjudication_info(claim_id: Id, body: Inquiry, write: Prepares) -> Response:
    """The same, as a step of a claim's adjudication."""
    return await _ask(claim_id, body, write)


class Answer(Asked):
    answer: Sentence = Field(examples=["the letter is attached"])


@router.post("/claims/{id}/information", **done())
async def answer_claim_info(claim_id: Id, body: Answer, write: Prepares) -> Response:
    """Book the answer to what was asked; the claim goes on from where it waited."""
    answered = desk_work.Answered(claim_id, body.answer)
    return await write(body, desk_work.receive_information, answered)


@router.post("/claims/{id}/submit", **done())
async def submit_again(claim_id: Id, write: Changes, body: Answer | None = None) -> Response:
    """Hand a claim in again with the answer that was asked for; one that is under way stays so."""
    answer = body.answer if body else ""
    return await write(body, claims_next.hand_in, desk_work.Answered(claim_id, answer))


@router.post("/claims/{id}/process", **done())
async def process_claim(claim_id: Id, write: Prepares, body: OptionalWords = None) -> Response:
    """Take the next step that needs nobody's judgement: adjudicate, put forward, or pay."""
    return await write(body, claims_next.process, claims.ClaimStep(claim_id))


@router.post("/claims/{claim_id}/auto-adjudicate", tags=["Adjudication"], **done())
async def auto_adjudicate_claim(
    claim_id: UUID, write: Prepares, body: OptionalWords = None
) -> Response:
    """Decide a scored claim by the rules; below the band it is approved at once."""
    return await write(body, claims.adjudicate_claim, claims.ClaimStep(claim_id))


class Said(Body):
    """What the reviewer says of one line; what is left out stays as billed."""

    line: Annotated[Count, Field(ge=1, le=MOST_LINES)]
    quantity: Quantity | None = None
    unit_price: Amount | None = None
    refused: Flag = False
    reason: Word = ""

    def as_reviewed(self) -> ReviewedLine:
        return ReviewedLine(self.line, self.quantity, self.unit_price, self.refused, self.reason)


class Review(Asked):
    lines: Annotated[tuple[Said, ...], Field(max_length=MOST_LINES)] = ()
    note: Sentence = ""


@router.post("/claims/{id}/review-request", **done())
async def request_claim_review(
    claim_id: Id, write: Prepares, body: OptionalWords = None
) -> Response:
    """Have a medical reviewer look at the claim before it goes on."""
    return await write(body, desk_work.request_review, desk_work.ToReview(claim_id))


@router.post("/claims/{id}/review", **done())
async def review_claim(
    claim_id: Id, body: Review, write: Annotated[Write, Depends(Writes(REVIEW_CLAIM))]
) -> Response:
    """A reviewer's quantities and prices, beside the billed ones; never by who entered it."""
    lines = tuple(said.as_reviewed() for said in body.lines)
    review = deciding_again.Review(claim_id, lines, body.note)
    return await write(body, deciding_again.review_claim, review)


@router.post("/claims/{id}/close", **done())
async def close_claim(claim_id: Id, write: Rejects, body: OptionalWords = None) -> Response:
    """Close a denied claim of which nothing more is expected."""
    return await write(body, desk_work.close_claim, claims.ClaimStep(claim_id))


class Verdict(StrEnum):
    APPROVE = "approve"
    DENY = "deny"


class Deciding(Asked):
    """A denial needs reasons; all of them are kept."""

    decision: Verdict
    reasons: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    note: Sentence = ""


@router.post("/adjudications/{id}/decide", tags=["Adjudication"], **done())
async def decide_adjudication(claim_id: Id, body: Deciding, write: Approves) -> Response:
    """Approve or deny an adjudicated claim; never by who entered or prepared it."""
    if body.decision is Verdict.APPROVE:
        return await write(body, claims.approve_claim, claims.ClaimStep(claim_id))
    denial = claims.Denial(claim_id, body.reasons, body.note)
    return await write(body, claims.deny_claim, denial)


class Status(StrEnum):
    APPROVED = "approved"
    DENIED = "denied"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    IN_REVIEW = "in_review"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class NewStatus(Asked):
    """The step by the name of where it leads; each needs its own permission."""

    status: Status
    reasons: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    note: Sentence = ""


_NEEDS = {
    Status.APPROVED: APPROVE_CLAIM,
    Status.DENIED: REJECT_CLAIM,
    Status.SUSPENDED: PREPARE_CLAIM,
    Status.RESUMED: INVESTIGATE_FRAUD,
    Status.IN_REVIEW: PREPARE_CLAIM,
    Status.CLOSED: REJECT_CLAIM,
    Status.WITHDRAWN: DELETE_CLAIM,
}


@router.patch("/claims/{id}/status", **done())
async def change_claim_status(claim_id: Id, body: NewStatus, write: Changes) -> Response:
    """Any of the steps above, named by where it leads."""
    needed = _NEEDS[body.status]
    if not write.caller.may(needed):
        raise Problem(NOT_PERMITTED, details={"permission": needed})
    use_case, request = _step(claim_id, body)
    return await write(body, use_case, request)


def _step(claim_id: UUID, body: NewStatus) -> tuple[Any, Any]:
    match body.status:
        case Status.APPROVED:
            return claims.approve_claim, claims.ClaimStep(claim_id)
        case Status.DENIED:
            return claims.deny_claim, claims.Denial(claim_id, body.reasons, body.note)
        case Status.SUSPENDED:
            return desk_work.suspend_claim, desk_work.Suspension(claim_id, body.reasons)
        case Status.RESUMED:
            return claims.clear_claim, claims.Note(claim_id, body.note)
        case Status.IN_REVIEW:
            return desk_work.request_review, desk_work.ToReview(claim_id)
        case Status.CLOSED:
            return desk_work.close_claim, claims.ClaimStep(claim_id)
        case Status.WITHDRAWN:
            return claims.withdraw_claim, claims.ClaimStep(claim_id)
