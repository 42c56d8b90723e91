"""What can happen to a lead. A lead is a person: who they are is sealed with a key of their own,
which is destroyed when the lead is removed."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.personal import ContactText, IdentityText, NoteText


class Stage(StrEnum):
    """How far somebody is, from the first word to a policy or a no."""

    NEW = "new"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    QUOTED = "quoted"
    NEGOTIATION = "negotiation"
    WON = "won"
    LOST = "lost"


class Activity(StrEnum):
    CALL = "call"
    VISIT = "visit"
    EMAIL = "email"
    MEETING = "meeting"
    REMINDER = "reminder"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Prospect:
    """Who it is, how they are reached, and what they want."""

    first_name: IdentityText
    last_name: IdentityText
    phone: ContactText = ""
    email: ContactText = ""
    source: str = ""
    interest: str = ""
    value_minor: int = 0


@dataclass(frozen=True, slots=True)
class LeadCaptured:
    """`source` tells where they heard of us; `value_minor` is the premium a year that is hoped
    for, in the insurer's currency."""

    number: str
    prospect: Prospect
    captured_by: str


@dataclass(frozen=True, slots=True)
class LeadCorrected:
    prospect: Prospect


@dataclass(frozen=True, slots=True)
class LeadAssigned:
    """`agent` looks after them from here on, named as the ledger names who acts."""

    agent: str
    assigned_by: str


@dataclass(frozen=True, slots=True)
class LeadMoved:
    """They stand at another stage; a lost one says why."""

    stage: Stage
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LeadActivityRecorded:
    """Something was done, or is to be done on `due_on`."""

    activity: Activity
    note: NoteText
    recorded_by: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class LeadConverted:
    """They are a member now; the lead is won."""

    member_id: UUID
    member_number: str
    converted_by: str


@dataclass(frozen=True, slots=True)
class LeadRemoved:
    """Who they were cannot be read any more; that there was a lead stays."""

    reason: str
    removed_by: str


LeadEvent = (
    LeadCaptured
    | LeadCorrected
    | LeadAssigned
    | LeadMoved
    | LeadActivityRecorded
    | LeadConverted
    | LeadRemoved
)
