"""The rows and tables of movements, and of what reports tell of a claim at any cut-off."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from domain.personal import Personal
from projections.declaring import AMOUNT, SHOWN, SORTS, Index, Row, Table


class Moved(StrEnum):
    """`claim_reserved` is the change of what an adjudicated claim still has to be paid."""

    PREMIUM_WRITTEN = "premium_written"
    PREMIUM_RECEIVED = "premium_received"
    CLAIM_BILLED = "claim_billed"
    CLAIM_ALLOWED = "claim_allowed"
    CLAIM_RESERVED = "claim_reserved"
    CLAIM_PAID = "claim_paid"
    PATIENT_PAID = "patient_paid"
    CLAIM_TRANSFERRED = "claim_transferred"


@dataclass(slots=True)
class MovementRow(Row):
    """`event` is the log position and `line` counts the movements of one event. `effective_on`
    is the day that the movement belongs to, `created_at` when the ledger learnt of it."""

    event: Annotated[int, SORTS]
    line: int
    stream_id: UUID
    kind: str
    effective_on: Annotated[date, SORTS]
    currency: str
    minor: Annotated[int, AMOUNT]
    member_id: UUID | None = None
    policy_id: UUID | None = None
    provider_id: UUID | None = None
    claim_id: UUID | None = None
    treaty_id: UUID | None = None
    service_on: Annotated[date | None, SORTS] = None


@dataclass(slots=True)
class RegisterRow(Row):
    """What never changes of a claim, so that a report can be told of it at any cut-off."""

    claim_id: UUID
    number: str
    member_id: UUID
    policy_id: UUID | None
    provider_id: UUID
    kind: str
    visit_type: str
    service_from: Annotated[date, SORTS]
    service_until: Annotated[date, SORTS]
    diagnosis_group: Annotated[str, SHOWN, Personal("health")]
    advised_on: Annotated[date, SORTS]
    currency: str
    billed_minor: Annotated[int, AMOUNT]
    taken_over: bool


@dataclass(slots=True)
class MilestoneRow(Row):
    """A day in the life of a claim that reports tell: reserved, paid, denied, closed …"""

    claim_id: UUID
    event: Annotated[int, SORTS]
    what: str
    happened_on: Annotated[date, SORTS]
    detail: Annotated[str, SHOWN] = ""


@dataclass(slots=True)
class ReserveRow(Row):
    """What is still reserved for a claim, and where its movements belong."""

    claim_id: UUID
    member_id: UUID
    policy_id: UUID | None
    provider_id: UUID
    service_from: date
    currency: str
    reserve_minor: Annotated[int, AMOUNT] = 0


MOVEMENTS = Table(
    MovementRow,
    "movements",
    ("event", "line"),
    indexes=(
        Index(("kind", "effective_on")),
        Index(("claim_id",), where="claim_id IS NOT NULL"),
        Index(("policy_id",), where="policy_id IS NOT NULL"),
    ),
    added_only=True,
)
REGISTER = Table(RegisterRow, "claim_register", ("claim_id",), added_only=True)
MILESTONES = Table(MilestoneRow, "claim_milestones", ("claim_id", "event", "what"), added_only=True)
RESERVES = Table(ReserveRow, "claim_reserves", ("claim_id",))
