"""Underwriting over HTTP: open a case, see what waits, refer, approve, offer, decline."""

from enum import Enum
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done, made
from api.documentation import listed, single
from api.fields import Asked, Body, Code, Count, Flag, Id, Name, OptionalWords, Sentence
from api.history import HISTORY, TIMELINE, add_history
from api.money import Amount
from api.readable import CASES
from api.reads import Read, Reads
from api.roles import ADD_CASE, APPROVE_CASE, CHANGE_CASE, REJECT_CASE
from api.routing import resource_router
from api.writing import Write, Writes
from commands import underwriting
from domain.underwriting.decide import (
    MOST_LOADING_BPS,
    AcceptCounterOffer,
    ApproveCase,
    DeclineCase,
    MakeCounterOffer,
    ReferCase,
    UnderwritingCommand,
)
from domain.underwriting.events import Declaration, Occupation

PREFIX = "/api/v1/underwriting/cases"
router = resource_router(PREFIX, "Underwriting Case")

Approves = Annotated[Write, Depends(Writes(APPROVE_CASE))]
Changes = Annotated[Write, Depends(Writes(CHANGE_CASE))]
OfCase = Annotated[Read, Depends(Reads(CASES))]
OneCase = Annotated[Read, Depends(Reads(CASES, past=True))]
DECISIONS: list[str | Enum] = ["Decision Management"]


class Declared(Body):
    """What the applicant declares; `bmi_tenths` is the body mass index times ten."""

    age: Annotated[Count, Field(ge=0, le=130)]
    smoker: Flag
    bmi_tenths: Annotated[Count, Field(ge=50, le=1_500)]
    conditions: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    occupation: Occupation

    def declaration(self) -> Declaration:
        return Declaration(self.age, self.smoker, self.bmi_tenths, self.conditions, self.occupation)


class NewCase(Asked):
    applicant_id: UUID
    sum_assured: Amount
    base_premium: Amount
    declaration: Declared
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")

    def application(self) -> underwriting.Application:
        return underwriting.Application(
            self.applicant_id, self.sum_assured, self.base_premium,
            self.declaration.declaration(), self.id,
        )  # fmt: skip


class Terms(Asked):
    """`loading_bps` is the medical loading in basis points of the base premium."""

    loading_bps: Annotated[Count, Field(ge=0, le=MOST_LOADING_BPS)] = 0
    exclusions: Annotated[tuple[Code, ...], Field(max_length=50)] = ()


class Declining(Asked):
    reasons: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    note: Sentence = ""


@router.post("", **made())
async def open_case(
    body: NewCase, write: Annotated[Write, Depends(Writes(ADD_CASE, creates=PREFIX))]
) -> Response:
    """Open a case and assess its risk at once; a small low risk is approved by the rules."""
    return await write(body, underwriting.open_case, body.application())


@router.get("", **listed(CASES))
async def list_cases(read: OfCase) -> Response:
    """Cases, filtered, sorted, page by page."""
    return await read.page()


@router.get("/pending", **listed(CASES))
async def list_pending_cases(read: OfCase) -> Response:
    """Cases that somebody must still"""
    return await read.that("t.queue <> {0}", "").page()


@router.get("/my-queue", **listed(CASES))
async def list_my_cases(read: OfCase) -> Response:
    """Cases that wait for a decision by the caller's roles."""
    roles = read.caller.roles
    queues = ["underwriter", "senior_underwriter"] if "admin" in roles else sorted(roles)
    return await read.that("t.queue = ANY ({0}::text[])", queues).page()


@router.get("/{id}", **single(CASES))
async def show_case(case_id: Id, read: OneCase) -> Response:
    """One case, now or as known then."""
    return await read.shown(case_id)


@router.get("/{case_id}/decision", tags=DECISIONS, **single(CASES))
async def show_case_decision(case_id: UUID, read: OfCase) -> Response:
    """How a case was decided: its premium, loading, exclusions and by whom."""
    return await read.one(case_id)


async def _change(
    write: Write, asked: Asked | None, case_id: UUID, command: UnderwritingCommand
) -> Response:
    return await write(asked, underwriting.change_case, underwriting.CaseChange(case_id, command))


@router.post("/{id}/escalate", **done())
async def escalate_case(case_id: Id, write: Changes, body: OptionalWords = None) -> Response:
    """Refer a case to a senior underwriter."""
    return await _change(write, body, case_id, ReferCase(write.why(body)))


@router.post("/{case_id}/approve", tags=DECISIONS, **done())
async def approve_case(case_id: UUID, write: Approves, body: Terms | None = None) -> Response:
    """Approve on terms; a high risk needs a senior underwriter."""
    terms = body or Terms(reason="", effective_on=None)
    command = ApproveCase("", False, terms.loading_bps, terms.exclusions)
    return await _change(write, body, case_id, command)


@router.post("/{case_id}/counter-offer", tags=DECISIONS, **done())
async def offer_other_terms(case_id: UUID, body: Terms, write: Approves) -> Response:
    """Offer the applicant other terms."""
    command = MakeCounterOffer("", False, body.loading_bps, body.exclusions)
    return await _change(write, body, case_id, command)


@router.post("/{case_id}/accept-offer", tags=DECISIONS, **done())
async def accept_offer(case_id: UUID, write: Changes, body: OptionalWords = None) -> Response:
    """Record that the applicant took the offered terms."""
    return await _change(write, body, case_id, AcceptCounterOffer())


@router.post("/{case_id}/reject", tags=DECISIONS, **done())
async def reject_case(
    case_id: UUID, body: Declining, write: Annotated[Write, Depends(Writes(REJECT_CASE))]
) -> Response:
    """Decline the application, with every reason."""
    return await _change(write, body, case_id, DeclineCase(body.reasons, body.note))


add_history(router, CASES, HISTORY, TIMELINE)
