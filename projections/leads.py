"""Leads: who may become a member, who looks after them, how far they are, what was done."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.lead.events import (
    LeadActivityRecorded,
    LeadAssigned,
    LeadCaptured,
    LeadConverted,
    LeadCorrected,
    LeadMoved,
    LeadRemoved,
    Prospect,
    Stage,
)
from domain.personal import ERASED, Personal
from projections.book import agent
from projections.declaring import SEARCHED, SHOWN, SORTS, Index, Mark, Projection, Row, Table
from projections.member_profiles import email_key, phone_key
from projections.rows import Rows


@dataclass(slots=True)
class LeadRow(Row):
    """`value_minor` is the premium a year that is hoped for; `due_on` the next reminder. `agent`
    is who looks after them, as the ledger names them: at first the agent who brought them."""

    lead_id: UUID
    number: Annotated[str, SEARCHED]
    full_name: Annotated[str, SEARCHED, Personal("identity")]
    first_name: Annotated[str, SORTS, Personal("identity")]
    last_name: Annotated[str, SORTS, Personal("identity")]
    phone: Annotated[str, Mark(searched=True), Personal("contact")]
    email: Annotated[str, Mark(searched=True), Personal("contact")]
    phone_key: Annotated[str, SHOWN, Personal("contact")]
    email_key: Annotated[str, SHOWN, Personal("contact")]
    source: Annotated[str, SORTS]
    interest: str
    value_minor: Annotated[int, SORTS]
    stage: Annotated[str, SORTS]
    captured_by: str
    captured_on: Annotated[date, SORTS]
    agent: str = ""
    activities: Annotated[int, SORTS] = 0
    due_on: Annotated[date | None, SORTS] = None
    moved_on: Annotated[date | None, SORTS] = None
    member_id: UUID | None = None
    removed: bool = False
    reason: Annotated[str, SHOWN] = ""


@dataclass(slots=True)
class ActivityRow(Row):
    lead_id: UUID
    activity_no: Annotated[int, SORTS]
    activity: str
    note: Annotated[str, SHOWN, Personal("note")]
    recorded_by: str
    recorded_on: Annotated[date, SORTS]
    due_on: Annotated[date | None, SORTS] = None


LEADS = Table(
    LeadRow,
    "leads",
    ("lead_id",),
    person="lead_id",
    indexes=(
        Index(("number",)),
        Index(("agent", "stage")),
        Index(("stage", "created_at")),
        Index(("created_at", "lead_id")),
        Index(("phone_key",), where="phone_key <> ''"),
        Index(("email_key",), where="email_key <> ''"),
    ),
)
ACTIVITIES = Table(ActivityRow, "lead_activities", ("lead_id", "activity_no"), person="lead_id")


def captured(event: Recorded, fact: LeadCaptured, rows: Rows) -> None:
    told = fact.prospect
    rows.add(
        LEADS,
        LeadRow(
            lead_id=event.stream_id,
            number=fact.number,
            full_name=full_name(told),
            first_name=told.first_name,
            last_name=told.last_name,
            phone=told.phone,
            email=told.email,
            phone_key=phone_key(told.phone),
            email_key=email_key(told.email),
            source=told.source,
            interest=told.interest,
            value_minor=told.value_minor,
            stage=Stage.NEW,
            captured_by=fact.captured_by,
            captured_on=event.meta.effective_on,
            agent=agent(event),
        ),
    )


def full_name(told: Prospect) -> str:
    return f"{told.first_name} {told.last_name}".strip()


def corrected(event: Recorded, fact: LeadCorrected, rows: Rows) -> None:
    row, told = rows.change(LEADS, event.stream_id), fact.prospect
    row.full_name, row.first_name, row.last_name = full_name(told), told.first_name, told.last_name
    row.phone, row.email = told.phone, told.email
    row.phone_key, row.email_key = phone_key(told.phone), email_key(told.email)
    row.source, row.interest, row.value_minor = told.source, told.interest, told.value_minor


def assigned(event: Recorded, fact: LeadAssigned, rows: Rows) -> None:
    rows.change(LEADS, event.stream_id).agent = fact.agent


def moved(event: Recorded, fact: LeadMoved, rows: Rows) -> None:
    row = rows.change(LEADS, event.stream_id)
    row.stage, row.moved_on, row.reason = fact.stage, event.meta.effective_on, fact.reason


def happened(event: Recorded, fact: LeadActivityRecorded, rows: Rows) -> None:
    row = rows.change(LEADS, event.stream_id)
    row.activities, row.due_on = row.activities + 1, fact.due_on
    rows.add(
        ACTIVITIES,
        ActivityRow(
            lead_id=event.stream_id,
            activity_no=row.activities,
            activity=fact.activity,
            note=fact.note,
            recorded_by=fact.recorded_by,
            recorded_on=event.meta.effective_on,
            due_on=fact.due_on,
        ),
    )


def converted(event: Recorded, fact: LeadConverted, rows: Rows) -> None:
    row = rows.change(LEADS, event.stream_id)
    row.stage, row.moved_on, row.member_id = Stage.WON, event.meta.effective_on, fact.member_id


def removed(event: Recorded, fact: LeadRemoved, rows: Rows) -> None:
    """Nothing of the person stays, as it does not in the events once their key is destroyed."""
    row = rows.change(LEADS, event.stream_id)
    row.removed, row.reason = True, fact.reason
    row.full_name = row.first_name = row.last_name = ERASED
    row.phone = row.email = row.phone_key = row.email_key = ERASED
    for activity in rows.all(ACTIVITIES, event.stream_id):
        rows.touch(ACTIVITIES, activity)
        activity.note = ERASED


PROJECTION = Projection(
    name="leads",
    version=1,
    question="Who may become a member, who looks after them, and how far are they?",
    tables=(LEADS, ACTIVITIES),
    on={
        LeadCaptured: captured,
        LeadCorrected: corrected,
        LeadAssigned: assigned,
        LeadMoved: moved,
        LeadActivityRecorded: happened,
        LeadConverted: converted,
        LeadRemoved: removed,
    },
)
