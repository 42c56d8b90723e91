"""What can happen to a member: a person who is covered, alone or through a principal."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from domain.member.erasing_events import ErasingEvent
from domain.periods import first_of_year
from domain.personal import ContactText, IdentityText, Personal


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
    | MemberDeactivated
    | MemberReactivated
    | MemberWithdrawn
)
