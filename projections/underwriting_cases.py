"""Underwriting cases: what was declared, how the risk was rated, who must decide."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.personal import Personal
from domain.underwriting.events import (
    CounterOfferAccepted,
    CounterOfferMade,
    RiskAssessed,
    UnderwritingApproved,
    UnderwritingCaseOpened,
    UnderwritingDeclined,
    UnderwritingReferred,
)
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class UnderwritingRow(Row):
    """`queue` is underwriter, senior_underwriter or applicant, empty once it is decided."""

    case_id: UUID
    number: Annotated[str, SEARCHED]
    stage: Annotated[str, SORTS]
    applicant_id: UUID
    currency: str
    sum_assured_minor: Annotated[int, AMOUNT]
    base_premium_minor: Annotated[int, AMOUNT]
    age: Annotated[int, SORTS]
    smoker: Annotated[bool, SHOWN, Personal("health")]
    bmi_tenths: Annotated[int, SHOWN, Personal("health")]
    conditions: Annotated[tuple[str, ...], SHOWN, Personal("health")]
    occupation: str
    opened_on: Annotated[date, SORTS]
    queue: Annotated[str, SORTS] = "underwriter"
    score: Annotated[int | None, SORTS] = None
    category: str = ""
    factors: Annotated[tuple[str, ...], SHOWN, Personal("health")] = ()
    recommended_loading_bps: int | None = None
    premium_minor: Annotated[int | None, AMOUNT] = None
    loading_bps: int | None = None
    exclusions: Annotated[tuple[str, ...], SHOWN, Personal("health")] = ()
    reasons: Annotated[tuple[str, ...], SHOWN, Personal("health")] = ()
    referred_because: Annotated[str, SHOWN] = ""
    decided_by: str = ""
    decided_on: Annotated[date | None, SORTS] = None


CASES = Table(
    UnderwritingRow,
    "underwriting_cases",
    ("case_id",),
    person="applicant_id",
    indexes=(
        Index(("number",)),
        Index(("applicant_id",)),
        Index(("queue", "created_at")),
        Index(("created_at", "case_id")),
    ),
)


def opened(event: Recorded, fact: UnderwritingCaseOpened, rows: Rows) -> None:
    declared = fact.declaration
    rows.add(
        CASES,
        UnderwritingRow(
            case_id=event.stream_id,
            number=fact.number,
            stage="open",
            applicant_id=fact.applicant_id,
            currency=fact.sum_assured.currency,
            sum_assured_minor=fact.sum_assured.minor,
            base_premium_minor=fact.base_premium.minor,
            age=declared.age,
            smoker=declared.smoker,
            bmi_tenths=declared.bmi_tenths,
            conditions=declared.conditions,
            occupation=declared.occupation,
            opened_on=event.meta.effective_on,
        ),
    )


def assessed(event: Recorded, fact: RiskAssessed, rows: Rows) -> None:
    case = rows.change(CASES, event.stream_id)
    case.stage, case.score, case.category = "assessed", fact.score, fact.category
    case.factors, case.recommended_loading_bps = fact.factors, fact.recommended_loading_bps


def referred(event: Recorded, fact: UnderwritingReferred, rows: Rows) -> None:
    case = rows.change(CASES, event.stream_id)
    case.stage, case.queue = "referred", "senior_underwriter"
    case.referred_because = fact.reason


def offered(event: Recorded, fact: CounterOfferMade, rows: Rows) -> None:
    case = rows.change(CASES, event.stream_id)
    case.stage, case.queue, case.decided_by = "offered", "applicant", fact.offered_by
    case.premium_minor, case.loading_bps = fact.premium.minor, fact.loading_bps
    case.exclusions = fact.exclusions


def approved(event: Recorded, fact: UnderwritingApproved, rows: Rows) -> None:
    case = decided(event, rows, "approved")
    case.premium_minor, case.loading_bps = fact.premium.minor, fact.loading_bps
    case.exclusions, case.decided_by = fact.exclusions, fact.approved_by


def offer_accepted(event: Recorded, fact: CounterOfferAccepted, rows: Rows) -> None:
    decided(event, rows, "approved")


def declined(event: Recorded, fact: UnderwritingDeclined, rows: Rows) -> None:
    case = decided(event, rows, "declined")
    case.reasons, case.decided_by = fact.reasons, event.meta.actor


def decided(event: Recorded, rows: Rows, stage: str) -> UnderwritingRow:
    case = rows.change(CASES, event.stream_id)
    case.stage, case.queue, case.decided_on = stage, "", event.meta.effective_on
    return case


PROJECTION = Projection(
    name="underwriting_cases",
    version=1,
    question="Which applications wait for whom, and how were the others decided?",
    tables=(CASES,),
    on={
        UnderwritingCaseOpened: opened,
        RiskAssessed: assessed,
        UnderwritingReferred: referred,
        CounterOfferMade: offered,
        UnderwritingApproved: approved,
        CounterOfferAccepted: offer_accepted,
        UnderwritingDeclined: declined,
    },
)
