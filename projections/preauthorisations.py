"""Requests for approval before a service: where each stands, and what was approved."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.personal import Personal
from domain.preauthorisation.events import (
    PlannedItem,
    PreauthorisationApproved,
    PreauthorisationCancelled,
    PreauthorisationExpired,
    PreauthorisationPended,
    PreauthorisationRejected,
    PreauthorisationRequested,
    PreauthorisationUpdated,
    PreauthorisationUsed,
)
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class PreauthorisationRow(Row):
    """`approved` is what the plan will pay before `valid_until`; `wanted` what has to come before
    an answer. `claim_id` is the claim that used it."""

    preauthorisation_id: UUID
    number: Annotated[str, SEARCHED]
    stage: Annotated[str, SORTS]
    member_id: UUID
    policy_id: UUID
    provider_id: UUID
    kind: str
    visit_type: str
    service_from: Annotated[date, SORTS]
    service_until: Annotated[date, SORTS]
    diagnoses: Annotated[tuple[str, ...], Personal("health")]
    item_count: int
    currency: str
    estimated_minor: Annotated[int, AMOUNT]
    requested_by: str
    requested_on: Annotated[date, SORTS]
    approved_minor: Annotated[int | None, AMOUNT] = None
    valid_until: Annotated[date | None, SORTS] = None
    decided_by: str = ""
    decided_on: Annotated[date | None, SORTS] = None
    wanted: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    reason: Annotated[str, SHOWN] = ""
    claim_id: UUID | None = None
    claim_number: str = ""


@dataclass(slots=True)
class PlannedItemRow(Row):
    """`approved` is what the plan will pay of it, `change` what the last update did to it."""

    preauthorisation_id: UUID
    sequence: Annotated[int, SORTS]
    code: str
    description: str
    category: str
    quantity: Decimal
    currency: str
    estimated_minor: Annotated[int, AMOUNT]
    cancelled: bool
    change: str
    approved_minor: Annotated[int | None, AMOUNT] = None
    reasons: tuple[str, ...] = ()


PREAUTHORISATIONS = Table(
    PreauthorisationRow,
    "preauthorisations",
    ("preauthorisation_id",),
    person="member_id",
    indexes=(
        Index(("number",)),
        Index(("stage", "service_from")),
        Index(("member_id", "created_at")),
        Index(("provider_id", "created_at")),
        Index(("valid_until",), where="stage = 'approved'"),
        Index(("created_at", "preauthorisation_id")),
    ),
)
ITEMS = Table(PlannedItemRow, "preauthorisation_items", ("preauthorisation_id", "sequence"))


def requested(event: Recorded, fact: PreauthorisationRequested, rows: Rows) -> None:
    rows.add(
        PREAUTHORISATIONS,
        PreauthorisationRow(
            preauthorisation_id=event.stream_id,
            number=fact.number,
            stage="requested",
            member_id=fact.member_id,
            policy_id=fact.policy_id,
            provider_id=fact.provider_id,
            kind=fact.kind,
            visit_type=fact.visit_type,
            service_from=fact.service_from,
            service_until=fact.service_until,
            diagnoses=fact.diagnoses,
            item_count=len(fact.items),
            currency=fact.estimated.currency,
            estimated_minor=fact.estimated.minor,
            requested_by=fact.requested_by,
            requested_on=fact.requested_on,
        ),
    )
    for item in fact.items:
        rows.add(ITEMS, item_row(event, item))


def item_row(event: Recorded, item: PlannedItem) -> PlannedItemRow:
    return PlannedItemRow(
        preauthorisation_id=event.stream_id,
        sequence=item.sequence,
        code=item.code,
        description=item.description,
        category=item.category,
        quantity=item.quantity,
        currency=item.estimated.currency,
        estimated_minor=item.estimated.minor,
        cancelled=item.cancelled,
        change=item.change,
    )


def pended(event: Recorded, fact: PreauthorisationPended, rows: Rows) -> None:
    row = rows.change(PREAUTHORISATIONS, event.stream_id)
    row.stage, row.wanted = "pended", fact.wanted


def updated(event: Recorded, fact: PreauthorisationUpdated, rows: Rows) -> None:
    row = rows.change(PREAUTHORISATIONS, event.stream_id)
    row.stage, row.wanted = "requested", ()
    row.estimated_minor, row.item_count = fact.estimated.minor, len(fact.items)
    for item in fact.items:
        known = rows.find(ITEMS, event.stream_id, item.sequence)
        if known is None:
            rows.add(ITEMS, item_row(event, item))
            continue
        rows.touch(ITEMS, known)
        known.code, known.quantity = item.code, item.quantity
        known.estimated_minor = item.estimated.minor
        known.cancelled, known.change = item.cancelled, item.change


def approved(event: Recorded, fact: PreauthorisationApproved, rows: Rows) -> None:
    row = rows.change(PREAUTHORISATIONS, event.stream_id)
    row.stage, row.valid_until = "approved", fact.valid_until
    row.approved_minor = fact.approved.minor
    row.decided_by, row.decided_on = fact.approved_by, event.meta.effective_on
    row.reasons = fact.determination.reasons
    for line in fact.determination.lines:
        item = rows.change(ITEMS, event.stream_id, line.line)
        item.approved_minor, item.reasons = line.plan_pays.minor, line.reasons


def rejected(event: Recorded, fact: PreauthorisationRejected, rows: Rows) -> None:
    row = rows.change(PREAUTHORISATIONS, event.stream_id)
    row.stage, row.reasons = "rejected", fact.reasons
    row.decided_by, row.decided_on = fact.rejected_by, event.meta.effective_on


def cancelled(event: Recorded, fact: PreauthorisationCancelled, rows: Rows) -> None:
    row = rows.change(PREAUTHORISATIONS, event.stream_id)
    row.stage, row.reason = "cancelled", fact.reason


def expired(event: Recorded, fact: PreauthorisationExpired, rows: Rows) -> None:
    rows.change(PREAUTHORISATIONS, event.stream_id).stage = "expired"


def used(event: Recorded, fact: PreauthorisationUsed, rows: Rows) -> None:
    row = rows.change(PREAUTHORISATIONS, event.stream_id)
    row.stage, row.claim_id, row.claim_number = "used", fact.claim_id, fact.claim_number


PROJECTION = Projection(
    name="preauthorisations",
    version=1,
    question="Which services were asked for beforehand, and what was answered?",
    tables=(PREAUTHORISATIONS, ITEMS),
    on={
        PreauthorisationRequested: requested,
        PreauthorisationPended: pended,
        PreauthorisationUpdated: updated,
        PreauthorisationApproved: approved,
        PreauthorisationRejected: rejected,
        PreauthorisationCancelled: cancelled,
        PreauthorisationExpired: expired,
        PreauthorisationUsed: used,
    },
)
