"""When a member's data may be erased: two people want it, and no law wants it kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.four_eyes import another_person
from domain.member.erasing_events import (
    ErasingEvent,
    LegalHoldLifted,
    LegalHoldPlaced,
    MemberErased,
    MemberErasureRefused,
    MemberErasureRequested,
)
from domain.member.state import Enrolled, Erased, Member, NotEnrolled, Withdrawn
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class PlaceLegalHold:
    hold: str
    grounds: str
    placed_by: str


@dataclass(frozen=True, slots=True)
class LiftLegalHold:
    hold: str
    lifted_by: str


@dataclass(frozen=True, slots=True)
class RequestErasure:
    grounds: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class EraseMember:
    approved_by: str


ErasingCommand = PlaceLegalHold | LiftLegalHold | RequestErasure | EraseMember


def place_hold(member: Member, command: PlaceLegalHold) -> Sequence[ErasingEvent]:
    if not command.hold.strip():
        raise RuleBroken("member.hold_without_name", "a hold needs a reference", field="hold")
    if command.hold in known(member).holds:
        return []
    return [LegalHoldPlaced(command.hold, command.grounds, command.placed_by)]


def lift_hold(member: Member, command: LiftLegalHold) -> Sequence[ErasingEvent]:
    if command.hold not in known(member).holds:
        raise WrongStage("member.no_such_hold", f"there is no hold {command.hold!r}", field="hold")
    return [LegalHoldLifted(command.hold, command.lifted_by)]


def request_erasure(member: Member, command: RequestErasure) -> Sequence[ErasingEvent]:
    """A hold refuses it, and the refusal is recorded: the person may ask why."""
    if not command.grounds.strip():
        raise RuleBroken("member.erasure_without_grounds", "say why", field="grounds")
    holds = known(member).holds
    if holds:
        return [MemberErasureRefused(command.grounds, command.requested_by, holds)]
    return [MemberErasureRequested(command.grounds, command.requested_by)]


def erase(member: Member, command: EraseMember) -> Sequence[ErasingEvent]:
    """Erased once for ever; a repeat finds nothing to do. One pair of eyes is refused."""
    if isinstance(member, Erased):
        return []
    asked = known(member)
    if not asked.erasure_requested_by:
        raise WrongStage("member.erasure_not_requested", "nobody has asked for the erasure yet")
    another_person(
        command.approved_by,
        {asked.erasure_requested_by},
        "member.erasure_same_person",
        "whoever asks for an erasure does not approve it",
    )
    if asked.holds:
        return [MemberErasureRefused(asked.erasure_grounds, command.approved_by, asked.holds)]
    return [MemberErased(asked.erasure_grounds, asked.erasure_requested_by, command.approved_by)]


def known(member: Member) -> Enrolled | Withdrawn:
    """One whose data is still there; otherwise the refusal that says why there is none."""
    match member:
        case NotEnrolled():
            raise WrongStage("member.not_enrolled", "there is no such member", field="member_id")
        case Erased():
            raise WrongStage("member.erased", "this member's data has been erased")
        case Enrolled() | Withdrawn():
            return member
