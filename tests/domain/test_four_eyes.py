"""S14: nobody agrees to what they have put forward, in whatever order people act.

Stories of many people at each thing that asks for a second person: random people under random
spellings of their names, with and without the authority of their seniors. Who has put forward
what is agreed to, is counted here and not taken from the aggregate.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from domain.adjudication.preauthorisation import ChangeItem
from domain.adjudication.routing import Route
from domain.beneficiary import BENEFICIARY
from domain.beneficiary.decide import ApproveBeneficiary, CorrectBeneficiary, NominateBeneficiary
from domain.claim import CLAIM
from domain.claim.correcting import CorrectClaim
from domain.claim.decide import ApproveClaim, PrepareClaim
from domain.claim.deciding_again import ReadjudicateClaim
from domain.claim.desk_work import AssignClaim
from domain.claim.events import Again, ClaimApproved
from domain.decider import Decider
from domain.dispute import DISPUTE
from domain.dispute.decide import AmendDispute, AppealDispute, DecideDispute, OpenDispute
from domain.dispute.events import Outcome
from domain.document import DOCUMENT
from domain.document.decide import AddVersion, VerifyDocument
from domain.four_eyes import another_person
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.decide import (
    ApprovePromotion,
    EvaluateModel,
    ProposePromotion,
    RegisterModel,
)
from domain.member import MEMBER as PERSON
from domain.member.erasing import EraseMember, RequestErasure
from domain.member.profile import ApproveProfileChange, ChangeProfile
from domain.payment import PAYMENT
from domain.payment.decide import APPROVAL, ApprovePayment, SchedulePayment
from domain.preauthorisation import PREAUTHORISATION
from domain.preauthorisation.decide import ApproveRequest, PendRequest, UpdateItems
from domain.refusals import Refused, RuleBroken
from domain.report import REPORT
from domain.report.decide import ApproveReport, CheckReport
from domain.underwriting import UNDERWRITING
from domain.underwriting.decide import ApproveCase, AssessRisk, MakeCounterOffer, OpenCase
from domain.underwriting.decide import ReferCase as ReferUpwards
from tests.domain.test_claim import ADJUDICATE, LATER, SCORE, SUBMIT
from tests.domain.test_document import ADD, FIRST
from tests.domain.test_fraud_model import FIGURES, REGISTER
from tests.domain.test_membership import ADULT, DAY, ENROLLED, RENAMED
from tests.domain.test_preauthorisation import REQUEST
from tests.domain.test_report import SHA, draft
from tests.support.sample_facts import (
    CLAIM as CLAIM_ID,
)
from tests.support.sample_facts import DECLARATION, DETERMINATION, MEMBER, PRODUCT, PROVIDER, tzs
from tests.support.sample_membership import PROFILE

PEOPLE = (
    ("amina", "Amina", " amina ", "ＡＭＩＮＡ"),
    ("joseph", "JOSEPH", "joseph\u00a0"),
    ("straße", "STRASSE"),
    ("zawadi", "Zawadi"),
)
Step = Callable[[random.Random, str], Any]
SHORT, LONG = 1_000, 10_000


@dataclass(frozen=True)
class Errand:
    """What may be done at a thing. `puts` adds its person to those who put it forward, `anew`
    leaves only them; `agrees` must be somebody else; `beside` is neither."""

    decider: Decider[Any, Any, Any]
    first: tuple[Any, ...]
    puts: tuple[Step, ...] = ()
    anew: tuple[Step, ...] = ()
    agrees: tuple[Step, ...] = ()
    beside: tuple[Step, ...] = ()


def claim() -> Errand:
    looked_at = replace(ADJUDICATE, route=Route.MANAGER_APPROVAL)
    entered = CorrectClaim(
        SUBMIT.kind, SUBMIT.visit_type, SUBMIT.service_from, SUBMIT.service_until,
        SUBMIT.diagnoses, SUBMIT.lines, "", replaces=True,
    )  # fmt: skip
    again = ReadjudicateClaim(
        DETERMINATION, tzs(23_500), Route.MANAGER_APPROVAL, PRODUCT, 1, 1, 3, 2,
        Again.REPLACED, "", LATER, may_manage=True,
    )  # fmt: skip
    return Errand(
        CLAIM,
        (),
        puts=(
            lambda _, who: replace(SUBMIT, submitted_by=who),
            lambda _, who: PrepareClaim(who, ""),
            lambda dice, who: replace(
                entered, corrected_by=who, diagnoses=(dice.choice(("B54", "A01", "J45")),)
            ),
        ),
        agrees=(lambda dice, who: ApproveClaim(who, may_manage=dice.random() < 0.7),),
        beside=(
            lambda *_: SCORE,
            lambda *_: looked_at,
            lambda _, who: replace(again, decided_by=who),
            lambda dice, who: AssignClaim(dice.choice(PEOPLE)[0], who),
        ),
    )


def payment() -> Errand:
    schedule = SchedulePayment(
        "PAY-1", CLAIM_ID, "CLM-1", "provider", PROVIDER, "0150", tzs(900_000), APPROVAL
    )
    return Errand(
        PAYMENT,
        (),
        puts=(lambda _, who: replace(schedule, prepared_by=who),),
        agrees=(lambda _, who: ApprovePayment(who),),
    )


def preauthorisation() -> Errand:
    approve = ApproveRequest(DETERMINATION, LATER.replace(year=2027), "", PRODUCT, 1, LATER)
    return Errand(
        PREAUTHORISATION,
        (),
        puts=(
            lambda _, who: replace(REQUEST, requested_by=who),
            lambda dice, who: UpdateItems(
                (ChangeItem(1),), (), ((1, tzs(dice.randint(1, 9_000_000))),), who
            ),
        ),
        agrees=(lambda _, who: replace(approve, approver=who),),
        beside=(lambda *_: PendRequest(("a letter",)),),
    )


def underwriting() -> Errand:
    opened = OpenCase("UWC-1", MEMBER, tzs(5_000_000), tzs(75_000), DECLARATION)
    return Errand(
        UNDERWRITING,
        (),
        puts=(lambda _, who: replace(opened, opened_by=who),),
        agrees=(
            lambda dice, who: ApproveCase(who, dice.random() < 0.7, 100),
            lambda dice, who: MakeCounterOffer(who, dice.random() < 0.7, 100),
        ),
        beside=(lambda *_: AssessRisk(tzs(1)), lambda *_: ReferUpwards("unsure")),
    )


def report() -> Errand:
    return Errand(
        REPORT,
        (),
        puts=(lambda _, who: CheckReport(SHA, ("it ties",), (), who),),
        anew=(lambda _, who: draft(drafted_by=who),),
        agrees=(lambda _, who: ApproveReport(who),),
    )


def model() -> Errand:
    def trained(_: random.Random, who: str) -> RegisterModel:
        return replace(REGISTER, registered_by=who)

    return Errand(
        FRAUD_MODEL,
        (),
        puts=(trained, lambda _, who: ProposePromotion(1, who)),
        agrees=(lambda _, who: ApprovePromotion(1, who),),
        beside=(lambda _, who: EvaluateModel(1, "d" * 64, 3_000, 120, FIGURES, who),),
    )


def profile() -> Errand:
    return Errand(
        PERSON,
        (ENROLLED,),
        anew=(
            lambda dice, who: ChangeProfile(
                replace(RENAMED, last_name=dice.choice(("Mushi", "Mtei"))), PROFILE, who, DAY
            ),
        ),
        agrees=(lambda _, who: ApproveProfileChange(who),),
    )


def erasure() -> Errand:
    return Errand(
        PERSON,
        (ENROLLED,),
        anew=(lambda _, who: RequestErasure("asked for it", who),),
        agrees=(lambda _, who: EraseMember(who),),
    )


def beneficiary() -> Errand:
    return Errand(
        BENEFICIARY,
        (),
        anew=(
            lambda _, who: NominateBeneficiary(MEMBER, ADULT, 10_000, who, DAY),
            lambda dice, who: CorrectBeneficiary(ADULT, dice.randint(1, 10_000), who, DAY),
        ),
        agrees=(lambda _, who: ApproveBeneficiary(who),),
    )


def document() -> Errand:
    def better(dice: random.Random, who: str) -> AddVersion:
        return AddVersion("b.pdf", replace(FIRST, sha256=f"{dice.getrandbits(256):064x}"), who)

    return Errand(
        DOCUMENT,
        (),
        anew=(lambda _, who: replace(ADD, added_by=who), better),
        agrees=(lambda _, who: VerifyDocument(who),),
    )


def dispute() -> Errand:
    return Errand(
        DISPUTE,
        (),
        puts=(
            lambda _, who: OpenDispute(
                "DSP-1", CLAIM_ID, "CLM-1", MEMBER, (1,), "too little", who,
                claim_is_decided=True, line_numbers=(1,),
            ),
            lambda _, who: AmendDispute("still too little", who),
            lambda _, who: AppealDispute("not right", who),
        ),
        agrees=(lambda dice, who: DecideDispute(dice.choice(list(Outcome)), "as it was", who),),
    )  # fmt: skip


ERRANDS = {
    made.__name__: made()
    for made in (
        beneficiary, claim, dispute, document, erasure, model, payment, preauthorisation, profile,
        report, underwriting,
    )
}  # fmt: skip


def play(errand: Errand, dice: random.Random) -> tuple[int, list[str]]:
    """How often somebody agreed, and who agreed to their own."""
    state = errand.decider.fold(errand.first)
    put_forward: set[int] = set()
    agreed, own = 0, []
    kinds = {"puts": errand.puts, "anew": errand.anew, "agrees": errand.agrees,
             "beside": errand.beside}  # fmt: skip
    steps = [(kind, step) for kind, group in kinds.items() for step in group]
    # Half of a story goes straight ahead, so that there is something to agree to.
    straight = [it for it in steps if it[0] != "agrees"]
    for kind, step in [*straight, *dice.choices([*steps, *(s for s in steps if s[0] == "agrees")],
                                               k=dice.randint(4, 14))]:  # fmt: skip
        who = dice.randrange(len(PEOPLE))
        try:
            facts = errand.decider.decide(state, step(dice, dice.choice(PEOPLE[who])))
        except Refused:
            continue
        state = errand.decider.fold(facts, state)
        if not facts:
            continue
        if kind == "agrees":
            agreed += 1
            if who in put_forward:
                own.append(f"{PEOPLE[who][0]}: {facts[0]}")
        elif kind != "beside":
            put_forward = {who} if kind == "anew" else put_forward | {who}
        signs = [it.approved_by for it in facts if isinstance(it, ClaimApproved)]
        if kind != "agrees" and any(name != "rules" for name in signs):
            own.append(f"nobody was asked: {facts}")
    return agreed, own


@pytest.mark.parametrize(
    "sequences", [SHORT, pytest.param(LONG, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_nobody_agrees_to_their_own(sequences: int) -> None:
    dice = random.Random(14)  # the same stories every time
    told = dict.fromkeys(ERRANDS, 0)
    for number in range(sequences):
        name = sorted(ERRANDS)[number % len(ERRANDS)]
        agreed, own = play(ERRANDS[name], dice)
        assert not own, f"{name}, story {number}: {own}"
        told[name] += agreed
    assert all(told.values()), f"nobody ever agreed to: {told}"
    print(f"S14: {sequences} stories, {sum(told.values())} agreements, 0 to one's own")


@pytest.mark.parametrize("name", ["amina", "AMINA ", "ａｍｉｎａ", "", "  "])
def test_a_name_that_only_looks_different_is_the_same_person(name: str) -> None:
    with pytest.raises(RuleBroken):
        another_person(name, {"amina"}, "payment.same_person", "no")
    another_person("joseph", {"amina"}, "payment.same_person", "no")


def test_who_decided_a_claim_does_not_pay_it_where_duties_are_kept_apart() -> None:
    waiting = payment().decider.fold(
        PAYMENT.decide(PAYMENT.initial, payment().puts[0](random.Random(1), "amina"))
    )
    apart = ApprovePayment("Joseph", decided_claim=("joseph",))
    with pytest.raises(RuleBroken, match=r"payment\.duties_apart"):
        PAYMENT.decide(waiting, apart)
    assert PAYMENT.decide(waiting, replace(apart, approver="neema"))
