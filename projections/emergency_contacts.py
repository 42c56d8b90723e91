"""Emergency contacts: whom we call for a member, and in which order."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.emergency_contact.events import (
    EmergencyContactCorrected,
    EmergencyContactNamed,
    EmergencyContactRemoved,
)
from domain.personal import Personal
from projections.declaring import SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class EmergencyContactRow(Row):
    """`stage` is named or removed; the first to be called has the lowest `priority`."""

    contact_id: UUID
    member_id: UUID
    full_name: Annotated[str, SHOWN, Personal("contact")]
    phone: Annotated[str, SHOWN, Personal("contact")]
    email: Annotated[str, SHOWN, Personal("contact")]
    kinship: str
    priority: Annotated[int, SORTS]
    stage: str = "named"
    reason: Annotated[str, SHOWN] = ""


CONTACTS = Table(
    EmergencyContactRow,
    "emergency_contacts",
    ("contact_id",),
    person="member_id",
    indexes=(Index(("member_id", "priority")),),
)


def named(event: Recorded, fact: EmergencyContactNamed, rows: Rows) -> None:
    told = fact.contact
    rows.add(
        CONTACTS,
        EmergencyContactRow(
            contact_id=event.stream_id,
            member_id=fact.member_id,
            full_name=told.full_name,
            phone=told.phone,
            email=told.email,
            kinship=told.kinship,
            priority=told.priority,
        ),
    )


def corrected(event: Recorded, fact: EmergencyContactCorrected, rows: Rows) -> None:
    row, told = rows.change(CONTACTS, event.stream_id), fact.contact
    row.full_name, row.phone, row.email = told.full_name, told.phone, told.email
    row.kinship, row.priority = told.kinship, told.priority


def removed(event: Recorded, fact: EmergencyContactRemoved, rows: Rows) -> None:
    row = rows.change(CONTACTS, event.stream_id)
    row.stage, row.reason = "removed", fact.reason


PROJECTION = Projection(
    name="emergency_contacts",
    version=1,
    question="Whom do we call when something has happened to a member?",
    tables=(CONTACTS,),
    on={
        EmergencyContactNamed: named,
        EmergencyContactCorrected: corrected,
        EmergencyContactRemoved: removed,
    },
)
