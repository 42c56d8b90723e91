"""Fraud cases as investigators and managers see them, and the findings that stand against people.

One row for each claim that was ever suspected. Flags are only added and carry the position of the
finding, so that a score sees those that stood when its claim came in.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.fraud_case.events import (
    FraudAlerted,
    FraudCheckRequested,
    FraudClaimLinked,
    FraudCleared,
    FraudConfirmed,
    FraudEvidenceAdded,
    FraudInvestigationOpened,
    FraudInvestigationOverdue,
    FraudReported,
    FraudRescored,
    FraudSubjectFlagged,
)
from domain.personal import HealthTexts, NoteText
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class FraudCaseRow(Row):
    """`saved_minor` is what rejected claims had asked for; `rejected` and `to_recover` count claims
    of the case. `words` say the reasons of the score that raised the alert."""

    claim_id: UUID
    number: Annotated[str, SEARCHED]
    stage: str
    member_id: UUID
    provider_id: UUID
    currency: str
    billed_minor: Annotated[int, AMOUNT]
    score: Annotated[Decimal, SORTS]
    model: str
    kind: str
    reasons: tuple[str, ...]
    words: HealthTexts
    suspended: bool
    raised_by: str
    alerted_on: Annotated[date, SORTS]
    investigator: str = ""
    due_on: Annotated[date | None, SORTS] = None
    evidence: int = 0
    linked: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    decided_by: str = ""
    decided_on: Annotated[date | None, SORTS] = None
    rejected: int = 0
    to_recover: int = 0
    saved_minor: Annotated[int, AMOUNT] = 0
    flagged: tuple[str, ...] = ()
    reported_to: str = ""


@dataclass(slots=True)
class EvidenceRow(Row):
    claim_id: UUID
    evidence: Annotated[int, SORTS]
    kind: str
    title: NoteText
    reference: str
    added_by: str


@dataclass(slots=True)
class FlagRow(Row):
    """A finding against a member or a provider."""

    subject_id: UUID
    claim_id: UUID
    subject: str
    words: Annotated[str, SHOWN]
    flagged_by: str


def _claim(event: Recorded, _: Rows) -> tuple[UUID]:
    return (event.fact.claim_id,)


CASES = Table(
    FraudCaseRow,
    "fraud_cases",
    ("claim_id",),
    person="member_id",
    parents=_claim,
    needed_for=(
        FraudAlerted,
        FraudInvestigationOpened,
        FraudEvidenceAdded,
        FraudClaimLinked,
        FraudCleared,
        FraudConfirmed,
        FraudSubjectFlagged,
        FraudReported,
        FraudRescored,
        FraudCheckRequested,
    ),
    indexes=(
        Index(("stage", "alerted_on")),
        Index(("provider_id",)),
        Index(("member_id",)),
    ),
)
EVIDENCE = Table(
    EvidenceRow,
    "fraud_evidence",
    ("claim_id", "evidence"),
    added_only=True,
    person="fraud_cases.member_id",
)
FLAGS = Table(FlagRow, "fraud_flags", ("subject_id", "claim_id"), added_only=True)


def alerted(event: Recorded, fact: FraudAlerted, rows: Rows) -> None:
    before = rows.find(CASES, fact.claim_id)
    rows.add(
        CASES,
        FraudCaseRow(
            claim_id=fact.claim_id,
            number=fact.number,
            stage="alerted",
            member_id=fact.member_id,
            provider_id=fact.provider_id,
            currency=fact.billed.currency,
            billed_minor=fact.billed.minor,
            score=fact.score,
            model=fact.model,
            kind=fact.kind,
            reasons=fact.reasons,
            words=fact.words,
            suspended=fact.suspended,
            raised_by=fact.raised_by,
            alerted_on=event.meta.effective_on,
            evidence=before.evidence if before else 0,
            linked=before.linked if before else (),
        ),
    )


def investigated(event: Recorded, fact: FraudInvestigationOpened, rows: Rows) -> None:
    case = rows.change(CASES, fact.claim_id)
    case.stage, case.investigator, case.due_on = "investigated", fact.investigator, fact.due_on


def evidence_added(event: Recorded, fact: FraudEvidenceAdded, rows: Rows) -> None:
    rows.change(CASES, fact.claim_id).evidence = fact.evidence
    rows.add(
        EVIDENCE,
        EvidenceRow(
            claim_id=fact.claim_id,
            evidence=fact.evidence,
            kind=fact.kind,
            title=fact.title,
            reference=fact.reference,
            added_by=fact.added_by,
        ),
    )


def linked(event: Recorded, fact: FraudClaimLinked, rows: Rows) -> None:
    case = rows.change(CASES, fact.claim_id)
    case.linked = (*case.linked, fact.number)


def cleared(event: Recorded, fact: FraudCleared, rows: Rows) -> None:
    case = rows.change(CASES, fact.claim_id)
    case.stage, case.decided_by = "cleared", fact.cleared_by
    case.decided_on = event.meta.effective_on


def confirmed(event: Recorded, fact: FraudConfirmed, rows: Rows) -> None:
    case = rows.change(CASES, fact.claim_id)
    case.stage, case.decided_by = "confirmed", fact.confirmed_by
    case.decided_on, case.found = event.meta.effective_on, (*fact.kinds, *fact.reasons)
    case.rejected, case.to_recover = len(fact.rejected), len(fact.to_recover)
    case.saved_minor = fact.saved.minor


def flagged(event: Recorded, fact: FraudSubjectFlagged, rows: Rows) -> None:
    case = rows.change(CASES, fact.claim_id)
    case.flagged = (*case.flagged, str(fact.subject))
    rows.add(
        FLAGS,
        FlagRow(
            subject_id=fact.subject_id,
            claim_id=fact.claim_id,
            subject=str(fact.subject),
            words=fact.words,
            flagged_by=fact.flagged_by,
        ),
    )


def reported(event: Recorded, fact: FraudReported, rows: Rows) -> None:
    rows.change(CASES, fact.claim_id).reported_to = fact.authority


def asked_again(event: Recorded, fact: FraudCheckRequested, rows: Rows) -> None:
    """Nothing is known before the new score is there."""
    case = rows.find(CASES, fact.claim_id)
    if case is not None:
        rows.touch(CASES, case)


def overdue(event: Recorded, fact: FraudInvestigationOverdue, rows: Rows) -> None:
    """The case stays with its investigator; its row tells the new version."""
    rows.change(CASES, fact.claim_id)


def rescored(event: Recorded, fact: FraudRescored, rows: Rows) -> None:
    """A case that stands shows the latest score; who is not suspected has no case."""
    if rows.find(CASES, fact.claim_id) is None:
        return
    case = rows.change(CASES, fact.claim_id)
    case.score, case.model = fact.score, fact.model
    case.reasons, case.words = fact.reasons, fact.words


PROJECTION = Projection(
    name="fraud_cases",
    version=1,
    question="Which claims are suspected, who looks into them, and what was found and saved?",
    tables=(CASES, EVIDENCE, FLAGS),
    on={
        FraudAlerted: alerted,
        FraudInvestigationOpened: investigated,
        FraudInvestigationOverdue: overdue,
        FraudEvidenceAdded: evidence_added,
        FraudClaimLinked: linked,
        FraudCleared: cleared,
        FraudConfirmed: confirmed,
        FraudSubjectFlagged: flagged,
        FraudReported: reported,
        FraudCheckRequested: asked_again,
        FraudRescored: rescored,
    },
)
