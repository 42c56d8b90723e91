"""How a member's profile changes: contacts by staff at once, who somebody is by two people.

What members ask for themselves always waits for somebody of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.four_eyes import another_person
from domain.member.events import (
    MemberDetails,
    MemberDetailsCorrected,
    MemberEvent,
    MemberPhotoTaken,
    MemberProfileRecorded,
    Profile,
    ProfileChangeApproved,
    ProfileChangeRejected,
    ProfileChangeRequested,
)
from domain.member.state import Enrolled, Wanted
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class ChangeProfile:
    """`by_member` where the member or a relative asks rather than staff."""

    details: MemberDetails
    profile: Profile
    asked_by: str
    day: date
    by_member: bool = False


@dataclass(frozen=True, slots=True)
class ApproveProfileChange:
    approved_by: str


@dataclass(frozen=True, slots=True)
class RejectProfileChange:
    rejected_by: str
    reasons: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TakePhoto:
    """`sha256` is the hash of what is kept: the picture sealed with the member's key."""

    media_type: str
    size: int
    sha256: str
    taken_by: str


ProfileCommand = ChangeProfile | ApproveProfileChange | RejectProfileChange | TakePhoto


def change_profile(member: Enrolled, command: ChangeProfile) -> Sequence[MemberEvent]:
    """The change itself, or the wish for it where somebody else has to look first."""
    facts = changes(member, command.details, command.profile)
    if facts and (command.by_member or is_somebody_else(member.details, command.details)):
        return [ProfileChangeRequested(command.details, command.profile, command.asked_by)]
    return facts


def changes(member: Enrolled, details: MemberDetails, profile: Profile) -> list[MemberEvent]:
    """What differs from what is known."""
    facts: list[MemberEvent] = []
    if details != member.details:
        facts.append(MemberDetailsCorrected(details))
    if profile != member.profile:
        facts.append(MemberProfileRecorded(profile))
    return facts


def is_somebody_else(known: MemberDetails, told: MemberDetails) -> bool:
    """Whether the details say of somebody who they are, not only how to reach them."""
    return identity(known) != identity(told)


def identity(details: MemberDetails) -> tuple[object, ...]:
    return (
        details.first_name, details.last_name, details.born_on, details.sex, details.national_id
    )  # fmt: skip


def approve_change(member: Enrolled, command: ApproveProfileChange) -> Sequence[MemberEvent]:
    wanted = waiting(member)
    another_person(
        command.approved_by,
        {wanted.requested_by},
        "member.change_same_person",
        "who asks for a change does not approve it",
    )
    changed = changes(member, wanted.details, wanted.profile)
    return [ProfileChangeApproved(command.approved_by), *changed]


def reject_change(member: Enrolled, command: RejectProfileChange) -> Sequence[MemberEvent]:
    waiting(member)
    if not command.reasons:
        raise RuleBroken("member.change_rejected_without_reason", "say why", field="reasons")
    return [ProfileChangeRejected(command.rejected_by, command.reasons, command.note)]


def waiting(member: Enrolled) -> Wanted:
    """The change that waits; otherwise the refusal."""
    if member.wanted is None:
        raise WrongStage("member.no_change_waiting", "no change of this profile waits")
    return member.wanted


def take_photo(member: Enrolled, command: TakePhoto) -> Sequence[MemberEvent]:
    """The same picture again is nothing new."""
    if command.sha256 == member.photo:
        return []
    return [MemberPhotoTaken(command.media_type, command.size, command.sha256, command.taken_by)]
