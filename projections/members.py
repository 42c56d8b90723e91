"""Members as the desk finds them: by number, name, phone or national id; what the card shows."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.member.erasing_events import (
    LegalHoldLifted,
    LegalHoldPlaced,
    MemberErased,
    MemberErasureRefused,
    MemberErasureRequested,
)
from domain.member.events import (
    MemberDeactivated,
    MemberDetails,
    MemberDetailsCorrected,
    MemberDuplicateRuledOut,
    MemberEnrolled,
    MemberPhotoTaken,
    MemberProfileRecorded,
    MemberReactivated,
    MemberWithdrawn,
    ProfileChangeApproved,
    ProfileChangeRejected,
    ProfileChangeRequested,
)
from domain.personal import ERASED, Personal
from projections.book import agent
from projections.declaring import SEARCHED, SORTS, Index, Mark, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class MemberRow(Row):
    """`status` is active, inactive, withdrawn or erased; `reason` says why it is not active.
    `brought_by` is the agent who enrolled them, as the ledger names them."""

    member_id: UUID
    number: Annotated[str, SEARCHED]
    full_name: Annotated[str, SEARCHED, Personal("identity")]
    first_name: Annotated[str, SORTS, Personal("identity")]
    last_name: Annotated[str, SORTS, Personal("identity")]
    born_on: Annotated[date, SORTS, Personal("identity")]
    sex: str
    national_id: Annotated[str, Mark(searched=True), Personal("identity")]
    phone: Annotated[str, Mark(searched=True), Personal("contact")]
    email: Annotated[str, Mark(searched=True), Personal("contact")]
    region: Annotated[str, SORTS]
    district: Annotated[str, Personal("contact")]
    ward: Annotated[str, Personal("contact")]
    language: str
    relationship: str
    principal_id: UUID | None
    enrolled_on: Annotated[date, SORTS]
    origin: str = ""
    status: Annotated[str, SORTS] = "active"
    reason: Annotated[str, Mark(filters=False)] = ""
    brought_by: str = ""


MEMBERS = Table(
    MemberRow,
    "members",
    ("member_id",),
    person="member_id",
    indexes=(
        Index(("number",)),
        Index(("created_at", "member_id")),
        Index(("full_name",)),
        Index(("brought_by",), where="brought_by <> ''"),
        Index(("principal_id",), where="principal_id IS NOT NULL"),
    ),
)


def enrolled(event: Recorded, fact: MemberEnrolled, rows: Rows) -> None:
    details = fact.details
    rows.add(
        MEMBERS,
        MemberRow(
            member_id=event.stream_id,
            number=fact.number,
            full_name=full_name(details),
            first_name=details.first_name,
            last_name=details.last_name,
            born_on=details.born_on,
            sex=details.sex,
            national_id=details.national_id,
            phone=details.phone,
            email=details.email,
            region=details.region,
            district=details.district,
            ward=details.ward,
            language=details.language,
            relationship=fact.relationship,
            principal_id=fact.principal_id,
            enrolled_on=event.meta.effective_on,
            origin=fact.origin,
            brought_by=agent(event),
        ),
    )


def corrected(event: Recorded, fact: MemberDetailsCorrected, rows: Rows) -> None:
    member, details = rows.change(MEMBERS, event.stream_id), fact.details
    member.full_name = full_name(details)
    member.first_name, member.last_name = details.first_name, details.last_name
    member.born_on, member.sex = details.born_on, details.sex
    member.national_id = details.national_id
    member.phone, member.email = details.phone, details.email
    member.region, member.district, member.ward = details.region, details.district, details.ward
    member.language = details.language


def full_name(details: MemberDetails) -> str:
    if details.first_name == details.last_name == ERASED:
        return ERASED
    return f"{details.first_name} {details.last_name}".strip()


def deactivated(event: Recorded, fact: MemberDeactivated, rows: Rows) -> None:
    member = rows.change(MEMBERS, event.stream_id)
    member.status, member.reason = "inactive", fact.reason


def reactivated(event: Recorded, fact: MemberReactivated, rows: Rows) -> None:
    member = rows.change(MEMBERS, event.stream_id)
    member.status, member.reason = "active", fact.reason


def withdrawn(event: Recorded, fact: MemberWithdrawn, rows: Rows) -> None:
    member = rows.change(MEMBERS, event.stream_id)
    member.status, member.reason = "withdrawn", fact.reason


def noted(event: Recorded, fact: object, rows: Rows) -> None:
    """Nothing of it is shown in the row, but that something happened."""
    rows.change(MEMBERS, event.stream_id)


def erased(event: Recorded, fact: MemberErased, rows: Rows) -> None:
    member = rows.change(MEMBERS, event.stream_id)
    member.status, member.reason = "erased", fact.grounds


PROJECTION = Projection(
    name="members",
    version=2,
    question="Who are our members, how are they reached, and whose dependants are they?",
    tables=(MEMBERS,),
    on={
        MemberEnrolled: enrolled,
        MemberDetailsCorrected: corrected,
        MemberDeactivated: deactivated,
        MemberReactivated: reactivated,
        MemberWithdrawn: withdrawn,
        MemberProfileRecorded: noted,
        ProfileChangeRequested: noted,
        ProfileChangeApproved: noted,
        ProfileChangeRejected: noted,
        MemberPhotoTaken: noted,
        MemberDuplicateRuledOut: noted,
        LegalHoldPlaced: noted,
        LegalHoldLifted: noted,
        MemberErasureRequested: noted,
        MemberErasureRefused: noted,
        MemberErased: erased,
    },
)
