"""The rows and tables of movements, and of what reports tell of a claim at any cut-off.

`movements` is flat and complete: one row says by itself whose money moved, of which claim or
policy, under which treaty, on which day, and when the ledger learnt of it. Rows are only added.

- Total order: `event` (the log position), then `line` (1, 2, … within the event).
- Event id as reports print it: `stream_id:version`.
- Recorded instant: `created_at` (UTC, microseconds). As known at an instant: all rows recorded up
  to it; as known at a position: `event <= position`.
- `minor` is a whole number of minor units of `currency`; a status row has 0.
- `claim_no` is the position of the event that brought the claim: a short number to group by.
- Segments that never change: `product_id`, `claim_kind`, `provider_id`, `treaty_id`.

Nothing here names a person or an illness, so that a closed month need never be changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.accumulator.events import BenefitRestored, BenefitUsed
from domain.cession.events import CessionRestruck, LossCeded, PremiumCeded
from domain.claim.events import ClaimSubmitted, ClaimTakenOver
from domain.payment.events import (
    PaymentCancelled,
    PaymentConfirmed,
    PaymentFailed,
    PaymentScheduled,
)
from domain.policy.events import PolicyIssued, PolicyRenewed, PremiumReceived
from projections.declaring import AMOUNT, SHOWN, SORTS, Index, Row, Table
from projections.rows import Rows


class Moved(StrEnum):
    """What moved. Amounts are as signed in the ledger: more billed, paid, reserved is above zero.

    - The `claim_billed` whose `event` is the row's `claim_no` opens the claim; a later one corrects
      what was billed.
    - `claim_reserved` is the change of what a decided claim still has to be paid; below zero: of
      what is to come back.
    - `claim_closed`, `claim_reopened`, `claim_voided` and `claim_redated` (its `service_on` is the
      corrected day) move no money.
    - `benefit_used` is the change of what the member's own limits of money hold of the claim.
    - A payment is scheduled, then confirmed by the bank or stopped.
    - `ceded_…` is what a treaty takes of it.
    """

    PREMIUM_WRITTEN = "premium_written"
    PREMIUM_RECEIVED = "premium_received"
    CLAIM_BILLED = "claim_billed"
    CLAIM_ALLOWED = "claim_allowed"
    CLAIM_RESERVED = "claim_reserved"
    CLAIM_PAID = "claim_paid"
    PATIENT_PAID = "patient_paid"
    CLAIM_TRANSFERRED = "claim_transferred"
    CLAIM_CLOSED = "claim_closed"
    CLAIM_REOPENED = "claim_reopened"
    CLAIM_VOIDED = "claim_voided"
    CLAIM_REDATED = "claim_redated"
    BENEFIT_USED = "benefit_used"
    PAYMENT_SCHEDULED = "payment_scheduled"
    PAYMENT_CONFIRMED = "payment_confirmed"
    PAYMENT_STOPPED = "payment_stopped"
    CEDED_PREMIUM = "ceded_premium"
    CEDED_COMMISSION = "ceded_commission"
    CEDED_PAID = "ceded_paid"
    CEDED_RESERVED = "ceded_reserved"


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
    claim_no: int | None = None
    product_id: UUID | None = None
    claim_kind: str = ""


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
    diagnosis_group: Annotated[str, SHOWN]
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
    claim_no: int
    member_id: UUID
    policy_id: UUID | None
    provider_id: UUID
    product_id: UUID | None
    kind: str
    service_from: date
    currency: str
    reserve_minor: Annotated[int, AMOUNT] = 0
    paid_minor: Annotated[int, AMOUNT] = 0
    is_closed: bool = False


@dataclass(slots=True)
class PaidForRow(Row):
    """Which claim a payment is for, and how much it moves."""

    payment_id: UUID
    claim_id: UUID
    currency: str
    amount_minor: Annotated[int, AMOUNT]


@dataclass(slots=True)
class ProductOfRow(Row):
    """Under which product a policy was issued."""

    policy_id: UUID
    product_id: UUID


def claims_of(event: Recorded, rows: Rows) -> Iterator[UUID]:
    """The claim that an event of another stream moves money for."""
    match event.fact:
        case BenefitUsed() | BenefitRestored() | PaymentScheduled():
            yield event.fact.claim_id
        case LossCeded() | CessionRestruck():
            yield from (line.claim_id for line in event.fact.lines)
        case PaymentConfirmed() | PaymentFailed() | PaymentCancelled():
            paid_for = rows.find(PAID_FOR, event.stream_id)
            if paid_for is not None:
                yield paid_for.claim_id
        case PolicyIssued() | PolicyRenewed() | PremiumReceived() | PremiumCeded():
            return
        case _:
            yield event.stream_id


def policies_of(event: Recorded, rows: Rows) -> Iterator[UUID]:
    """The policy under which a claim is made, or whose premium moves."""
    match event.fact:
        case ClaimSubmitted() | PremiumCeded():
            yield event.fact.policy_id
        case ClaimTakenOver():
            if event.fact.policy_id is not None:
                yield event.fact.policy_id
        case _:
            yield event.stream_id


MOVEMENTS = Table(
    MovementRow,
    "movements",
    ("event", "line"),
    indexes=(
        Index(("kind", "effective_on")),
        Index(("created_at",)),
        Index(("claim_id",), where="claim_id IS NOT NULL"),
        Index(("policy_id",), where="policy_id IS NOT NULL"),
    ),
    added_only=True,
)
REGISTER = Table(RegisterRow, "claim_register", ("claim_id",), added_only=True)
MILESTONES = Table(MilestoneRow, "claim_milestones", ("claim_id", "event", "what"), added_only=True)
PAID_FOR = Table(
    PaidForRow,
    "movement_payments",
    ("payment_id",),
    needed_for=(PaymentScheduled, PaymentConfirmed, PaymentFailed, PaymentCancelled),
)
PRODUCT_OF = Table(
    ProductOfRow,
    "movement_policies",
    ("policy_id",),
    parents=policies_of,
    needed_for=(
        PolicyIssued,
        PolicyRenewed,
        PremiumReceived,
        ClaimSubmitted,
        ClaimTakenOver,
        PremiumCeded,
    ),
)
RESERVES = Table(ReserveRow, "claim_reserves", ("claim_id",), parents=claims_of)
