"""What was ceded, line by line and never changed: what treaty reports and accounts stand on.

Like movements: what a report showed at a cut-off is the rows up to a log position, whenever it
is asked; `effective_on` is the day that the line belongs to.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.cession.events import CededLine, CessionRestruck, LossCeded, PremiumCeded
from projections.declaring import AMOUNT, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class CessionRow(Row):
    """`what` is loss or premium. Amounts are changes, but for the bases, which are to date."""

    event: Annotated[int, SORTS]
    line: int
    stream_id: UUID
    what: str
    treaty_id: UUID
    treaty_version: int
    section: str
    priority: int
    currency: str
    effective_on: Annotated[date, SORTS]
    claim_id: UUID | None = None
    policy_id: UUID | None = None
    policy_version: int = 0
    cession: str = ""
    paid_minor: Annotated[int, AMOUNT] = 0
    incurred_minor: Annotated[int, AMOUNT] = 0
    base_paid_minor: Annotated[int, AMOUNT] = 0
    base_incurred_minor: Annotated[int, AMOUNT] = 0
    premium_minor: Annotated[int, AMOUNT] = 0
    commission_minor: Annotated[int, AMOUNT] = 0
    because: Annotated[str, SHOWN] = ""


@dataclass(slots=True)
class StruckRow(Row):
    """A movement of a claim (its event `claim_version`) that was struck: what moved, gross."""

    claim_id: UUID
    event: Annotated[int, SORTS]
    claim_version: int
    loss_on: Annotated[date, SORTS]
    member_id: UUID
    currency: str
    effective_on: Annotated[date, SORTS]
    paid_minor: Annotated[int, AMOUNT]
    incurred_minor: Annotated[int, AMOUNT]


CESSIONS = Table(
    CessionRow,
    "cessions",
    ("event", "line"),
    indexes=(
        Index(("treaty_id", "what", "effective_on")),
        Index(("claim_id",), where="claim_id IS NOT NULL"),
    ),
    added_only=True,
)
STRUCK = Table(StruckRow, "cessions_struck", ("claim_id", "event"), added_only=True)


def loss_ceded(event: Recorded, fact: LossCeded, rows: Rows) -> None:
    rows.add(
        STRUCK,
        StruckRow(
            claim_id=fact.claim_id,
            event=event.position,
            claim_version=fact.claim_version,
            loss_on=fact.loss_on,
            member_id=UUID(fact.risk.member),
            currency=fact.paid.currency,
            effective_on=event.meta.effective_on,
            paid_minor=fact.paid.minor,
            incurred_minor=fact.incurred.minor,
        ),
    )
    _lines(event, fact.lines, fact.because, rows)


def restruck(event: Recorded, fact: CessionRestruck, rows: Rows) -> None:
    _lines(event, fact.lines, fact.because, rows)


def _lines(event: Recorded, lines: tuple[CededLine, ...], because: str, rows: Rows) -> None:
    for number, line in enumerate(lines, 1):
        rows.add(
            CESSIONS,
            CessionRow(
                event=event.position,
                line=number,
                stream_id=event.stream_id,
                what="loss",
                treaty_id=line.treaty_id,
                treaty_version=line.treaty_version,
                section=line.section,
                priority=line.priority,
                currency=line.paid.currency,
                effective_on=event.meta.effective_on,
                claim_id=line.claim_id,
                paid_minor=line.paid.minor,
                incurred_minor=line.incurred.minor,
                base_paid_minor=line.base_paid.minor,
                base_incurred_minor=line.base_incurred.minor,
                because=because,
            ),
        )


def premium_ceded(event: Recorded, fact: PremiumCeded, rows: Rows) -> None:
    for number, line in enumerate(fact.lines, 1):
        rows.add(
            CESSIONS,
            CessionRow(
                event=event.position,
                line=number,
                stream_id=event.stream_id,
                what="premium",
                treaty_id=line.treaty_id,
                treaty_version=line.treaty_version,
                section=line.section,
                priority=line.priority,
                currency=line.premium.currency,
                effective_on=event.meta.effective_on,
                policy_id=fact.policy_id,
                policy_version=fact.policy_version,
                cession=str(line.cession),
                base_incurred_minor=line.base.minor,
                premium_minor=line.premium.minor,
                commission_minor=line.commission.minor,
                because="premium written",
            ),
        )


PROJECTION = Projection(
    name="cessions",
    version=1,
    question="What was ceded to which treaty, of which claim or premium, and since when?",
    tables=(STRUCK, CESSIONS),
    on={LossCeded: loss_ceded, CessionRestruck: restruck, PremiumCeded: premium_ceded},
)
