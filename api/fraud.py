"""Fraud over HTTP: scores, suspicions, investigations, findings, and what they brought.

A fraud check is that of a claim and has the claim's id.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel, Field

from api.answers import done
from api.documentation import listed, single
from api.envelope import Success, success
from api.fields import Asked, Day, Id, Name, OptionalWords, Sentence, Word
from api.parameters import SINCE, UNTIL
from api.readable import CLAIMS, FRAUD_CASES, FRAUD_EVIDENCE
from api.reads import Read, Reads
from api.roles import INVESTIGATE_FRAUD, REJECT_CLAIM
from api.routing import resource_router
from api.writing import Write, Writes
from commands import fraud_cases
from domain.fraud_case.events import Subject
from projections.fraud_figures import FIGURES, MOST_PROVIDERS, SCORED, as_report

router = resource_router("/api/v1", "Fraud Detection")

Investigates = Annotated[Write, Depends(Writes(INVESTIGATE_FRAUD))]
Confirms = Annotated[Write, Depends(Writes(REJECT_CLAIM))]
Cases = Annotated[Read, Depends(Reads(FRAUD_CASES))]
Reports = Annotated[Read, Depends(Reads(FRAUD_CASES, more=(SINCE, UNTIL)))]
OPEN = ["alerted", "investigated"]


class Noted(Asked):
    note: Sentence = ""


class Investigation(Noted):
    due_on: Day | None = Field(None, description="To be decided by; in thirty days if left out.")


class Evidence(Asked):
    kind: Name = Field(examples=["statement"])
    title: Name = Field(examples=["the clinic has no record of a visit"])
    reference: Word = Field("", description="A document or record, by its number.")


class Link(Asked):
    claim_id: UUID = Field(description="A claim that belongs to the same scheme.")


class Finding(Noted):
    """Every reason is kept; a finding without one is refused."""

    reasons: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    kinds: Annotated[tuple[Name, ...], Field(max_length=10)] = ()


class FlagAgainst(Asked):
    subject: Subject


class Passing(Asked):
    authority: Name = Field(examples=["TIRA"])
    reference: Name = Field(examples=["TIRA/F/2025/118"])


class FraudFigures(BaseModel):
    """Alerts, how many were right, and the money saved, as a whole and by provider."""

    currency: str
    scored: int
    alerts: int
    confirmed: int
    cleared: int
    hit_rate: str | None
    saved: str
    by_provider: list[dict[str, Any]]


@router.post("/claims/{claim_id}/fraud-check", **done())
async def request_fraud_check(
    claim_id: UUID, write: Investigates, body: OptionalWords = None
) -> Response:
    """Have a claim scored again, by the model that is in charge now, with what was known when it
    came in. The workers do it; the score is then in the claim's fraud check."""
    return await write(body, fraud_cases.request_check, fraud_cases.ClaimCheck(claim_id))


@router.get("/claims/{claim_id}/fraud-check", **single(CLAIMS))
async def show_fraud_check(
    claim_id: UUID, read: Annotated[Read, Depends(Reads(CLAIMS, INVESTIGATE_FRAUD))]
) -> Response:
    """A claim with its fraud score and the reasons for it."""
    return await read.one(claim_id)


@router.get("/fraud-checks/high-risk", **listed(FRAUD_CASES))
async def list_high_risk_claims(read: Cases) -> Response:
    """Suspicions that nobody has decided yet, with score and reasons, the highest score first."""
    return await read.that("t.stage = ANY ({0}::text[])", OPEN).page()


@router.get("/fraud-checks/investigations", **listed(FRAUD_CASES))
async def list_investigations(read: Cases) -> Response:
    """What is being looked into, by whom and until when."""
    return await read.only(stage="investigated").page()


@router.get("/fraud-checks/analytics", response_model=Success[FraudFigures])
async def show_fraud_analytics(read: Reports) -> Response:
    """Alerts, hit rate and money saved: as a whole, by provider, kind, judge and month."""
    return await _figures(read)


@router.get(
    "/claims/reports/fraud-metrics",
    tags=["Reporting & Analytics"],
    response_model=Success[FraudFigures],
)
async def report_fraud_metrics(read: Reports) -> Response:
    """The same, among the reports on claims."""
    return await _figures(read)


async def _figures(read: Read) -> Response:
    read.nothing_else()
    parts = read.parts
    said = {"since": read.said["since"], "until": read.said["until"]}
    asked = {
        **said,
        "tenant": parts.settings.tenant,
        "today": parts.desk.clock.today(),
        "most": MOST_PROVIDERS,
    }
    rows = await parts.reading.rows(FIGURES, asked)
    scored = await parts.reading.rows(SCORED, asked)
    return success(as_report(rows, scored[0][0], parts.settings.currency))


@router.get("/fraud-checks/{id}/evidence", **listed(FRAUD_EVIDENCE))
async def list_fraud_evidence(
    claim_id: Id, read: Annotated[Read, Depends(Reads(FRAUD_EVIDENCE))]
) -> Response:
    """What an investigation has gathered."""
    return await read.only(claim_id=claim_id).page()


@router.post("/fraud-checks/{id}/investigate", **done())
async def investigate_fraud(
    claim_id: Id, write: Investigates, body: Investigation | None = None
) -> Response:
    """Open an investigation; a claim that no score has suspected is suspected by hand with it."""
    asked = fraud_cases.Investigation(
        claim_id, body.due_on if body else None, body.note if body else ""
    )
    return await write(body, fraud_cases.investigate, asked)


@router.post("/fraud-checks/{id}/evidence", **done())
async def add_fraud_evidence(claim_id: Id, body: Evidence, write: Investigates) -> Response:
    """Add to what an investigation has gathered."""
    asked = fraud_cases.Evidence(claim_id, body.kind, body.title, body.reference)
    return await write(body, fraud_cases.add_evidence, asked)


@router.post("/fraud-checks/{id}/link", **done())
async def link_fraud_claim(claim_id: Id, body: Link, write: Investigates) -> Response:
    """Say that another claim belongs to the same scheme: a finding holds for both."""
    return await write(body, fraud_cases.link_claim, fraud_cases.Link(claim_id, body.claim_id))


@router.post("/fraud-checks/{id}/clear", **done())
async def clear_fraud_check(
    claim_id: Id, write: Investigates, body: Noted | None = None
) -> Response:
    """Nothing was found: a claim that waits for it goes on to adjudication."""
    asked = fraud_cases.Clearing(claim_id, body.note if body else "")
    return await write(body, fraud_cases.clear, asked)


@router.post("/fraud-checks/{id}/confirm-fraud", **done())
async def confirm_fraud(claim_id: Id, body: Finding, write: Confirms) -> Response:
    """Fraud was found, on evidence: the claim and those linked to it are denied together; what had
    been paid before is listed for recovery."""
    asked = fraud_cases.Finding(claim_id, body.reasons, body.kinds, body.note)
    return await write(body, fraud_cases.confirm, asked)


@router.post("/fraud-checks/{id}/flag", **done())
async def flag_fraud_subject(claim_id: Id, body: FlagAgainst, write: Confirms) -> Response:
    """Let a finding stand against the member or the provider: their claims are looked at closely
    from now on."""
    return await write(body, fraud_cases.flag, fraud_cases.Flag(claim_id, body.subject))


@router.post("/fraud-checks/{id}/report", **done())
async def report_fraud(claim_id: Id, body: Passing, write: Confirms) -> Response:
    """Note that a finding was passed to an authority, and its reference there."""
    asked = fraud_cases.Report(claim_id, body.authority, body.reference)
    return await write(body, fraud_cases.report, asked)
