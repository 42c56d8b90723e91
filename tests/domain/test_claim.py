"""Claims: from submission through score, determination and approval to the last shilling."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.adjudication.determination import ClaimStatus, Determination, LineStatus
from domain.adjudication.routing import Route
from domain.claim import CLAIM
from domain.claim.decide import (
    MOST_LINES,
    AdjudicateClaim,
    ApproveClaim,
    ClaimCommand,
    ClearClaim,
    DenyClaim,
    PrepareClaim,
    ScoreClaim,
    SettleClaim,
    SubmitClaim,
    WithdrawClaim,
)
from domain.claim.events import (
    BilledLine,
    ClaimAdjudicated,
    ClaimApproved,
    ClaimCleared,
    ClaimClosed,
    ClaimDenied,
    ClaimEvent,
    ClaimPaid,
    ClaimPrepared,
    ClaimScored,
    ClaimSubmitted,
    ClaimSuspended,
    ClaimWithdrawn,
    Payee,
)
from domain.claim.state import Claim, Stage, Submitted
from domain.refusals import RuleBroken, WrongStage
from tests.support.sample_facts import (
    DETERMINATION,
    LINES,
    MEMBER,
    PAYMENT,
    POLICY,
    PRODUCT,
    PROVIDER,
    tzs,
)
from tests.support.scenario import Given, given

DAY, LATER = date(2025, 3, 3), date(2025, 3, 4)
SUBMIT = SubmitClaim(
    number="CLM-2025-00001",
    member_id=MEMBER,
    policy_id=POLICY,
    provider_id=PROVIDER,
    kind="outpatient",
    invoice_no="INV-77",
    service_from=DAY,
    service_until=DAY,
    diagnoses=("B54",),
    lines=LINES,
    payee=Payee.PROVIDER,
    submitted_on=LATER,
    submitted_by="juma",
)
submitted = ClaimSubmitted(
    number="CLM-2025-00001",
    member_id=MEMBER,
    policy_id=POLICY,
    provider_id=PROVIDER,
    kind="outpatient",
    invoice_no="INV-77",
    service_from=DAY,
    service_until=DAY,
    diagnoses=("B54",),
    lines=LINES,
    billed=tzs(25_000),
    payee=Payee.PROVIDER,
    submitted_by="juma",
    submitted_on=LATER,
)
SUSPEND_AT = Decimal("0.80")
SCORE = ScoreClaim(Decimal(0), "rules-1", (), 17, SUSPEND_AT)
scored = ClaimScored(Decimal(0), "rules-1", (), 17, suspends=False)
ADJUDICATE = AdjudicateClaim(
    determination=DETERMINATION,
    payable=tzs(23_500),
    route=Route.AUTO_APPROVED,
    product_id=PRODUCT,
    product_version=1,
    tariff_no=1,
    accumulator_version=3,
    lifetime_version=2,
    decided_on=LATER,
)


def adjudicated(route: Route) -> ClaimAdjudicated:
    return ClaimAdjudicated(DETERMINATION, tzs(23_500), route, PRODUCT, 1, 1, 3, 2)


AUTO = adjudicated(Route.AUTO_APPROVED)
PROCESSOR = adjudicated(Route.PROCESSOR_REVIEW)
MANAGER = adjudicated(Route.MANAGER_APPROVAL)
approved = ClaimApproved(tzs(23_500), Route.AUTO_APPROVED, "rules")
paid = ClaimPaid(PAYMENT, tzs(23_500), LATER)


class TestSubmitting:
    def test_the_billed_amount_is_the_sum_of_the_lines(self) -> None:
        after = given(CLAIM).when(SUBMIT).then(submitted)
        assert isinstance(after.state, Submitted)
        assert after.state.touched_by == {"juma"}

    def test_a_claim_is_submitted_once(self) -> None:
        given(CLAIM, submitted).when(SUBMIT).then_refused("claim.already_submitted", WrongStage)

    def test_days_of_service_come_in_order_and_before_the_claim(self) -> None:
        backwards = replace(SUBMIT, service_until=date(2025, 3, 2))
        given(CLAIM).when(backwards).then_refused(
            "claim.service_ends_before_start", RuleBroken, field="service_until"
        )
        given(CLAIM).when(replace(SUBMIT, submitted_on=date(2025, 3, 2))).then_refused(
            "claim.service_in_future", RuleBroken, field="service_until"
        )
        given(CLAIM).when(replace(SUBMIT, submitted_on=DAY)).onwards()

    @pytest.mark.parametrize(
        ("lines", "code", "field"),
        [
            ((), "line_count", "lines"),
            (
                tuple(replace(LINES[0], line=n) for n in range(1, MOST_LINES + 2)),
                "line_count",
                "lines",
            ),
            ((LINES[0], LINES[0]), "line_twice", "lines"),
            (
                (replace(LINES[0], quantity=Decimal(0)),),
                "quantity_not_positive",
                "lines.1.quantity",
            ),
            ((replace(LINES[0], billed=tzs(-1)),), "billed_negative", "lines.1.billed"),
            (
                (LINES[0], replace(LINES[1], billed=replace(tzs(1), currency="USD"))),
                "currencies_mixed",
                "lines.2.billed",
            ),
        ],
    )
    def test_unsound_lines_are_refused(
        self, lines: tuple[BilledLine, ...], code: str, field: str
    ) -> None:
        given(CLAIM).when(replace(SUBMIT, lines=lines)).then_refused(
            f"claim.{code}", RuleBroken, field=field
        )

    def test_the_most_lines_are_taken(self) -> None:
        lines = tuple(replace(LINES[0], line=n) for n in range(1, MOST_LINES + 1))
        given(CLAIM).when(replace(SUBMIT, lines=lines)).onwards()


class TestScoring:
    @pytest.mark.parametrize("score", ["0", "0.79"])
    def test_below_the_threshold_a_claim_goes_on(self, score: str) -> None:
        command = replace(SCORE, score=Decimal(score))
        given(CLAIM, submitted).when(command).then(replace(scored, score=Decimal(score)))

    @pytest.mark.parametrize("score", ["0.80", "0.92"])
    def test_from_the_threshold_on_it_is_suspended_with_its_reasons(self, score: str) -> None:
        command = replace(SCORE, score=Decimal(score), reasons=("FREQUENCY_ABUSE",))
        given(CLAIM, submitted).when(command).then(
            ClaimScored(Decimal(score), "rules-1", ("FREQUENCY_ABUSE",), 17, suspends=True),
            ClaimSuspended(("FREQUENCY_ABUSE",)),
        )

    def test_it_is_scored_once(self) -> None:
        given(CLAIM, submitted, scored).when(SCORE).then_refused("claim.wrong_stage", WrongStage)

    def test_an_investigator_clears_a_suspended_claim_only(self) -> None:
        (
            given(CLAIM, submitted, scored, ClaimSuspended(()))
            .when(ADJUDICATE)
            .then_refused("claim.wrong_stage", WrongStage, stage="suspended")
            .when(ClearClaim("physiotherapy"))
            .then(ClaimCleared("physiotherapy"))
            .when(ClearClaim("again"))
            .then_refused("claim.wrong_stage", WrongStage)
        )


class TestAdjudicating:
    def test_a_small_claim_is_approved_by_the_rules(self) -> None:
        given(CLAIM, submitted, scored).when(ADJUDICATE).then(AUTO, approved)

    @pytest.mark.parametrize("route", [Route.PROCESSOR_REVIEW, Route.MANAGER_APPROVAL])
    def test_a_larger_one_waits_for_people(self, route: Route) -> None:
        given(CLAIM, submitted, scored).when(replace(ADJUDICATE, route=route)).then(
            adjudicated(route)
        )

    def test_a_claim_refused_whole_is_denied_with_every_reason(self) -> None:
        refused = replace(
            all_lines(LineStatus.REJECTED, "NOT_COVERED"),
            status=ClaimStatus.REJECTED,
            reason="OUTSIDE_POLICY_PERIOD",
        )
        command = replace(ADJUDICATE, determination=refused, payable=tzs(0))
        facts = given(CLAIM, submitted, scored).when(command).facts
        assert facts[1:] == (ClaimDenied(("OUTSIDE_POLICY_PERIOD", "NOT_COVERED")),)

    def test_a_claim_with_every_line_refused_is_denied(self) -> None:
        refused = all_lines(LineStatus.REJECTED, "NOT_COVERED")
        command = replace(ADJUDICATE, determination=refused, payable=tzs(0))
        facts = given(CLAIM, submitted, scored).when(command).facts
        assert facts[1:] == (ClaimDenied(("NOT_COVERED",)),)

    def test_what_the_members_share_takes_whole_is_closed_and_not_denied(self) -> None:
        facts = given(CLAIM, submitted, scored).when(replace(ADJUDICATE, payable=tzs(0))).facts
        assert facts[1:] == (ClaimClosed(LATER),)

    def test_never_more_than_was_billed(self) -> None:
        claim = given(CLAIM, submitted, scored)
        claim.when(replace(ADJUDICATE, payable=tzs("25000.01"))).then_refused(
            "claim.paid_above_billed", RuleBroken
        )
        claim.when(replace(ADJUDICATE, payable=tzs(25_000))).onwards()

    def test_terms_in_another_currency_decide_nothing(self) -> None:
        dollars = replace(tzs(10), currency="USD")
        given(CLAIM, submitted, scored).when(replace(ADJUDICATE, payable=dollars)).then_refused(
            "claim.currency_differs", RuleBroken
        )

    def test_an_unscored_claim_is_not_adjudicated(self) -> None:
        given(CLAIM, submitted).when(ADJUDICATE).then_refused("claim.wrong_stage", WrongStage)


class TestFourEyes:
    def test_a_processor_approves_what_somebody_else_entered(self) -> None:
        (
            given(CLAIM, submitted, scored, PROCESSOR)
            .when(ApproveClaim("neema", may_manage=False))
            .then(ClaimApproved(tzs(23_500), Route.PROCESSOR_REVIEW, "neema"))
        )

    def test_above_the_band_a_manager_approves(self) -> None:
        claim = given(CLAIM, submitted, scored, MANAGER)
        claim.when(ApproveClaim("neema", may_manage=False)).then_refused(
            "claim.needs_manager", RuleBroken
        )
        claim.when(ApproveClaim("rehema", may_manage=True)).then(
            ClaimApproved(tzs(23_500), Route.MANAGER_APPROVAL, "rehema")
        )

    @pytest.mark.parametrize("person", ["juma", "rehema"])
    def test_who_entered_or_prepared_it_never_approves_it(self, person: str) -> None:
        prepared = (
            given(CLAIM, submitted, scored, MANAGER)
            .when(PrepareClaim("rehema", "prices agree"))
            .then(ClaimPrepared("rehema", "prices agree"))
        )
        prepared.when(ApproveClaim(person, may_manage=True)).then_refused(
            "claim.same_person", RuleBroken
        )
        prepared.when(ApproveClaim("daudi", may_manage=True)).onwards()

    def test_everybody_who_prepared_it_is_remembered(self) -> None:
        claim = given(
            CLAIM, submitted, scored, PROCESSOR, ClaimPrepared("neema"), ClaimPrepared("asha")
        )
        for person in ("neema", "asha"):
            claim.when(ApproveClaim(person, may_manage=True)).then_refused("claim.same_person")

    def test_it_is_approved_once(self) -> None:
        claim = given(CLAIM, submitted, scored, AUTO, approved)
        claim.when(ApproveClaim("neema", may_manage=True)).then_refused("claim.wrong_stage")


class TestDenying:
    @pytest.mark.parametrize(
        "history",
        [
            (submitted, scored),
            (submitted, scored, ClaimSuspended(())),
            (submitted, scored, PROCESSOR),
        ],
        ids=["scored", "suspended", "adjudicated"],
    )
    def test_people_deny_with_reasons_until_it_is_approved(
        self, history: tuple[ClaimEvent, ...]
    ) -> None:
        claim = given(CLAIM, *history)
        claim.when(DenyClaim(())).then_refused("claim.denied_without_reason", field="reasons")
        denied = claim.when(DenyClaim(("FRAUD_CONFIRMED",), "forged")).then(
            ClaimDenied(("FRAUD_CONFIRMED",), "forged")
        )
        denied.when(DenyClaim(("X",))).then_refused("claim.wrong_stage", WrongStage)

    @pytest.mark.parametrize("history", [(submitted,), (submitted, scored, AUTO, approved)])
    def test_not_before_it_is_scored_nor_once_it_is_approved(
        self, history: tuple[ClaimEvent, ...]
    ) -> None:
        given(CLAIM, *history).when(DenyClaim(("X",))).then_refused("claim.wrong_stage")


class TestSettling:
    claim = given(CLAIM, submitted, scored, AUTO, approved)

    def test_exactly_what_was_approved_is_paid_and_the_claim_is_closed_once(self) -> None:
        (
            self.claim.when(SettleClaim(PAYMENT, tzs(23_500), LATER))
            .then(paid, ClaimClosed(LATER))
            .when(SettleClaim(PAYMENT, tzs(23_500), LATER))
            .then_nothing()
        )

    def test_another_amount_is_refused(self) -> None:
        self.claim.when(SettleClaim(PAYMENT, tzs("23499.99"), LATER)).then_refused(
            "claim.paid_differs", RuleBroken
        )

    def test_what_nobody_approved_is_not_paid(self) -> None:
        waiting = given(CLAIM, submitted, scored, MANAGER)
        waiting.when(SettleClaim(PAYMENT, tzs(23_500), LATER)).then_refused("claim.wrong_stage")


class TestWithdrawing:
    @pytest.mark.parametrize(
        "history",
        [(submitted,), (submitted, scored), (submitted, scored, ClaimSuspended(()))],
        ids=["submitted", "scored", "suspended"],
    )
    def test_until_it_is_decided(self, history: tuple[ClaimEvent, ...]) -> None:
        (
            given(CLAIM, *history)
            .when(WithdrawClaim("sent twice"))
            .then(ClaimWithdrawn("sent twice"))
            .when(SCORE)
            .then_refused("claim.wrong_stage", WrongStage, stage="withdrawn")
        )

    def test_not_afterwards(self) -> None:
        claim = given(CLAIM, submitted, scored, PROCESSOR)
        claim.when(WithdrawClaim("too late")).then_refused("claim.wrong_stage")


def test_nothing_is_done_to_a_claim_nobody_submitted() -> None:
    commands: tuple[ClaimCommand, ...] = (
        SCORE,
        ClearClaim("x"),
        ADJUDICATE,
        PrepareClaim("x"),
        ApproveClaim("x", may_manage=True),
        DenyClaim(("x",)),
        SettleClaim(PAYMENT, tzs(1), LATER),
        WithdrawClaim("x"),
    )
    for command in commands:
        given(CLAIM).when(command).then_refused("claim.not_found", WrongStage, field="claim_id")


def test_the_stages_of_a_paid_claim() -> None:
    history: list[ClaimEvent] = []
    stages = []
    for fact in (submitted, scored, AUTO, approved, paid, ClaimClosed(LATER)):
        history.append(fact)
        stages.append(stage(given(CLAIM, *history)))
    assert stages == [
        Stage.SUBMITTED,
        Stage.SCORED,
        Stage.ADJUDICATED,
        Stage.APPROVED,
        Stage.PAID,
        Stage.CLOSED,
    ]


def stage(claim: Given[Claim, ClaimCommand, ClaimEvent]) -> Stage:
    assert isinstance(claim.state, Submitted)
    return claim.state.stage


def all_lines(status: LineStatus, reason: str) -> Determination:
    """The sample with every line refused for one reason."""
    nothing = tzs(0)
    lines = tuple(
        replace(
            line,
            status=status,
            copay=nothing,
            plan_pays=nothing,
            not_covered=line.billed,
            reasons=(reason,),
        )
        for line in DETERMINATION.lines
    )
    return replace(DETERMINATION, lines=lines, entries=(), uses=())
