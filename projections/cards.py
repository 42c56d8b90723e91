"""Members' cards: which count, which wait to be printed, which were revoked and why."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.card.events import CardActivated, CardIssued, CardPrinted, CardRevoked, Medium
from projections.declaring import SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class CardRow(Row):
    """`stage` is ordered, printed, active or revoked; `expires_on` is the first day on which an
    active card counts no longer."""

    card_id: UUID
    number: Annotated[str, SEARCHED]
    member_id: UUID
    member_number: Annotated[str, SEARCHED]
    medium: Annotated[str, SORTS]
    stage: Annotated[str, SORTS]
    issued_on: Annotated[date, SORTS]
    expires_on: Annotated[date, SORTS]
    issued_by: str
    replaces: UUID | None = None
    printed_on: Annotated[date | None, SORTS] = None
    activated_on: Annotated[date | None, SORTS] = None
    revoked_on: Annotated[date | None, SORTS] = None
    reason: Annotated[str, SHOWN] = ""


CARDS = Table(
    CardRow,
    "member_cards",
    ("card_id",),
    indexes=(
        Index(("member_id",)),
        Index(("number",)),
        Index(("created_at", "card_id"), where="stage = 'ordered'"),
    ),
)


def issued(event: Recorded, fact: CardIssued, rows: Rows) -> None:
    on, digital = event.meta.effective_on, fact.medium == Medium.DIGITAL
    rows.add(
        CARDS,
        CardRow(
            card_id=event.stream_id,
            number=fact.number,
            member_id=fact.member_id,
            member_number=fact.member_number,
            medium=fact.medium,
            stage="active" if digital else "ordered",
            issued_on=on,
            expires_on=fact.expires_on,
            issued_by=fact.issued_by,
            replaces=fact.replaces,
            activated_on=on if digital else None,
        ),
    )


def printed(event: Recorded, fact: CardPrinted, rows: Rows) -> None:
    row = rows.change(CARDS, event.stream_id)
    row.stage, row.printed_on = "printed", event.meta.effective_on


def activated(event: Recorded, fact: CardActivated, rows: Rows) -> None:
    row = rows.change(CARDS, event.stream_id)
    row.stage, row.activated_on = "active", event.meta.effective_on


def revoked(event: Recorded, fact: CardRevoked, rows: Rows) -> None:
    row = rows.change(CARDS, event.stream_id)
    row.stage, row.revoked_on, row.reason = "revoked", event.meta.effective_on, fact.reason


PROJECTION = Projection(
    name="cards",
    version=1,
    question="Which cards do members have, which count, and which are to be printed?",
    tables=(CARDS,),
    on={
        CardIssued: issued,
        CardPrinted: printed,
        CardActivated: activated,
        CardRevoked: revoked,
    },
)
