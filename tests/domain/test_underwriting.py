"""Underwriting: the journeys of the platform document, and who may sign what."""

from dataclasses import replace

import pytest

from domain.refusals import RuleBroken, WrongStage
from domain.underwriting import UNDERWRITING
from domain.underwriting.decide import (
    MOST_LOADING_BPS,
    AcceptCounterOffer,
    ApproveCase,
    AssessRisk,
    DeclineCase,
    MakeCounterOffer,
    OpenCase,
    ReferCase,
    UnderwritingCommand,
)
from domain.underwriting.events import (
    CounterOfferAccepted,
    CounterOfferMade,
    Declaration,
    Occupation,
    RiskAssessed,
    RiskCategory,
    UnderwritingApproved,
    UnderwritingCaseOpened,
    UnderwritingDeclined,
    UnderwritingEvent,
    UnderwritingReferred,
)
from domain.underwriting.risk import assess
from domain.underwriting.state import Opened, Stage, UnderwritingCase
from tests.support.sample_facts import MEMBER, tzs
from tests.support.scenario import Given, given

Case = Given[UnderwritingCase, UnderwritingCommand, UnderwritingEvent]

HEALTHY = Declaration(28, False, 220, (), Occupation.LOW_RISK)
HYPERTENSIVE = Declaration(45, False, 320, ("controlled hypertension",), Occupation.MEDIUM_RISK)
DIABETIC = Declaration(55, True, 310, ("diabetes",), Occupation.LOW_RISK)
AUTO_UP_TO = tzs(1_000_000)
ASSESS = AssessRisk(AUTO_UP_TO)


def opened(declaration: Declaration, sum_assured: int = 1_000_000) -> UnderwritingCaseOpened:
    return UnderwritingCaseOpened(
        "UWC-2025-00001", MEMBER, tzs(sum_assured), tzs(75_000), declaration
    )


def assessed(declaration: Declaration) -> Case:
    return given(UNDERWRITING, opened(declaration)).when(ASSESS).onwards()


def stage(case: Case) -> Stage:
    assert isinstance(case.state, Opened)
    return case.state.stage


class TestOpening:
    command = OpenCase("UWC-2025-00001", MEMBER, tzs(1_000_000), tzs(75_000), HEALTHY)

    def test_a_case_is_opened_once(self) -> None:
        (
            given(UNDERWRITING)
            .when(self.command)
            .then(opened(HEALTHY))
            .when(self.command)
            .then_refused("underwriting.already_open", WrongStage)
        )

    @pytest.mark.parametrize("change", [{"sum_assured": tzs(0)}, {"base_premium": tzs(-1)}])
    def test_amounts_are_above_zero(self, change: dict[str, object]) -> None:
        command = replace(self.command, **change)  # type: ignore[arg-type]  # Money each
        given(UNDERWRITING).when(command).then_refused(
            "underwriting.amount_not_positive", RuleBroken
        )

    def test_amounts_are_in_one_currency(self) -> None:
        command = replace(self.command, base_premium=replace(tzs(30), currency="USD"))
        given(UNDERWRITING).when(command).then_refused(
            "underwriting.currencies_mixed", RuleBroken, field="base_premium"
        )


class TestTheThreeJourneys:
    def test_28_and_healthy_is_low_risk_and_approved_by_the_rules(self) -> None:
        (
            given(UNDERWRITING, opened(HEALTHY))
            .when(ASSESS)
            .then(
                RiskAssessed(100, RiskCategory.LOW, (), 0),
                UnderwritingApproved(tzs(75_000), 0, (), "rules"),
            )
        )

    def test_45_with_controlled_hypertension_is_medium_risk_with_15_percent(self) -> None:
        case = assessed(HYPERTENSIVE)
        fact = case.history[-1]
        assert isinstance(fact, RiskAssessed)
        assert (fact.category, fact.recommended_loading_bps) == (RiskCategory.MEDIUM, 1_500)
        case.when(ApproveCase("grace", senior=False, loading_bps=1_500)).then(
            UnderwritingApproved(tzs(86_250), 1_500, (), "grace")
        )

    def test_55_smoking_and_diabetic_is_high_risk_with_40_percent_for_a_senior(self) -> None:
        case = assessed(DIABETIC)
        found, referred = case.history[-2:]
        assert isinstance(found, RiskAssessed)
        assert (found.category, found.recommended_loading_bps) == (RiskCategory.HIGH, 4_000)
        assert referred == UnderwritingReferred("high risk")
        case.when(ApproveCase("grace", senior=False, loading_bps=4_000)).then_refused(
            "underwriting.needs_senior", RuleBroken
        )
        case.when(ApproveCase("peter", senior=True, loading_bps=4_000, exclusions=("E11",))).then(
            UnderwritingApproved(tzs(105_000), 4_000, ("E11",), "peter")
        )


class TestAssessing:
    def test_a_low_risk_for_a_large_sum_waits_for_somebody(self) -> None:
        case = given(UNDERWRITING, opened(HEALTHY, 1_000_001)).when(ASSESS)
        case.then(RiskAssessed(100, RiskCategory.LOW, (), 0))

    def test_a_limit_in_another_currency_approves_nothing(self) -> None:
        dollars = AssessRisk(replace(AUTO_UP_TO, currency="USD"))
        given(UNDERWRITING, opened(HEALTHY)).when(dollars).then(
            RiskAssessed(100, RiskCategory.LOW, (), 0)
        )

    def test_a_case_is_assessed_once(self) -> None:
        assessed(HYPERTENSIVE).when(ASSESS).then_refused("underwriting.wrong_stage", WrongStage)

    def test_every_factor_takes_its_points_and_is_named(self) -> None:
        worst = Declaration(60, True, 360, ("asthma", "diabetes"), Occupation.HIGH_RISK)
        found = assess(worst)
        assert found.score == 0
        assert found.factors == (
            "age 55 or above",
            "body mass index 35 or above",
            "smoker",
            "condition declared: asthma",
            "condition declared: diabetes",
            "occupation high_risk",
        )

    @pytest.mark.parametrize(
        ("change", "score"),
        [
            ({"age": 39}, 100),
            ({"age": 40}, 90),
            ({"age": 54}, 90),
            ({"age": 55}, 80),
            ({"bmi_tenths": 299}, 100),
            ({"bmi_tenths": 300}, 90),
            ({"bmi_tenths": 350}, 80),
            ({"smoker": True}, 80),
            ({"occupation": Occupation.MEDIUM_RISK}, 95),
            ({"occupation": Occupation.HIGH_RISK}, 85),
        ],
    )
    def test_points_at_the_edges(self, change: dict[str, object], score: int) -> None:
        assert assess(replace(HEALTHY, **change)).score == score  # type: ignore[arg-type]  # rows

    @pytest.mark.parametrize(
        ("declaration", "category"),
        [
            (replace(HEALTHY, age=40, occupation=Occupation.HIGH_RISK), RiskCategory.LOW),
            (replace(HEALTHY, age=40, smoker=True), RiskCategory.MEDIUM),
            (
                replace(HEALTHY, smoker=True, conditions=("a",), occupation=Occupation.HIGH_RISK),
                RiskCategory.MEDIUM,
            ),
            (replace(HEALTHY, age=55, smoker=True, conditions=("a",)), RiskCategory.HIGH),
        ],
        ids=["75", "70", "45", "40"],
    )
    def test_categories_at_the_edges(
        self, declaration: Declaration, category: RiskCategory
    ) -> None:
        assert assess(declaration).category is category


class TestDeciding:
    def test_a_referred_case_is_for_a_senior(self) -> None:
        case = (
            assessed(HYPERTENSIVE)
            .when(ReferCase("unclear report"))
            .then(UnderwritingReferred("unclear report"))
        )
        for command in (
            ApproveCase("grace", senior=False, loading_bps=0),
            MakeCounterOffer("grace", senior=False, loading_bps=0),
        ):
            case.when(command).then_refused("underwriting.needs_senior", RuleBroken)
        case.when(ApproveCase("peter", senior=True, loading_bps=0)).onwards()
        case.when(ReferCase("again")).then_refused("underwriting.wrong_stage")

    def test_an_offer_waits_for_the_applicant(self) -> None:
        offered = (
            assessed(HYPERTENSIVE)
            .when(AcceptCounterOffer())
            .then_refused("underwriting.wrong_stage", WrongStage)
            .when(MakeCounterOffer("grace", senior=False, loading_bps=2_000, exclusions=("I10",)))
            .then(CounterOfferMade(tzs(90_000), 2_000, ("I10",), "grace"))
        )
        accepted = offered.when(AcceptCounterOffer()).then(CounterOfferAccepted())
        assert stage(accepted) is Stage.APPROVED
        assert isinstance(accepted.state, Opened)
        assert (accepted.state.premium, accepted.state.exclusions) == (tzs(90_000), ("I10",))
        offered.when(MakeCounterOffer("grace", senior=False, loading_bps=1_000)).onwards()

    @pytest.mark.parametrize("loading", [-1, MOST_LOADING_BPS + 1])
    def test_a_loading_is_from_none_to_three_times_the_premium(self, loading: int) -> None:
        assessed(HYPERTENSIVE).when(
            ApproveCase("grace", senior=False, loading_bps=loading)
        ).then_refused("underwriting.loading_out_of_range", field="loading_bps")

    def test_who_is_declined_is_told_why_and_it_is_final(self) -> None:
        case = assessed(DIABETIC)
        case.when(DeclineCase(())).then_refused(
            "underwriting.declined_without_reason", field="reasons"
        )
        declined = case.when(DeclineCase(("untreated",), "see a doctor")).then(
            UnderwritingDeclined(("untreated",), "see a doctor")
        )
        final: tuple[UnderwritingCommand, ...] = (
            ApproveCase("peter", senior=True, loading_bps=0),
            MakeCounterOffer("peter", senior=True, loading_bps=0),
            DeclineCase(("x",)),
            AcceptCounterOffer(),
        )
        for command in final:
            declined.when(command).then_refused("underwriting.wrong_stage", WrongStage)

    def test_nothing_is_decided_before_the_case_is_opened_and_assessed(self) -> None:
        approve = ApproveCase("peter", senior=True, loading_bps=0)
        given(UNDERWRITING).when(approve).then_refused("underwriting.not_found", field="case_id")
        given(UNDERWRITING, opened(HEALTHY)).when(approve).then_refused("underwriting.wrong_stage")
