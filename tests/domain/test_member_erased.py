"""A member's data is erased when two people want it and no law wants it kept."""

import pytest

from domain.member import MEMBER
from domain.member.decide import CorrectMemberDetails, MemberCommand, WithdrawMember
from domain.member.erasing import EraseMember, LiftLegalHold, PlaceLegalHold, RequestErasure
from domain.member.erasing_events import (
    LegalHoldLifted,
    LegalHoldPlaced,
    MemberErased,
    MemberErasureRefused,
    MemberErasureRequested,
)
from domain.member.events import MemberEnrolled, MemberWithdrawn
from domain.member.state import Erased
from domain.refusals import RuleBroken, WrongStage
from tests.domain.test_member import DAY
from tests.support.sample_facts import DETAILS
from tests.support.scenario import given

COURT = "COURT-2025-17"
enrolled = MemberEnrolled("MB-2025-00001", DETAILS)
requested = MemberErasureRequested("asked for it", "amina")
held = LegalHoldPlaced(COURT, "before the court", "grace")
erased = MemberErased("asked for it", "amina", "grace")
withdrawn = MemberWithdrawn("left")


def test_an_erasure_is_requested_by_one_and_approved_by_another() -> None:
    given(MEMBER, enrolled).when(RequestErasure("asked for it", "amina")).then(requested)
    given(MEMBER, enrolled, requested).when(EraseMember("grace")).then(erased)


def test_whoever_asks_does_not_approve() -> None:
    (
        given(MEMBER, enrolled, requested)
        .when(EraseMember("amina"))
        .then_refused("member.erasure_same_person")
    )


def test_nobody_is_erased_unasked() -> None:
    (
        given(MEMBER, enrolled)
        .when(EraseMember("grace"))
        .then_refused("member.erasure_not_requested")
    )


def test_a_hold_refuses_the_request_and_the_refusal_is_recorded() -> None:
    (
        given(MEMBER, enrolled, held)
        .when(RequestErasure("asked for it", "amina"))
        .then(MemberErasureRefused("asked for it", "amina", (COURT,)))
    )


def test_a_hold_that_came_after_the_request_refuses_the_approval() -> None:
    (
        given(MEMBER, enrolled, requested, held)
        .when(EraseMember("grace"))
        .then(MemberErasureRefused("asked for it", "grace", (COURT,)))
    )


def test_after_a_refusal_it_must_be_asked_for_again() -> None:
    refused = MemberErasureRefused("asked for it", "grace", (COURT,))
    (
        given(MEMBER, enrolled, requested, held, refused, LegalHoldLifted(COURT, "grace"))
        .when(EraseMember("grace"))
        .then_refused("member.erasure_not_requested")
    )


def test_a_hold_counts_until_the_last_one_is_lifted() -> None:
    other = LegalHoldPlaced("TAX-9", "audit", "grace")
    lifted = LegalHoldLifted(COURT, "grace")
    (
        given(MEMBER, enrolled, held, other, lifted)
        .when(RequestErasure("asked for it", "amina"))
        .then(MemberErasureRefused("asked for it", "amina", ("TAX-9",)))
    )


def test_a_hold_is_placed_once_and_lifted_only_where_it_is() -> None:
    given(MEMBER, enrolled).when(PlaceLegalHold(COURT, "before the court", "grace")).then(held)
    given(MEMBER, enrolled, held).when(PlaceLegalHold(COURT, "again", "grace")).then()
    given(MEMBER, enrolled).when(LiftLegalHold(COURT, "grace")).then_refused("member.no_such_hold")
    (
        given(MEMBER, enrolled)
        .when(PlaceLegalHold(" ", "why", "grace"))
        .then_refused("member.hold_without_name")
    )


def test_one_whose_record_was_withdrawn_can_be_held_and_erased() -> None:
    (
        given(MEMBER, enrolled, held, withdrawn)
        .when(RequestErasure("asked for it", "amina"))
        .then(MemberErasureRefused("asked for it", "amina", (COURT,)))
    )
    given(MEMBER, enrolled, withdrawn, requested).when(EraseMember("grace")).then(erased)


def test_erased_is_for_ever_and_once() -> None:
    given(MEMBER, enrolled, requested, erased).when(EraseMember("grace")).then()
    assert MEMBER.fold([enrolled, requested, erased]) == Erased("MB-2025-00001")


@pytest.mark.parametrize(
    "command",
    [
        CorrectMemberDetails(DETAILS, DAY),
        WithdrawMember("left"),
        RequestErasure("again", "amina"),
        PlaceLegalHold(COURT, "too late", "grace"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_more_is_done_with_an_erased_member(command: MemberCommand) -> None:
    given(MEMBER, enrolled, requested, erased).when(command).then_refused("member.erased")


def test_refusals_are_of_the_right_kind() -> None:
    state = MEMBER.fold([enrolled, requested])
    with pytest.raises(RuleBroken):
        MEMBER.decide(state, EraseMember("amina"))
    with pytest.raises(WrongStage):
        MEMBER.decide(MEMBER.initial, RequestErasure("asked for it", "amina"))
    with pytest.raises(RuleBroken):
        MEMBER.decide(state, RequestErasure(" ", "amina"))
