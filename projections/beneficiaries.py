"""Beneficiaries of members: who they are, with what share, and whether somebody approved them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.beneficiary.events import (
    BeneficiaryApproved,
    BeneficiaryCorrected,
    BeneficiaryNominated,
    BeneficiaryRejected,
    BeneficiaryRemoved,
    Nominee,
)
from domain.personal import Personal
from projections.declaring import SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class BeneficiaryRow(Row):
    """`stage` is nominated, approved, rejected or removed; `share_bps` of the whole (10,000)."""

    beneficiary_id: UUID
    member_id: UUID
    full_name: Annotated[str, SHOWN, Personal("identity")]
    kinship: str
    born_on: Annotated[date, SHOWN, Personal("identity")]
    national_id: Annotated[str, SHOWN, Personal("identity")]
    phone: Annotated[str, SHOWN, Personal("identity")]
    guardian: Annotated[str, SHOWN, Personal("identity")]
    share_bps: Annotated[int, SORTS]
    stage: Annotated[str, SORTS]
    asked_by: str
    asked_on: Annotated[date, SORTS]
    decided_by: str = ""
    decided_on: Annotated[date | None, SORTS] = None
    reasons: tuple[str, ...] = ()
    reason: Annotated[str, SHOWN] = ""


BENEFICIARIES = Table(
    BeneficiaryRow,
    "beneficiaries",
    ("beneficiary_id",),
    person="member_id",
    indexes=(Index(("member_id",)), Index(("stage", "created_at"))),
)


def nominated(event: Recorded, fact: BeneficiaryNominated, rows: Rows) -> None:
    told = fact.nominee
    rows.add(
        BENEFICIARIES,
        BeneficiaryRow(
            beneficiary_id=event.stream_id,
            member_id=fact.member_id,
            full_name=told.full_name,
            kinship=told.kinship,
            born_on=told.born_on,
            national_id=told.national_id,
            phone=told.phone,
            guardian=told.guardian,
            share_bps=fact.share_bps,
            stage="nominated",
            asked_by=fact.nominated_by,
            asked_on=event.meta.effective_on,
        ),
    )


def corrected(event: Recorded, fact: BeneficiaryCorrected, rows: Rows) -> None:
    row = rows.change(BENEFICIARIES, event.stream_id)
    who_it_is(row, fact.nominee)
    row.share_bps, row.stage, row.reasons = fact.share_bps, "nominated", ()
    row.asked_by, row.asked_on = fact.corrected_by, event.meta.effective_on
    row.decided_by, row.decided_on = "", None


def who_it_is(row: BeneficiaryRow, told: Nominee) -> None:
    row.full_name, row.kinship, row.born_on = told.full_name, told.kinship, told.born_on
    row.national_id, row.phone, row.guardian = told.national_id, told.phone, told.guardian


def approved(event: Recorded, fact: BeneficiaryApproved, rows: Rows) -> None:
    row = rows.change(BENEFICIARIES, event.stream_id)
    row.stage = "approved"
    row.decided_by, row.decided_on = fact.approved_by, event.meta.effective_on


def rejected(event: Recorded, fact: BeneficiaryRejected, rows: Rows) -> None:
    row = rows.change(BENEFICIARIES, event.stream_id)
    row.stage, row.reasons = "rejected", fact.reasons
    row.decided_by, row.decided_on = fact.rejected_by, event.meta.effective_on


def removed(event: Recorded, fact: BeneficiaryRemoved, rows: Rows) -> None:
    row = rows.change(BENEFICIARIES, event.stream_id)
    row.stage, row.reason = "removed", fact.reason
    row.decided_by, row.decided_on = fact.removed_by, event.meta.effective_on


PROJECTION = Projection(
    name="beneficiaries",
    version=1,
    question="Who receives what is paid when a member dies, and who approved that?",
    tables=(BENEFICIARIES,),
    on={
        BeneficiaryNominated: nominated,
        BeneficiaryCorrected: corrected,
        BeneficiaryApproved: approved,
        BeneficiaryRejected: rejected,
        BeneficiaryRemoved: removed,
    },
)
