"""Profiles of members: where they live and work, their photo, and who else is reached alike."""

import re
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.member.events import (
    MemberDetailsCorrected,
    MemberEnrolled,
    MemberPhotoTaken,
    MemberProfileRecorded,
    ProfileChangeApproved,
    ProfileChangeRejected,
    ProfileChangeRequested,
)
from domain.personal import ERASED, Personal
from projections.declaring import SHOWN, Index, Projection, Row, Table
from projections.rows import Rows

LAST_DIGITS = 9  # of a telephone: what stays the same with and without the country


@dataclass(slots=True)
class ProfileRow(Row):
    """`change_waits` until somebody approves what `change_asked_by` asked for. `phone_key` and
    `email_key` are what two spellings of the same telephone or address have in common."""

    member_id: UUID
    number: str
    family_id: UUID
    phone_key: Annotated[str, SHOWN, Personal("contact")]
    email_key: Annotated[str, SHOWN, Personal("contact")]
    address: Annotated[str, SHOWN, Personal("contact")] = ""
    postal_code: Annotated[str, SHOWN, Personal("contact")] = ""
    employer: Annotated[str, SHOWN, Personal("identity")] = ""
    occupation: Annotated[str, SHOWN, Personal("identity")] = ""
    employee_number: Annotated[str, SHOWN, Personal("identity")] = ""
    photo: Annotated[str, SHOWN] = ""
    photo_type: Annotated[str, SHOWN] = ""
    change_waits: bool = False
    change_asked_by: str = ""


PROFILES = Table(
    ProfileRow,
    "member_profiles",
    ("member_id",),
    person="member_id",
    indexes=(
        Index(("phone_key",), where="phone_key <> ''"),
        Index(("email_key",), where="email_key <> ''"),
        Index(("created_at", "member_id"), where="change_waits"),
    ),
)


def phone_key(phone: str) -> str:
    """The last digits of a telephone; nothing where there are too few to tell."""
    if phone == ERASED:
        return ERASED
    digits = re.sub(r"[^0-9]", "", phone)
    return digits[-LAST_DIGITS:] if len(digits) >= LAST_DIGITS else ""


def email_key(email: str) -> str:
    return email.strip().lower()


def enrolled(event: Recorded, fact: MemberEnrolled, rows: Rows) -> None:
    rows.add(
        PROFILES,
        ProfileRow(
            member_id=event.stream_id,
            number=fact.number,
            family_id=fact.principal_id or event.stream_id,
            phone_key=phone_key(fact.details.phone),
            email_key=email_key(fact.details.email),
        ),
    )


def corrected(event: Recorded, fact: MemberDetailsCorrected, rows: Rows) -> None:
    row = rows.change(PROFILES, event.stream_id)
    row.phone_key, row.email_key = phone_key(fact.details.phone), email_key(fact.details.email)


def recorded(event: Recorded, fact: MemberProfileRecorded, rows: Rows) -> None:
    row, told = rows.change(PROFILES, event.stream_id), fact.profile
    row.address, row.postal_code = told.address, told.postal_code
    row.employer, row.occupation = told.employer, told.occupation
    row.employee_number = told.employee_number


def photographed(event: Recorded, fact: MemberPhotoTaken, rows: Rows) -> None:
    row = rows.change(PROFILES, event.stream_id)
    row.photo, row.photo_type = fact.sha256, fact.media_type


def requested(event: Recorded, fact: ProfileChangeRequested, rows: Rows) -> None:
    row = rows.change(PROFILES, event.stream_id)
    row.change_waits, row.change_asked_by = True, fact.requested_by


def answered(
    event: Recorded, fact: ProfileChangeApproved | ProfileChangeRejected, rows: Rows
) -> None:
    row = rows.change(PROFILES, event.stream_id)
    row.change_waits, row.change_asked_by = False, ""


PROJECTION = Projection(
    name="member_profiles",
    version=1,
    question="Where do members live and work, what do they ask to change, and who is alike?",
    tables=(PROFILES,),
    on={
        MemberEnrolled: enrolled,
        MemberDetailsCorrected: corrected,
        MemberProfileRecorded: recorded,
        MemberPhotoTaken: photographed,
        ProfileChangeRequested: requested,
        ProfileChangeApproved: answered,
        ProfileChangeRejected: answered,
    },
)
