"""The rows and tables of claims: the claim, its lines, and the account of one taken over."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from domain.claim.desk_events import ClaimReviewed
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimCorrected,
    ClaimReadjudicated,
    ClaimSubmitted,
    ClaimTakenOver,
)
from domain.personal import Personal
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Row, Table


@dataclass(slots=True)
class ClaimRow(Row):
    """A claim. `member_pays_minor` is all that stays with the member; `balance_minor` what is
    still open; `credit_balance_minor` what was paid above the bill (it is never balanced here).
    """

    claim_id: UUID
    number: Annotated[str, SEARCHED]
    stage: Annotated[str, SORTS]
    member_id: UUID
    policy_id: UUID | None
    provider_id: UUID
    kind: str
    visit_type: str
    invoice_no: Annotated[str, SEARCHED]
    payee: str
    service_from: Annotated[date, SORTS]
    service_until: Annotated[date, SORTS]
    diagnoses: Annotated[tuple[str, ...], Personal("health")]
    line_count: int
    currency: str
    billed_minor: Annotated[int, AMOUNT]
    submitted_on: Annotated[date, SORTS]
    submitted_by: str
    taken_over: bool = False
    origin: str = ""
    origin_id: str = ""
    queue: str = ""
    route: str = ""
    allowed_minor: Annotated[int | None, AMOUNT] = None
    write_off_minor: Annotated[int | None, AMOUNT] = None
    balance_bill_minor: Annotated[int | None, AMOUNT] = None
    deductible_minor: Annotated[int | None, AMOUNT] = None
    copay_minor: Annotated[int | None, AMOUNT] = None
    coinsurance_minor: Annotated[int | None, AMOUNT] = None
    over_limit_minor: Annotated[int | None, AMOUNT] = None
    not_covered_minor: Annotated[int | None, AMOUNT] = None
    member_pays_minor: Annotated[int | None, AMOUNT] = None
    plan_pays_minor: Annotated[int | None, AMOUNT] = None
    payable_minor: Annotated[int | None, AMOUNT] = None
    paid_minor: Annotated[int, AMOUNT] = 0
    transferred_minor: Annotated[int, AMOUNT] = 0
    balance_minor: Annotated[int, AMOUNT] = 0
    credit_balance_minor: Annotated[int, AMOUNT] = 0
    product_id: UUID | None = None
    product_version: int | None = None
    tariff_no: int | None = None
    score: Annotated[Decimal | None, SORTS] = None
    score_model: str = ""
    score_reasons: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    prepared_by: str = ""
    decided_by: str = ""
    adjudicated_on: Annotated[date | None, SORTS] = None
    decided_on: Annotated[date | None, SORTS] = None
    paid_on: Annotated[date | None, SORTS] = None
    closed_on: Annotated[date | None, SORTS] = None
    payment_id: UUID | None = None
    practitioner_id: UUID | None = None
    assigned_to: str = ""
    review_reason: str = ""
    reviewed_by: str = ""
    recovered_minor: Annotated[int, AMOUNT] = 0
    times_decided: Annotated[int, SORTS] = 0
    decided_again_because: str = ""


@dataclass(slots=True)
class ClaimLineRow(Row):
    """A line as billed, as reviewed, and who bears what of it once it is adjudicated."""

    claim_id: UUID
    line: Annotated[int, SORTS]
    line_id: UUID
    code: str
    description: Annotated[str, SHOWN]
    category: str
    quantity: Decimal
    currency: str
    billed_minor: Annotated[int, AMOUNT]
    status: str = "billed"
    charge_minor: Annotated[int | None, AMOUNT] = None
    allowed_minor: Annotated[int | None, AMOUNT] = None
    write_off_minor: Annotated[int | None, AMOUNT] = None
    balance_bill_minor: Annotated[int | None, AMOUNT] = None
    deductible_minor: Annotated[int | None, AMOUNT] = None
    copay_minor: Annotated[int | None, AMOUNT] = None
    coinsurance_minor: Annotated[int | None, AMOUNT] = None
    over_limit_minor: Annotated[int | None, AMOUNT] = None
    not_covered_minor: Annotated[int | None, AMOUNT] = None
    plan_pays_minor: Annotated[int | None, AMOUNT] = None
    reasons: tuple[str, ...] = ()
    site: str = ""
    quantity_reviewed: Annotated[Decimal | None, SHOWN] = None
    unit_price_reviewed_minor: Annotated[int | None, AMOUNT] = None
    reviewed_out: bool = False
    review_reason: Annotated[str, SHOWN] = ""


@dataclass(slots=True)
class ClaimAccountRow(Row):
    """An entry in the account of a claim that was taken over: a payment or a transfer."""

    claim_id: UUID
    entry: Annotated[int, SORTS]
    kind: str
    line: int
    currency: str
    amount_minor: Annotated[int, AMOUNT]
    posted_on: Annotated[date, SORTS]
    source: str = ""
    method: str = ""
    to_party: str = ""
    origin_id: str = ""


CLAIMS = Table(
    ClaimRow,
    "claims",
    ("claim_id",),
    person="member_id",
    indexes=(
        Index(("number",)),
        Index(("created_at", "claim_id")),
        Index(("service_from", "claim_id")),
        Index(("member_id", "service_from")),
        Index(("provider_id", "service_from")),
        Index(("policy_id",)),
        Index(("stage", "created_at")),
        Index(("assigned_to", "created_at"), where="assigned_to <> ''"),
    ),
)
LINES = Table(
    ClaimLineRow,
    "claim_lines",
    ("claim_id", "line"),
    indexes=(Index(("line_id",)),),
    needed_for=(
        ClaimSubmitted,
        ClaimTakenOver,
        ClaimAdjudicated,
        ClaimCorrected,
        ClaimReviewed,
        ClaimReadjudicated,
    ),
)
ACCOUNT = Table(ClaimAccountRow, "claim_account", ("claim_id", "entry"), added_only=True)
