"""What we allow for members: enrol once, correct, set aside, take up again, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.member.erasing import (
    EraseMember,
    ErasingCommand,
    LiftLegalHold,
    PlaceLegalHold,
    RequestErasure,
    erase,
    lift_hold,
    place_hold,
    request_erasure,
)
from domain.member.events import (
    MemberDeactivated,
    MemberDetails,
    MemberDetailsCorrected,
    MemberDuplicateRuledOut,
    MemberEnrolled,
    MemberEvent,
    MemberReactivated,
    MemberWithdrawn,
    Relationship,
)
from domain.member.profile import (
    ApproveProfileChange,
    ChangeProfile,
    ProfileCommand,
    RejectProfileChange,
    TakePhoto,
    approve_change,
    change_profile,
    reject_change,
    take_photo,
)
from domain.member.state import Enrolled, Erased, Member, NotEnrolled
from domain.refusals import AlreadyTaken, RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class EnrolMember:
    """`alike` are the numbers of members of other families with the same telephone or e-mail;
    `ruled_out_by` is who looked at them and found that it is somebody else."""

    number: str
    details: MemberDetails
    enrolled_on: date
    relationship: Relationship = Relationship.SELF
    principal_id: UUID | None = None
    origin: str = ""
    alike: tuple[str, ...] = ()
    ruled_out_by: str = ""


@dataclass(frozen=True, slots=True)
class CorrectMemberDetails:
    details: MemberDetails
    corrected_on: date


@dataclass(frozen=True, slots=True)
class DeactivateMember:
    reason: str


@dataclass(frozen=True, slots=True)
class ReactivateMember:
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawMember:
    reason: str


MemberCommand = (
    ErasingCommand
    | ProfileCommand
    | EnrolMember
    | CorrectMemberDetails
    | DeactivateMember
    | ReactivateMember
    | WithdrawMember
)


def decide(member: Member, command: MemberCommand) -> Sequence[MemberEvent]:
    match command:
        case EnrolMember():
            return enrol(member, command)
        case CorrectMemberDetails():
            return correct(member, command)
        case DeactivateMember():
            return [MemberDeactivated(command.reason)] if enrolled(member).active else []
        case ReactivateMember():
            return [] if enrolled(member).active else [MemberReactivated(command.reason)]
        case WithdrawMember():
            enrolled(member)
            return [MemberWithdrawn(command.reason)]
        case ChangeProfile():
            born_by(command.details, command.day)
            return change_profile(enrolled(member), command)
        case ApproveProfileChange():
            return approve_change(enrolled(member), command)
        case RejectProfileChange():
            return reject_change(enrolled(member), command)
        case TakePhoto():
            return take_photo(enrolled(member), command)
        case PlaceLegalHold():
            return place_hold(member, command)
        case LiftLegalHold():
            return lift_hold(member, command)
        case RequestErasure():
            return request_erasure(member, command)
        case EraseMember():
            return erase(member, command)
        case _:
            assert_never(command)


def enrol(member: Member, command: EnrolMember) -> Sequence[MemberEvent]:
    if not isinstance(member, NotEnrolled):
        raise WrongStage("member.already_enrolled", "this member has been enrolled before")
    born_by(command.details, command.enrolled_on)
    if (command.principal_id is None) != (command.relationship is Relationship.SELF):
        raise RuleBroken(
            "member.relationship_without_principal",
            "a dependant needs a principal and a relationship; a principal has neither",
            field="relationship",
        )
    if command.alike and not command.ruled_out_by:
        raise AlreadyTaken(
            "member.alike_known",
            "members of other families have the same telephone or e-mail: if it is somebody else, "
            "say so with `not_a_duplicate`",
            field="not_a_duplicate",
            alike=list(command.alike),
        )
    member_enrolled = MemberEnrolled(
        command.number,
        command.details,
        command.relationship,
        command.principal_id,
        command.origin,
    )
    if command.alike:
        return [member_enrolled, MemberDuplicateRuledOut(command.alike, command.ruled_out_by)]
    return [member_enrolled]


def correct(member: Member, command: CorrectMemberDetails) -> Sequence[MemberEvent]:
    known = enrolled(member)
    born_by(command.details, command.corrected_on)
    return [] if known.details == command.details else [MemberDetailsCorrected(command.details)]


def born_by(details: MemberDetails, day: date) -> None:
    if details.born_on > day:
        raise RuleBroken(
            "member.born_in_future",
            f"born {details.born_on}, after {day}",
            field="born_on",
        )


def enrolled(member: Member) -> Enrolled:
    """The member if enrolled; otherwise the refusal that names what is wrong."""
    if isinstance(member, Enrolled):
        return member
    if isinstance(member, NotEnrolled):
        raise WrongStage("member.not_enrolled", "there is no such member", field="member_id")
    if isinstance(member, Erased):
        raise WrongStage("member.erased", "this member's data has been erased")
    raise WrongStage("member.withdrawn", "this member's record has been withdrawn")
