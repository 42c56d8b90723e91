"""What fraud rules compare a claim with: each claim once, as submitted, and the prices asked.

Rows are only added and carry the position of the claim's submission, so the question "what was
known at this position" is a filter.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.claim.events import ClaimSubmitted, ClaimTakenOver
from projections.declaring import AMOUNT, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class ClaimFactRow(Row):
    claim_id: UUID
    member_id: UUID
    provider_id: UUID
    policy_id: UUID | None
    service_from: Annotated[date, SORTS]
    submitted_on: Annotated[date, SORTS]
    currency: str
    billed_minor: Annotated[int, AMOUNT]
    codes: tuple[str, ...]


@dataclass(slots=True)
class PriceRow(Row):
    """What one unit of a service was billed at; `unit_minor` has the fraction that remains."""

    claim_id: UUID
    line: int
    code: str
    currency: str
    unit_minor: Decimal


FACTS = Table(
    ClaimFactRow,
    "claim_facts",
    ("claim_id",),
    indexes=(Index(("member_id", "service_from")),),
    added_only=True,
)
PRICES = Table(
    PriceRow,
    "claim_prices",
    ("claim_id", "line"),
    indexes=(Index(("code", "position")),),
    added_only=True,
)


def known(event: Recorded, fact: ClaimSubmitted | ClaimTakenOver, rows: Rows) -> None:
    submitted_on = (
        fact.submitted_on if isinstance(fact, ClaimSubmitted) else event.meta.effective_on
    )
    rows.add(
        FACTS,
        ClaimFactRow(
            claim_id=event.stream_id,
            member_id=fact.member_id,
            provider_id=fact.provider_id,
            policy_id=fact.policy_id,
            service_from=fact.service_from,
            submitted_on=submitted_on,
            currency=fact.billed.currency,
            billed_minor=fact.billed.minor,
            codes=tuple(sorted({line.code for line in fact.lines})),
        ),
    )
    for line in fact.lines:
        if line.quantity > 0:
            rows.add(
                PRICES,
                PriceRow(
                    claim_id=event.stream_id,
                    line=line.line,
                    code=line.code,
                    currency=line.billed.currency,
                    unit_minor=round(Decimal(line.billed.minor) / line.quantity, 6),
                ),
            )


PROJECTION = Projection(
    name="claim_facts",
    version=1,
    question="What was known of a member's claims and of usual prices at a log position?",
    tables=(FACTS, PRICES),
    on={ClaimSubmitted: known, ClaimTakenOver: known},
)
