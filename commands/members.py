"""Use cases of members: enrol, correct, set aside, take up again, withdraw."""

import re
from dataclasses import dataclass, replace
from uuid import UUID

from adapters.envelope import Change, Loaded
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, brief, carry_out, changed
from domain.ids import MEMBER as MEMBER_SERIES
from domain.ids import numbered
from domain.member import MEMBER
from domain.member.decide import (
    CorrectMemberDetails,
    DeactivateMember,
    EnrolMember,
    ReactivateMember,
    WithdrawMember,
    enrolled,
)
from domain.member.events import MemberDetails, Relationship
from domain.member.state import Member
from domain.refusals import RuleBroken
from domain.register import REGISTER
from domain.register.decide import RegisterValue, ReleaseValue

NATIONAL_ID = "national_id"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`member_id` is given where the caller made it; a dependant names its principal.

    `alike` are the numbers of members of other families who are reached alike; they are refused
    unless somebody says that it is `not_a_duplicate`. `with_principal` where the principal is
    enrolled in the same request, and need not be looked for.
    """

    details: MemberDetails
    relationship: Relationship = Relationship.SELF
    principal_id: UUID | None = None
    member_id: UUID | None = None
    origin: str = ""
    alike: tuple[str, ...] = ()
    not_a_duplicate: bool = False
    with_principal: bool = False


@brief
def enrol_member(desk: Desk, context: Context, request: Enrolment) -> Outcome:
    """Enrol a person under the next member number; a national id enrols once."""
    return carry_out(desk.store, context, lambda: enrolment(desk, context, request))


def enrolment(desk: Desk, context: Context, request: Enrolment) -> Decision:
    """What an enrolment records, and the id and number that it gives."""
    member = desk.store.load(MEMBER, request.member_id or desk.ids.new())
    if request.principal_id is not None and not request.with_principal:
        principal_may_have_dependants(desk, request.principal_id)
    year = context.effective_on.year
    enrol = EnrolMember(
        number="",
        details=request.details,
        enrolled_on=context.effective_on,
        relationship=request.relationship,
        principal_id=request.principal_id,
        origin=request.origin,
        alike=request.alike,
        ruled_out_by=context.actor if request.not_a_duplicate else "",
    )
    MEMBER.decide(member.state, enrol)  # refuse before a number is used up
    register = national_id_taken(desk, request.details.national_id, member.stream_id)
    number = numbered(MEMBER_SERIES, year, desk.numbers.take(f"{MEMBER_SERIES}|{year}")[0])
    facts = MEMBER.decide(member.state, replace(enrol, number=number))
    answer = {"id": str(member.stream_id), "number": number}
    return Decision((changed(member, facts), *register), answer)


def principal_may_have_dependants(desk: Desk, principal_id: UUID) -> None:
    principal = enrolled(desk.store.load(MEMBER, principal_id).state)
    if principal.principal_id is not None:
        raise RuleBroken(
            "member.principal_is_dependant", "a dependant cannot be a principal",
            field="principal_id",
        )  # fmt: skip


def national_id_taken(desk: Desk, national_id: str, owner_id: UUID) -> tuple[Change, ...]:
    """The change that registers a national id for its owner; none where none was given."""
    if not normalised(national_id):
        return ()
    entry = desk.store.load(REGISTER, desk.blind.of(NATIONAL_ID, normalised(national_id)))
    return (changed(entry, REGISTER.decide(entry.state, RegisterValue(NATIONAL_ID, owner_id))),)


def national_id_released(desk: Desk, national_id: str, owner_id: UUID) -> tuple[Change, ...]:
    if not normalised(national_id):
        return ()
    entry = desk.store.load(REGISTER, desk.blind.of(NATIONAL_ID, normalised(national_id)))
    return (changed(entry, REGISTER.decide(entry.state, ReleaseValue(owner_id))),)


def normalised(national_id: str) -> str:
    """Letters and digits alone, so that spaces and dashes make no second person."""
    return re.sub(r"[^0-9A-Za-z]", "", national_id).upper()


@dataclass(frozen=True, slots=True)
class Correction:
    member_id: UUID
    details: MemberDetails


@brief
def correct_member(desk: Desk, context: Context, request: Correction) -> Outcome:
    """Record corrected details; a new national id is registered and the old one released."""

    def decide() -> Decision:
        member = desk.store.load(MEMBER, request.member_id)
        command = CorrectMemberDetails(request.details, context.effective_on)
        facts = MEMBER.decide(member.state, command)
        registers = national_id_moved(desk, member, request.details.national_id)
        return Decision((changed(member, facts), *registers), named(member))

    return carry_out(desk.store, context, decide)


def national_id_moved(desk: Desk, member: Loaded[Member], national_id: str) -> tuple[Change, ...]:
    """The changes by which a new national id is registered and the old one free again."""
    old = enrolled(member.state).details.national_id
    if normalised(old) == normalised(national_id):
        return ()
    return national_id_taken(desk, national_id, member.stream_id) + national_id_released(
        desk, old, member.stream_id
    )


@brief
def deactivate_member(desk: Desk, context: Context, member_id: UUID) -> Outcome:
    return _simply(desk, context, member_id, DeactivateMember(context.reason))


@brief
def reactivate_member(desk: Desk, context: Context, member_id: UUID) -> Outcome:
    return _simply(desk, context, member_id, ReactivateMember(context.reason))


@brief
def withdraw_member(desk: Desk, context: Context, member_id: UUID) -> Outcome:
    """Withdraw the record; its national id is free again, the history stays."""

    def decide() -> Decision:
        member = desk.store.load(MEMBER, member_id)
        facts = MEMBER.decide(member.state, WithdrawMember(context.reason))
        old = enrolled(member.state).details.national_id
        released = national_id_released(desk, old, member_id)
        return Decision((changed(member, facts), *released), named(member))

    return carry_out(desk.store, context, decide)


def _simply(
    desk: Desk, context: Context, member_id: UUID, command: DeactivateMember | ReactivateMember
) -> Outcome:
    def decide() -> Decision:
        member = desk.store.load(MEMBER, member_id)
        return Decision((changed(member, MEMBER.decide(member.state, command)),), named(member))

    return carry_out(desk.store, context, decide)


def named(member: Loaded[Member]) -> dict[str, str]:
    return {"id": str(member.stream_id), "number": enrolled(member.state).number}
