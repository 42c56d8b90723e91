"""Fraud cases: looked into before anything is confirmed, and confirmed only on evidence."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.fraud_case import FRAUD_CASE
from domain.fraud_case.decide import (
    AddEvidence,
    ClearCase,
    ConfirmFraud,
    FlagSubject,
    FraudCaseCommand,
    LinkClaim,
    OpenInvestigation,
    RaiseAlert,
    ReportFraud,
    RequestCheck,
    RescoreClaim,
)
from domain.fraud_case.events import (
    FraudAlerted,
    FraudCheckRequested,
    FraudClaimLinked,
    FraudCleared,
    FraudConfirmed,
    FraudEvidenceAdded,
    FraudInvestigationOpened,
    FraudReported,
    FraudRescored,
    FraudSubjectFlagged,
    Subject,
)
from tests.support.sample_facts import CLAIM, MEMBER, PROVIDER, tzs
from tests.support.scenario import given

DAY, DUE = date(2025, 3, 5), date(2025, 4, 4)
OTHER = UUID("01890000-0000-7000-8000-0000000000f2")
alerted = FraudAlerted(
    CLAIM, "CLM-2025-00001", MEMBER, PROVIDER, tzs(25_000), Decimal("0.92"), "rules-2", "frequency",
    ("FREQUENCY_ABUSE",), ("claims from 5 providers within two weeks",), True, "score",
)  # fmt: skip
opened = FraudInvestigationOpened(CLAIM, "baraka", DUE)
proof = FraudEvidenceAdded(CLAIM, 1, "statement", "never there", "DOC-7", "baraka")
linked = FraudClaimLinked(CLAIM, OTHER, "CLM-2025-00002", "baraka")
confirmed = FraudConfirmed(
    CLAIM, ("phantom",), ("NEVER_VISITED",), "", "baraka", tzs(25_000), (CLAIM,), ()
)
OPEN = OpenInvestigation("baraka", DAY, DUE)
PROVE = AddEvidence("statement", "never there", "DOC-7", "baraka")
CONFIRM = ConfirmFraud(("phantom",), ("NEVER_VISITED",), "", "baraka", tzs(25_000), (CLAIM,), ())
FLAG = FlagSubject(Subject.PROVIDER, "fraud was found", "baraka")
REPORT = ReportFraud("TIRA", "TIRA/118", DAY, "rehema")


def test_from_the_alert_to_the_report() -> None:
    given(FRAUD_CASE).when(RaiseAlert(alerted)).then(alerted)
    given(FRAUD_CASE, alerted).when(OPEN).then(opened)
    given(FRAUD_CASE, alerted, opened).when(PROVE).then(proof)
    given(FRAUD_CASE, alerted, opened, proof).when(CONFIRM).then(confirmed)
    found = (alerted, opened, proof, confirmed)
    against = FraudSubjectFlagged(CLAIM, Subject.PROVIDER, PROVIDER, "fraud was found", "baraka")
    given(FRAUD_CASE, *found).when(FLAG).then(against)
    given(FRAUD_CASE, *found, against).when(REPORT).then(
        FraudReported(CLAIM, "TIRA", "TIRA/118", DAY, "rehema")
    )


def test_a_member_is_flagged_as_the_member_of_the_claim() -> None:
    found = (alerted, opened, proof, confirmed)
    given(FRAUD_CASE, *found).when(FlagSubject(Subject.MEMBER, "it was", "baraka")).then(
        FraudSubjectFlagged(CLAIM, Subject.MEMBER, MEMBER, "it was", "baraka")
    )


def test_an_alert_is_raised_once_and_again_only_after_it_was_cleared() -> None:
    given(FRAUD_CASE, alerted).when(RaiseAlert(alerted)).then()
    given(FRAUD_CASE, alerted, opened, proof, confirmed).when(RaiseAlert(alerted)).then()
    cleared = FraudCleared(CLAIM, "", "baraka")
    given(FRAUD_CASE, alerted, cleared).when(RaiseAlert(alerted)).then(alerted)


def test_a_suspicion_that_comes_again_keeps_its_evidence() -> None:
    cleared = FraudCleared(CLAIM, "", "baraka")
    again = (alerted, opened, proof, cleared, alerted, opened)
    given(FRAUD_CASE, *again).when(CONFIRM).then(confirmed)


def test_nothing_is_confirmed_without_investigation_evidence_and_reason() -> None:
    given(FRAUD_CASE, alerted).when(CONFIRM).then_refused("fraud_case.wrong_stage")
    given(FRAUD_CASE, alerted, opened).when(CONFIRM).then_refused("fraud_case.no_evidence")
    silent = ConfirmFraud((), (), "", "baraka", tzs(0), (), ())
    given(FRAUD_CASE, alerted, opened, proof).when(silent).then_refused("fraud_case.no_reason")


def test_a_claim_is_linked_once_and_never_to_itself() -> None:
    link = LinkClaim(OTHER, "CLM-2025-00002", "baraka")
    given(FRAUD_CASE, alerted, opened).when(link).then(linked)
    given(FRAUD_CASE, alerted, opened, linked).when(link).then()
    own = LinkClaim(CLAIM, "CLM-2025-00001", "baraka")
    given(FRAUD_CASE, alerted, opened).when(own).then_refused("fraud_case.own_claim")


def test_it_is_cleared_before_or_after_an_investigation() -> None:
    clear = ClearCase("a course of treatment", "baraka")
    cleared = FraudCleared(CLAIM, "a course of treatment", "baraka")
    given(FRAUD_CASE, alerted).when(clear).then(cleared)
    given(FRAUD_CASE, alerted, opened).when(clear).then(cleared)
    given(FRAUD_CASE, alerted, cleared).when(clear).then_refused("fraud_case.wrong_stage")


@pytest.mark.parametrize("command", [OPEN, PROVE, CONFIRM, FLAG, REPORT, ClearCase("", "baraka")])
def test_where_nobody_is_suspected_there_is_no_case(command: FraudCaseCommand) -> None:
    given(FRAUD_CASE).when(command).then_refused("fraud_case.no_suspicion")


@pytest.mark.parametrize(
    ("before", "command", "code"),
    [
        ((alerted, opened), OPEN, "fraud_case.wrong_stage"),
        ((alerted,), PROVE, "fraud_case.wrong_stage"),
        ((alerted, opened, proof), FLAG, "fraud_case.wrong_stage"),
        ((alerted, opened, proof), REPORT, "fraud_case.wrong_stage"),
        ((alerted,), OpenInvestigation("baraka", DUE, DAY), "fraud_case.due_in_the_past"),
    ],
)
def test_what_comes_at_the_wrong_time_is_refused(
    before: tuple[Any, ...], command: FraudCaseCommand, code: str
) -> None:
    given(FRAUD_CASE, *before).when(command).then_refused(code)


def test_a_finding_is_reported_and_flagged_once() -> None:
    found = (alerted, opened, proof, confirmed)
    told = FraudReported(CLAIM, "TIRA", "TIRA/118", DAY, "rehema")
    given(FRAUD_CASE, *found, told).when(REPORT).then_refused("fraud_case.reported_before")
    against = FraudSubjectFlagged(CLAIM, Subject.PROVIDER, PROVIDER, "", "baraka")
    given(FRAUD_CASE, *found, against).when(FLAG).then()


def test_a_claim_may_be_scored_again_whatever_is_thought_of_it() -> None:
    again = RescoreClaim(CLAIM, MEMBER, Decimal("0.1"), "rules-2", (), (), "")
    scored = FraudRescored(CLAIM, MEMBER, Decimal("0.1"), "rules-2", (), (), "")
    asked = FraudCheckRequested(CLAIM, MEMBER, "baraka")
    given(FRAUD_CASE).when(RequestCheck(CLAIM, MEMBER, "baraka")).then(asked)
    given(FRAUD_CASE, asked).when(again).then(scored)
    given(FRAUD_CASE, asked, scored).when(OPEN).then_refused("fraud_case.no_suspicion")
