"""Where a member stands."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.changing import replace
from domain.member.erasing_events import (
    ErasingEvent,
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
    MemberEvent,
    MemberPhotoTaken,
    MemberProfileRecorded,
    MemberReactivated,
    MemberWithdrawn,
    Profile,
    ProfileChangeApproved,
    ProfileChangeRejected,
    ProfileChangeRequested,
)

NO_PROFILE = Profile()


@dataclass(frozen=True, slots=True)
class NotEnrolled:
    pass


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change of details and profile that waits for somebody else's eyes."""

    details: MemberDetails
    profile: Profile
    requested_by: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A member whose record is valid (`active`) or set aside for a time."""

    number: str
    details: MemberDetails
    principal_id: UUID | None
    active: bool = True
    holds: tuple[str, ...] = ()
    erasure_requested_by: str = ""
    erasure_grounds: str = ""
    profile: Profile = NO_PROFILE
    photo: str = ""  # the hash of its content
    wanted: Wanted | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    number: str
    details: MemberDetails
    holds: tuple[str, ...] = ()
    erasure_requested_by: str = ""
    erasure_grounds: str = ""


@dataclass(frozen=True, slots=True)
class Erased:
    """Nobody can read any more who this was."""

    number: str


Member = NotEnrolled | Enrolled | Withdrawn | Erased


def evolve(member: Member, event: MemberEvent) -> Member:
    if isinstance(event, ErasingEvent):
        return erasing(member, event)
    match event, member:
        case MemberEnrolled(), _:
            return Enrolled(event.number, event.details, event.principal_id)
        case MemberDetailsCorrected(), Enrolled():
            return replace(member, details=event.details)
        case MemberProfileRecorded(), Enrolled():
            return replace(member, profile=event.profile)
        case ProfileChangeRequested(), Enrolled():
            wanted = Wanted(event.details, event.profile, event.requested_by)
            return replace(member, wanted=wanted)
        case (ProfileChangeApproved() | ProfileChangeRejected(), Enrolled()):
            return replace(member, wanted=None)
        case MemberPhotoTaken(), Enrolled():
            return replace(member, photo=event.sha256)
        case MemberDeactivated(), Enrolled():
            return replace(member, active=False)
        case MemberReactivated(), Enrolled():
            return replace(member, active=True)
        case MemberWithdrawn(), Enrolled():
            return Withdrawn(
                member.number,
                member.details,
                member.holds,
                member.erasure_requested_by,
                member.erasure_grounds,
            )
        case (
            MemberDetailsCorrected()
            | MemberProfileRecorded()
            | ProfileChangeRequested()
            | ProfileChangeApproved()
            | ProfileChangeRejected()
            | MemberPhotoTaken()
            | MemberDuplicateRuledOut()
            | MemberDeactivated()
            | MemberReactivated()
            | MemberWithdrawn(),
            _,
        ):
            return member
        case _:
            assert_never(event)


def erasing(member: Member, event: ErasingEvent) -> Member:
    """Holds and the way to an erasure; a refused one has to be asked for again."""
    if not isinstance(member, Enrolled | Withdrawn):
        return member
    match event:
        case LegalHoldPlaced():
            return replace(member, holds=(*member.holds, event.hold))
        case LegalHoldLifted():
            return replace(member, holds=tuple(h for h in member.holds if h != event.hold))
        case MemberErasureRequested():
            return replace(
                member, erasure_requested_by=event.requested_by, erasure_grounds=event.grounds
            )
        case MemberErasureRefused():
            return replace(member, erasure_requested_by="", erasure_grounds="")
        case MemberErased():
            return Erased(member.number)
        case _:
            assert_never(event)
