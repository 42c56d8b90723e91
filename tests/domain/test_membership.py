"""Profiles, beneficiaries, cards, biometric records: what is allowed, told as short stories."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid5

from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.beneficiary import BENEFICIARY
from domain.beneficiary import events as beneficiary
from domain.beneficiary.decide import (
    ApproveBeneficiary,
    CorrectBeneficiary,
    NominateBeneficiary,
    RejectBeneficiary,
    RemoveBeneficiary,
)
from domain.biometric import BIOMETRIC
from domain.biometric import events as biometric
from domain.biometric.decide import CompareBiometric, DestroyBiometric, RegisterBiometric
from domain.card import CARD
from domain.card import events as card
from domain.card.decide import ActivateCard, IssueCard, PrintCard, RevokeCard
from domain.card.state import Card, Issued
from domain.designation import DESIGNATION
from domain.designation.decide import (
    WHOLE_BPS,
    ConfirmShare,
    DesignationCommand,
    DropShare,
    PlanShare,
)
from domain.designation.events import (
    DesignationInForce,
    Held,
    ShareConfirmed,
    ShareDropped,
    SharePlanned,
)
from domain.designation.state import Designation
from domain.emergency_contact import EMERGENCY_CONTACT
from domain.emergency_contact.decide import (
    CorrectEmergencyContact,
    NameEmergencyContact,
    RemoveEmergencyContact,
)
from domain.emergency_contact.events import EmergencyContactNamed, EmergencyContactRemoved
from domain.member import MEMBER as PERSON
from domain.member import events as member
from domain.member.decide import EnrolMember
from domain.member.profile import (
    ApproveProfileChange,
    ChangeProfile,
    RejectProfileChange,
    TakePhoto,
)
from domain.refusals import Refused
from tests.support.sample_facts import DETAILS, MEMBER
from tests.support.sample_membership import BROTHER, NOMINEE, PROFILE
from tests.support.scenario import given

DAY = date(2025, 3, 1)
ENROLLED = member.MemberEnrolled("MB-2025-00001", DETAILS)
MOVED = replace(DETAILS, phone="+255 712 999 999", ward="Kariakoo")
RENAMED = replace(DETAILS, last_name="Mushi")
ADULT = replace(NOMINEE, born_on=date(1990, 1, 1), guardian="")


def change(details: member.MemberDetails, *, by_member: bool = False) -> ChangeProfile:
    return ChangeProfile(details, PROFILE, "juma", DAY, by_member)


def test_staff_change_contacts_at_once_and_nothing_when_nothing_differs() -> None:
    (
        given(PERSON, ENROLLED)
        .when(change(MOVED))
        .then(member.MemberDetailsCorrected(MOVED), member.MemberProfileRecorded(PROFILE))
        .when(change(MOVED, by_member=True))
        .then_nothing()
    )


def test_who_somebody_is_and_what_members_ask_for_waits_for_another_person() -> None:
    for wanted in (change(RENAMED), change(MOVED, by_member=True)):
        asked = member.ProfileChangeRequested(wanted.details, PROFILE, "juma")
        waiting = given(PERSON, ENROLLED).when(wanted).then(asked)
        waiting.when(ApproveProfileChange("juma")).then_refused("member.change_same_person")
        waiting.when(RejectProfileChange("amina", ())).then_refused(
            "member.change_rejected_without_reason"
        )
        approved = waiting.when(ApproveProfileChange("amina")).then(
            member.ProfileChangeApproved("amina"),
            member.MemberDetailsCorrected(wanted.details),
            member.MemberProfileRecorded(PROFILE),
        )
        approved.when(ApproveProfileChange("amina")).then_refused("member.no_change_waiting")


def test_a_rejected_change_leaves_the_profile_alone() -> None:
    asked = member.ProfileChangeRequested(RENAMED, PROFILE, "juma")
    left = given(PERSON, ENROLLED, asked).when(RejectProfileChange("amina", ("NO_PROOF",)))
    after = left.then(member.ProfileChangeRejected("amina", ("NO_PROOF",)))
    assert after.state == given(PERSON, ENROLLED).state


def test_the_same_photo_again_is_nothing_new() -> None:
    photo = TakePhoto("image/jpeg", 31_200, "a" * 64, "juma")
    taken = member.MemberPhotoTaken("image/jpeg", 31_200, "a" * 64, "juma")
    given(PERSON, ENROLLED).when(photo).then(taken).when(photo).then_nothing()


def test_somebody_who_is_reached_alike_is_enrolled_when_somebody_rules_it_out() -> None:
    alike = EnrolMember("MB-2025-00001", DETAILS, DAY, alike=("MB-2024-00017",))
    given(PERSON).when(alike).then_refused("member.alike_known", alike=["MB-2024-00017"])
    ruled_out = member.MemberDuplicateRuledOut(("MB-2024-00017",), "juma")
    given(PERSON).when(replace(alike, ruled_out_by="juma")).then(ENROLLED, ruled_out)


def test_an_emergency_contact_can_be_called_and_is_gone_when_removed() -> None:
    silent = replace(BROTHER, phone=" ")
    named = EmergencyContactNamed(MEMBER, BROTHER)
    empty = given(EMERGENCY_CONTACT)
    empty.when(NameEmergencyContact(MEMBER, silent)).then_refused("emergency_contact.without_phone")
    empty.when(CorrectEmergencyContact(BROTHER)).then_refused("emergency_contact.not_found")
    (
        empty.when(NameEmergencyContact(MEMBER, BROTHER))
        .then(named)
        .when(CorrectEmergencyContact(BROTHER))
        .then_nothing()
        .when(RemoveEmergencyContact("abroad"))
        .then(EmergencyContactRemoved("abroad"))
        .when(CorrectEmergencyContact(BROTHER))
        .then_refused("emergency_contact.removed")
    )


def test_a_minor_needs_a_guardian_until_the_day_of_age() -> None:
    of_age = DAY.replace(year=DAY.year - 18)
    for born_on, code in (
        (of_age + timedelta(days=1), "without_guardian"),
        (DAY.replace(year=2026), "born_in_future"),
    ):
        young = NominateBeneficiary(MEMBER, replace(ADULT, born_on=born_on), 5_000, "juma", DAY)
        given(BENEFICIARY).when(young).then_refused(f"beneficiary.{code}")
    grown = replace(ADULT, born_on=of_age)
    nominated = beneficiary.BeneficiaryNominated(MEMBER, grown, 5_000, "juma")
    given(BENEFICIARY).when(NominateBeneficiary(MEMBER, grown, 5_000, "juma", DAY)).then(nominated)


def test_a_beneficiary_is_approved_by_somebody_else_and_again_after_a_correction() -> None:
    known = given(BENEFICIARY, beneficiary.BeneficiaryNominated(MEMBER, ADULT, 5_000, "juma"))
    known.when(ApproveBeneficiary("juma")).then_refused("beneficiary.same_person")
    known.when(RejectBeneficiary("grace", ())).then_refused("beneficiary.rejected_without_reason")
    approved = known.when(ApproveBeneficiary("grace")).then(
        beneficiary.BeneficiaryApproved("grace")
    )
    approved.when(RejectBeneficiary("grace", ("LATE",))).then_refused("beneficiary.not_waiting")
    corrected = approved.when(CorrectBeneficiary(ADULT, 6_000, "amina", DAY)).then(
        beneficiary.BeneficiaryCorrected(ADULT, 6_000, "amina")
    )
    corrected.when(ApproveBeneficiary("amina")).then_refused("beneficiary.same_person")
    removed = corrected.when(RemoveBeneficiary("asked", "amina")).then(
        beneficiary.BeneficiaryRemoved("asked", "amina")
    )
    removed.when(ApproveBeneficiary("grace")).then_refused("beneficiary.removed")


def one(number: int) -> UUID:
    return uuid5(MEMBER, str(number))


def test_shares_are_in_force_with_the_last_approval_of_a_whole() -> None:
    half = (
        given(DESIGNATION)
        .when(PlanShare(MEMBER, one(1), 6_000))
        .then(SharePlanned(MEMBER, one(1), 6_000))
    )
    half.when(ConfirmShare(one(1))).then_refused("designation.below_the_whole")
    half.when(PlanShare(MEMBER, one(2), 4_001)).then_refused("designation.above_the_whole")
    whole = half.when(PlanShare(MEMBER, one(2), 4_000)).then(SharePlanned(MEMBER, one(2), 4_000))
    shares = DesignationInForce((Held(one(1), 6_000), Held(one(2), 4_000)))
    in_force = (
        whole.when(ConfirmShare(one(2)))
        .then(ShareConfirmed(one(2)))
        .when(ConfirmShare(one(1)))
        .then(ShareConfirmed(one(1)), shares)
    )
    dropped = in_force.when(DropShare(one(1))).then(ShareDropped(one(1)))
    assert dropped.state.in_force == shares.shares, "until a new whole is approved"
    dropped.when(DropShare(one(1))).then_nothing()


STEPS = st.lists(
    st.tuples(st.sampled_from(("plan", "confirm", "drop")), st.integers(1, 4),
              st.integers(-1, WHOLE_BPS + 1)),
    max_size=40,
)  # fmt: skip


@for_all(STEPS)
def test_whatever_is_tried_the_shares_in_force_make_the_whole(
    steps: list[tuple[str, int, int]],
) -> None:
    known = Designation()
    for what, who, bps in steps:
        commands: dict[str, DesignationCommand] = {
            "plan": PlanShare(MEMBER, one(who), bps),
            "confirm": ConfirmShare(one(who)),
            "drop": DropShare(one(who)),
        }
        command = commands[what]
        try:
            facts = DESIGNATION.decide(known, command)
        except Refused:
            continue
        known = DESIGNATION.fold(facts, known)
        assert known.planned_bps <= WHOLE_BPS
        assert sum(held.share_bps for held in known.in_force) in (0, WHOLE_BPS)


ISSUE = IssueCard(
    "CRD-2025-00001", MEMBER, "MB-2025-00001", card.Medium.PHYSICAL, DAY, date(2027, 3, 1), "juma"
)
ISSUED = card.CardIssued(
    "CRD-2025-00001", MEMBER, "MB-2025-00001", card.Medium.PHYSICAL, date(2027, 3, 1), "juma"
)


def test_a_physical_card_counts_from_its_activation_to_its_end() -> None:
    ordered = given(CARD).when(ISSUE).then(ISSUED)
    assert not counts(ordered.state, DAY)
    printed = ordered.when(PrintCard("room 2")).then(card.CardPrinted("room 2"))
    printed.when(PrintCard("room 2")).then_nothing()
    active = printed.when(ActivateCard(DAY, "juma")).then(card.CardActivated("juma"))
    assert counts(active.state, date(2027, 2, 28))
    assert not counts(active.state, date(2027, 3, 1))
    ordered.when(ActivateCard(date(2027, 3, 1), "juma")).then_refused("card.expired")


def counts(state: Card, day: date) -> bool:
    return isinstance(state, Issued) and state.counts_on(day)


def test_a_digital_card_counts_at_once_and_a_revoked_one_never_again() -> None:
    digital = replace(ISSUED, medium=card.Medium.DIGITAL)
    known = given(CARD, digital)
    assert counts(known.state, DAY)
    known.when(PrintCard("room 2")).then_refused("card.not_to_be_printed")
    revoked = known.when(RevokeCard("lost", "juma")).then(card.CardRevoked("lost", "juma"))
    revoked.when(RevokeCard("lost", "juma")).then_nothing()
    revoked.when(ActivateCard(DAY, "juma")).then_refused("card.revoked")
    endless = replace(ISSUE, expires_on=DAY)
    given(CARD).when(endless).then_refused("card.counts_on_no_day")


CAPTURE = RegisterBiometric(
    MEMBER, biometric.Modality.FINGER, "right_thumb", 78, "net-3", "desk 4", "juma"
)
CAPTURED = biometric.BiometricRegistered(
    MEMBER, biometric.Modality.FINGER, "right_thumb", 78, "net-3", "desk 4", "juma"
)
COMPARE = CompareBiometric("admission", "net-3", 8_499, 8_500, "clinic")


def test_every_comparison_is_recorded_and_none_after_the_end() -> None:
    given(BIOMETRIC).when(replace(CAPTURE, quality=39)).then_refused("biometric.quality_too_low")
    known = given(BIOMETRIC).when(CAPTURE).then(CAPTURED)
    failed = biometric.BiometricCompared("admission", False, 8_499, 8_500, "clinic")
    passed = biometric.BiometricCompared("admission", True, 8_500, 8_500, "clinic")
    tried = known.when(COMPARE).then(failed).when(replace(COMPARE, similarity_bps=8_500))
    tried.then(passed)
    known.when(replace(COMPARE, model="net-4")).then_refused("biometric.other_model")
    known.when(replace(COMPARE, purpose=" ")).then_refused("biometric.without_purpose")
    gone = known.when(DestroyBiometric("asked", "juma")).then(
        biometric.BiometricDestroyed("asked", "juma")
    )
    gone.when(COMPARE).then_refused("biometric.destroyed")
    gone.when(DestroyBiometric("asked", "juma")).then_nothing()
