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
    MemberEnrolled,
    MemberEvent,
    MemberReactivated,
    MemberWithdrawn,
    Relationship,
)
from domain.member.state import Enrolled, Erased, Member, NotEnrolled
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class EnrolMember:
    number: str
    details: MemberDetails
    enrolled_on: date
    relationship: Relationship = Relationship.SELF
    principal_id: UUID | None = None
    origin: str = ""


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
    return [
        MemberEnrolled(
            command.number,
            command.details,
            command.relationship,
            command.principal_id,
            command.origin,
        )
    ]


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
