"""What can happen to a member: a person who is covered, alone or through a principal."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from domain.member.erasing_events import ErasingEvent
from domain.periods import first_of_year
from domain.personal import ContactText, IdentityText, NoteText, Personal


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"
    OTHER = "O"


class Relationship(StrEnum):
    """What a dependant is to the principal; the principal is SELF."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MemberDetails:
    """Who the person is and how to reach them."""

    first_name: IdentityText
    last_name: IdentityText
    born_on: Annotated[date, Personal("identity", coarse=first_of_year)]
    sex: Sex
    national_id: IdentityText = ""
    phone: ContactText = ""
    email: ContactText = ""
    region: str = ""
    district: ContactText = ""
    ward: ContactText = ""
    language: str = "sw"


@dataclass(frozen=True, slots=True)
class MemberEnrolled:
    """`principal_id` is the member through whom a dependant is covered; None for a principal."""

    number: str
    details: MemberDetails
    relationship: Relationship = Relationship.SELF
    principal_id: UUID | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class MemberDetailsCorrected:
    details: MemberDetails


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a member beside who they are: where they live and work."""

    address: ContactText = ""
    postal_code: ContactText = ""
    employer: IdentityText = ""
    occupation: IdentityText = ""
    employee_number: IdentityText = ""


@dataclass(frozen=True, slots=True)
class MemberProfileRecorded:
    """The profile as it stands from here on, all of it."""

    profile: Profile


@dataclass(frozen=True, slots=True)
class ProfileChangeRequested:
    """Details and profile as they are to be; nothing is changed before somebody else approves."""

    details: MemberDetails
    profile: Profile
    requested_by: str


@dataclass(frozen=True, slots=True)
class ProfileChangeApproved:
    """What was asked for is recorded with it, in events of its own."""

    approved_by: str


@dataclass(frozen=True, slots=True)
class ProfileChangeRejected:
    rejected_by: str
    reasons: tuple[str, ...]
    note: NoteText = ""


@dataclass(frozen=True, slots=True)
class MemberPhotoTaken:
    """The picture on the card. Its content lies outside the log, sealed with the member's key,
    under the hash that is said here."""

    media_type: str
    size: int
    sha256: str
    taken_by: str


@dataclass(frozen=True, slots=True)
class MemberDuplicateRuledOut:
    """Others have the same telephone or e-mail; whoever enrolled was shown them, and it is
    somebody else. `numbers` are those of the members who are alike."""

    numbers: tuple[str, ...]
    ruled_out_by: str


@dataclass(frozen=True, slots=True)
class MemberDeactivated:
    reason: str


@dataclass(frozen=True, slots=True)
class MemberReactivated:
    reason: str


@dataclass(frozen=True, slots=True)
class MemberWithdrawn:
    """The record was entered by mistake or the person asked to leave; the history stays."""

    reason: str


MemberEvent = (
    ErasingEvent
    | MemberEnrolled
    | MemberDetailsCorrected
    | MemberProfileRecorded
    | ProfileChangeRequested
    | ProfileChangeApproved
    | ProfileChangeRejected
    | MemberPhotoTaken
    | MemberDuplicateRuledOut
    | MemberDeactivated
    | MemberReactivated
    | MemberWithdrawn
)
