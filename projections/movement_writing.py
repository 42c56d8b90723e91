"""How a movement is written: with everything that its claim, payment or policy says of it."""

from datetime import date
from uuid import UUID

from adapters.envelope import Recorded
from domain.money import Money
from projections.movement_rows import (
    MILESTONES,
    MOVEMENTS,
    PRODUCT_OF,
    MilestoneRow,
    Moved,
    MovementRow,
    ReserveRow,
)
from projections.rows import Rows

MONEY, RESERVE, STATUS = 1, 2, 3  # the lines of one event, in this order


def move(  # a movement has as many sides
    event: Recorded,
    claim: ReserveRow,
    kind: Moved,
    minor: int,
    day: date,
    rows: Rows,
    *,
    line: int = MONEY,
    treaty_id: UUID | None = None,
) -> None:
    """Money of a claim moves on a day; under a treaty, if it is ceded."""
    rows.add(
        MOVEMENTS,
        MovementRow(
            event=event.position,
            line=line,
            stream_id=event.stream_id,
            kind=kind,
            effective_on=day,
            currency=claim.currency,
            minor=minor,
            member_id=claim.member_id,
            policy_id=claim.policy_id,
            provider_id=claim.provider_id,
            claim_id=claim.claim_id,
            service_on=claim.service_from,
            claim_no=claim.claim_no,
            product_id=claim.product_id,
            claim_kind=claim.kind,
            treaty_id=treaty_id,
        ),
    )


def reserve(event: Recorded, claim: ReserveRow, to_minor: int, day: date, rows: Rows) -> None:
    """The reserve becomes this; what moves is the difference."""
    difference = to_minor - claim.reserve_minor
    claim.reserve_minor = to_minor
    if difference:
        move(event, claim, Moved.CLAIM_RESERVED, difference, day, rows, line=RESERVE)


def closes(event: Recorded, claim: ReserveRow, day: date, rows: Rows) -> None:
    """The claim is closed; no money moves by it."""
    claim.is_closed = True
    move(event, claim, Moved.CLAIM_CLOSED, 0, day, rows, line=STATUS)


def opens_again(event: Recorded, claim: ReserveRow, day: date, rows: Rows) -> None:
    """A closed claim is open again; no money moves by it."""
    if claim.is_closed:
        claim.is_closed = False
        move(event, claim, Moved.CLAIM_REOPENED, 0, day, rows, line=STATUS)


def milestone(event: Recorded, what: str, day: date, rows: Rows, detail: str = "") -> None:
    """A day in the claim's life that bordereaux tell."""
    rows.add(MILESTONES, MilestoneRow(event.stream_id, event.position, what, day, detail))


def premium(
    event: Recorded,
    kind: Moved,
    policy_id: UUID,
    amount: Money,
    day: date,
    rows: Rows,
    *,
    line: int = MONEY,
    treaty_id: UUID | None = None,
) -> None:
    """Premium of a policy moves on a day; under a treaty, if it is ceded."""
    rows.add(
        MOVEMENTS,
        MovementRow(
            event=event.position,
            line=line,
            stream_id=event.stream_id,
            kind=kind,
            effective_on=day,
            currency=amount.currency,
            minor=amount.minor,
            policy_id=policy_id,
            product_id=product_of(policy_id, rows),
            treaty_id=treaty_id,
        ),
    )


def product_of(policy_id: UUID | None, rows: Rows) -> UUID | None:
    """The product of a policy; None for a claim without one, as other systems leave them."""
    found = None if policy_id is None else rows.find(PRODUCT_OF, policy_id)
    return None if found is None else found.product_id
