"""How beneficiaries share the whole: what is planned, and what is in force meanwhile."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.designation.events import (
    DesignationInForce,
    ShareConfirmed,
    ShareDropped,
    SharePlanned,
)
from projections.declaring import SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class ShareRow(Row):
    """Basis points of 10,000; `in_force_bps` is what would be paid today, 0 for nothing."""

    designation_id: UUID
    beneficiary_id: UUID
    member_id: UUID
    planned_bps: Annotated[int, SORTS]
    confirmed: bool = False
    in_force_bps: Annotated[int, SORTS] = 0


SHARES = Table(
    ShareRow,
    "designation_shares",
    ("designation_id", "beneficiary_id"),
    indexes=(Index(("member_id",)),),
)


def planned(event: Recorded, fact: SharePlanned, rows: Rows) -> None:
    row = rows.find(SHARES, event.stream_id, fact.beneficiary_id)
    if row is None:
        row = rows.add(
            SHARES, ShareRow(event.stream_id, fact.beneficiary_id, fact.member_id, fact.share_bps)
        )
    else:
        rows.touch(SHARES, row)
    row.planned_bps, row.confirmed = fact.share_bps, False


def confirmed(event: Recorded, fact: ShareConfirmed, rows: Rows) -> None:
    rows.change(SHARES, event.stream_id, fact.beneficiary_id).confirmed = True


def dropped(event: Recorded, fact: ShareDropped, rows: Rows) -> None:
    row = rows.change(SHARES, event.stream_id, fact.beneficiary_id)
    row.planned_bps, row.confirmed = 0, False


def in_force(event: Recorded, fact: DesignationInForce, rows: Rows) -> None:
    """Whoever is not among them has nothing any more."""
    held = {one.beneficiary_id: one.share_bps for one in fact.shares}
    for row in rows.all(SHARES, event.stream_id):
        share_bps = held.get(row.beneficiary_id, 0)
        if row.in_force_bps != share_bps:
            rows.touch(SHARES, row)
            row.in_force_bps = share_bps


PROJECTION = Projection(
    name="designations",
    version=1,
    question="Which shares do a member's beneficiaries have today, and which are planned?",
    tables=(SHARES,),
    on={
        SharePlanned: planned,
        ShareConfirmed: confirmed,
        ShareDropped: dropped,
        DesignationInForce: in_force,
    },
)
