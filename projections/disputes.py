"""Disputes: who does not accept how which claim was decided, and what came of it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.dispute.events import (
    DisputeAmended,
    DisputeAppealed,
    DisputeDecided,
    DisputeOpened,
    DisputeWithdrawn,
)
from domain.personal import Personal
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class DisputeRow(Row):
    """`claimed_minor` is what is wanted, None where no amount was named."""

    dispute_id: UUID
    number: Annotated[str, SEARCHED]
    stage: Annotated[str, SORTS]
    claim_id: UUID
    claim_number: Annotated[str, SEARCHED]
    member_id: UUID
    lines: tuple[str, ...]
    grounds: Annotated[str, SHOWN, Personal("health")]
    currency: str
    opened_by: str
    opened_on: Annotated[date, SORTS]
    claimed_minor: Annotated[int | None, AMOUNT] = None
    outcome: str = ""
    why: Annotated[str, SHOWN, Personal("health")] = ""
    decided_by: str = ""
    decided_on: Annotated[date | None, SORTS] = None
    appealed: bool = False


DISPUTES = Table(
    DisputeRow,
    "disputes",
    ("dispute_id",),
    person="member_id",
    indexes=(
        Index(("number",)),
        Index(("claim_id",)),
        Index(("member_id", "created_at")),
        Index(("stage", "created_at")),
        Index(("created_at", "dispute_id")),
    ),
)


def opened(event: Recorded, fact: DisputeOpened, rows: Rows) -> None:
    rows.add(
        DISPUTES,
        DisputeRow(
            dispute_id=event.stream_id,
            number=fact.number,
            stage="open",
            claim_id=fact.claim_id,
            claim_number=fact.claim_number,
            member_id=fact.member_id,
            lines=tuple(map(str, fact.lines)),
            grounds=fact.grounds,
            currency=fact.claimed.currency if fact.claimed else "",
            opened_by=fact.opened_by,
            opened_on=event.meta.effective_on,
            claimed_minor=fact.claimed.minor if fact.claimed else None,
        ),
    )


def amended(event: Recorded, fact: DisputeAmended, rows: Rows) -> None:
    dispute = rows.change(DISPUTES, event.stream_id)
    dispute.grounds = fact.grounds
    if fact.claimed is not None:
        dispute.currency, dispute.claimed_minor = fact.claimed.currency, fact.claimed.minor


def decided(event: Recorded, fact: DisputeDecided, rows: Rows) -> None:
    dispute = rows.change(DISPUTES, event.stream_id)
    dispute.stage = "final" if dispute.appealed or fact.outcome == "upheld" else "decided"
    dispute.outcome, dispute.why = fact.outcome, fact.why
    dispute.decided_by, dispute.decided_on = fact.decided_by, event.meta.effective_on


def appealed(event: Recorded, fact: DisputeAppealed, rows: Rows) -> None:
    dispute = rows.change(DISPUTES, event.stream_id)
    dispute.stage, dispute.appealed, dispute.grounds = "appealed", True, fact.grounds


def withdrawn(event: Recorded, fact: DisputeWithdrawn, rows: Rows) -> None:
    rows.change(DISPUTES, event.stream_id).stage = "withdrawn"


PROJECTION = Projection(
    name="disputes",
    version=1,
    question="Which decisions on claims are disputed, and what came of it?",
    tables=(DISPUTES,),
    on={
        DisputeOpened: opened,
        DisputeAmended: amended,
        DisputeDecided: decided,
        DisputeAppealed: appealed,
        DisputeWithdrawn: withdrawn,
    },
)
