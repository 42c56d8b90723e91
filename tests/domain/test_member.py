"""Members: enrolled once, corrected, set aside, taken up again, withdrawn for good."""

from dataclasses import replace
from datetime import date

import pytest

from domain.member import MEMBER
from domain.member.decide import (
    CorrectMemberDetails,
    DeactivateMember,
    EnrolMember,
    MemberCommand,
    ReactivateMember,
    WithdrawMember,
)
from domain.member.events import (
    MemberDeactivated,
    MemberDetailsCorrected,
    MemberEnrolled,
    MemberReactivated,
    MemberWithdrawn,
    Relationship,
)
from domain.member.state import Enrolled, Withdrawn
from domain.refusals import RuleBroken, WrongStage
from tests.support.sample_facts import DETAILS, SPOUSE
from tests.support.sample_facts import MEMBER as ASHA
from tests.support.scenario import given

DAY = date(2025, 6, 2)
enrolled = MemberEnrolled("MB-2025-00001", DETAILS)
married = replace(DETAILS, last_name="Mwakalinga Komba")


def test_a_person_is_enrolled_with_what_was_said() -> None:
    after = (
        given(MEMBER)
        .when(EnrolMember("MB-2025-00001", DETAILS, DAY, origin="portal"))
        .then(MemberEnrolled("MB-2025-00001", DETAILS, Relationship.SELF, None, "portal"))
    )
    assert after.state == Enrolled("MB-2025-00001", DETAILS, None, active=True)


def test_a_dependant_is_covered_through_a_principal() -> None:
    (
        given(MEMBER)
        .when(EnrolMember("MB-2025-00002", DETAILS, DAY, Relationship.SPOUSE, ASHA))
        .then(MemberEnrolled("MB-2025-00002", DETAILS, Relationship.SPOUSE, ASHA))
    )


@pytest.mark.parametrize(
    ("relationship", "principal"), [(Relationship.SELF, SPOUSE), (Relationship.CHILD, None)]
)
def test_a_relationship_needs_a_principal_and_a_principal_none(
    relationship: Relationship, principal: object
) -> None:
    (
        given(MEMBER)
        .when(EnrolMember("MB-2025-00002", DETAILS, DAY, relationship, principal))  # type: ignore[arg-type]  # both ids and none
        .then_refused("member.relationship_without_principal", RuleBroken, field="relationship")
    )


def test_nobody_is_enrolled_twice() -> None:
    (
        given(MEMBER, enrolled)
        .when(EnrolMember("MB-2025-00009", DETAILS, DAY))
        .then_refused("member.already_enrolled", WrongStage)
    )


def test_nobody_is_enrolled_before_birth() -> None:
    unborn = replace(DETAILS, born_on=date(2025, 6, 3))
    given(MEMBER).when(EnrolMember("MB-2025-00001", unborn, DAY)).then_refused(
        "member.born_in_future", RuleBroken, field="born_on"
    )
    given(MEMBER).when(EnrolMember("MB-2025-00001", replace(DETAILS, born_on=DAY), DAY)).onwards()
    given(MEMBER, enrolled).when(CorrectMemberDetails(unborn, DAY)).then_refused(
        "member.born_in_future"
    )


def test_details_are_corrected_and_the_same_details_are_no_news() -> None:
    after = (
        given(MEMBER, enrolled)
        .when(CorrectMemberDetails(married, DAY))
        .then(MemberDetailsCorrected(married))
        .when(CorrectMemberDetails(married, DAY))
        .then_nothing()
    )
    assert isinstance(after.state, Enrolled)
    assert after.state.details == married


def test_a_member_is_set_aside_and_taken_up_again_once_each() -> None:
    (
        given(MEMBER, enrolled)
        .when(ReactivateMember("nothing to do"))
        .then_nothing()
        .when(DeactivateMember("left the employer"))
        .then(MemberDeactivated("left the employer"))
        .when(DeactivateMember("again"))
        .then_nothing()
        .when(ReactivateMember("came back"))
        .then(MemberReactivated("came back"))
    )


def test_a_withdrawn_record_keeps_its_number_and_takes_nothing_more() -> None:
    gone = (
        given(MEMBER, enrolled)
        .when(WithdrawMember("entered twice"))
        .then(MemberWithdrawn("entered twice"))
    )
    assert gone.state == Withdrawn("MB-2025-00001", DETAILS)
    later: tuple[MemberCommand, ...] = (
        CorrectMemberDetails(married, DAY),
        DeactivateMember("x"),
        ReactivateMember("x"),
        WithdrawMember("x"),
    )
    for command in later:
        gone.when(command).then_refused("member.withdrawn", WrongStage)
    gone.when(EnrolMember("MB-2025-00009", DETAILS, DAY)).then_refused("member.already_enrolled")


def test_nothing_is_done_to_a_person_nobody_enrolled() -> None:
    before: tuple[MemberCommand, ...] = (
        CorrectMemberDetails(DETAILS, DAY),
        DeactivateMember("x"),
        ReactivateMember("x"),
        WithdrawMember("x"),
    )
    for command in before:
        given(MEMBER).when(command).then_refused(
            "member.not_enrolled", WrongStage, field="member_id"
        )
