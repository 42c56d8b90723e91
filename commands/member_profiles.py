"""Use cases of profiles: change, approve or reject what was asked for, take a photo."""

from dataclasses import dataclass
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from commands.members import named, national_id_moved
from domain.member import MEMBER
from domain.member.decide import MemberCommand, enrolled
from domain.member.events import MemberDetails, MemberDetailsCorrected, Profile
from domain.member.profile import (
    ApproveProfileChange,
    ChangeProfile,
    RejectProfileChange,
    TakePhoto,
)


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """Details and profile as they are to be, all of them; `by_member` where it is not staff."""

    member_id: UUID
    details: MemberDetails
    profile: Profile
    by_member: bool = False


def change_profile(desk: Desk, context: Context, request: ProfileChange) -> Outcome:
    """Change how a member is reached; who they are waits for somebody else's approval."""
    command = ChangeProfile(
        request.details, request.profile, context.actor, context.effective_on, request.by_member
    )
    return _change(desk, context, request.member_id, command)


def approve_profile_change(desk: Desk, context: Context, member_id: UUID) -> Outcome:
    """Approve what somebody else asked for: it is recorded with the approval."""
    return _change(desk, context, member_id, ApproveProfileChange(context.actor))


@dataclass(frozen=True, slots=True)
class ChangeRefusal:
    member_id: UUID
    reasons: tuple[str, ...]
    note: str = ""


def reject_profile_change(desk: Desk, context: Context, request: ChangeRefusal) -> Outcome:
    """Leave the profile as it is, and say why."""
    command = RejectProfileChange(context.actor, request.reasons, request.note)
    return _change(desk, context, request.member_id, command)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that is kept already, sealed, under `sha256`."""

    member_id: UUID
    media_type: str
    size: int
    sha256: str


def take_photo(desk: Desk, context: Context, request: Photo) -> Outcome:
    """Record the picture that the member's card shows."""
    command = TakePhoto(request.media_type, request.size, request.sha256, context.actor)
    return _change(desk, context, request.member_id, command)


def _change(desk: Desk, context: Context, member_id: UUID, command: MemberCommand) -> Outcome:
    def decide() -> Decision:
        member = desk.store.load(MEMBER, member_id)
        facts = MEMBER.decide(member.state, command)
        after = MEMBER.fold(facts, member.state)
        waits = enrolled(after).wanted is not None
        answer = {**named(member), "waits_for_approval": waits}
        told = next((f.details for f in facts if isinstance(f, MemberDetailsCorrected)), None)
        registers = () if told is None else national_id_moved(desk, member, told.national_id)
        return Decision((changed(member, facts), *registers), answer)

    return carry_out(desk.store, context, decide)
