"""Where a member stands."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from domain.member.events import (
    MemberDeactivated,
    MemberDetails,
    MemberDetailsCorrected,
    MemberEnrolled,
    MemberEvent,
    MemberReactivated,
    MemberWithdrawn,
)


@dataclass(frozen=True, slots=True)
class NotEnrolled:
    pass


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A member whose record is valid (`active`) or set aside for a time."""

    number: str
    details: MemberDetails
    principal_id: UUID | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Withdrawn:
    number: str
    details: MemberDetails


Member = NotEnrolled | Enrolled | Withdrawn


def evolve(member: Member, event: MemberEvent) -> Member:
    match event, member:
        case MemberEnrolled(), _:
            return Enrolled(event.number, event.details, event.principal_id)
        case MemberDetailsCorrected(), Enrolled():
            return replace(member, details=event.details)
        case MemberDeactivated(), Enrolled():
            return replace(member, active=False)
        case MemberReactivated(), Enrolled():
            return replace(member, active=True)
        case MemberWithdrawn(), Enrolled():
            return Withdrawn(member.number, member.details)
        case (
            MemberDetailsCorrected() | MemberDeactivated() | MemberReactivated(),
            _,
        ) | (
            MemberWithdrawn(),
            _,
        ):
            return member
        case _:
            assert_never(event)
