"""Reports and accounts current: in order, checked, approved by another, settled once."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.ids import treaty_id
from domain.refusals import AlreadyTaken, RuleBroken, WrongStage
from domain.reinsurance.account import AccountFigures, SharePaid
from domain.reinsurance.accounting_terms import AccountTerms
from domain.report import REPORT
from domain.report.decide import (
    AcknowledgeReport,
    ApproveReport,
    CheckReport,
    DisputeReport,
    DraftReport,
    IssueReport,
    Predecessor,
    SettleReport,
)
from domain.treaty.administration import ReportsEvery
from domain.treaty.calendar import named_period, period_with, periods_until
from domain.treaty_account import TREATY_ACCOUNT
from domain.treaty_account.decide import CallCash, RenderAccount, SettleAccount
from domain.treaty_account.events import AccountRendered
from tests.support.sample_facts import CLAIM, tzs
from tests.support.sample_treaties import YEAR
from tests.support.scenario import Given, given

NOW = datetime(2025, 4, 14, 9, 0, tzinfo=UTC)
SHA, OTHER = "a" * 64, "b" * 64
ID: UUID = treaty_id("QS-2025")


def draft(**changes: object) -> DraftReport:
    said = {
        "treaty_id": ID, "treaty": "QS-2025", "kind": "claims", "period": "2025-Q1",
        "first_day_after": date(2025, 4, 1), "position": 100, "known_at": NOW, "rows": 3,
        "totals": (), "csv_sha256": SHA, "drafted_by": "zawadi", "now": NOW,
        "today": NOW.date(), **changes,
    }  # fmt: skip
    return DraftReport(**said)  # type: ignore[arg-type]  # the story's own changes


def checked() -> Given:  # type: ignore[type-arg]
    story = given(REPORT).when(draft()).onwards()
    return story.when(CheckReport(SHA, ("it ties",), (), "zawadi")).onwards()


def issued() -> Given:  # type: ignore[type-arg]
    story = checked().when(ApproveReport("rehema")).onwards()
    return story.when(IssueReport(SHA, OTHER, "", "zawadi", NOW.date())).onwards()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"known_at": datetime(2025, 4, 15, tzinfo=UTC)}, "report.cut_off_in_future"),
        ({"today": date(2025, 3, 31)}, "report.period_not_over"),
        ({"predecessor": Predecessor("2024-Q4", issued=False)}, "report.open_predecessor"),
        (
            {"predecessor": Predecessor("2024-Q4", issued=True, position=101)},
            "report.cut_off_before_predecessor",
        ),
    ],
)
def test_a_draft_is_refused(changes: dict[str, object], code: str) -> None:
    given(REPORT).when(draft(**changes)).then_refused(code, RuleBroken)


def test_a_report_that_does_not_tie_stays_a_draft() -> None:
    story = given(REPORT).when(draft()).onwards()
    found = CheckReport(SHA, ("it ties",), ("paid: 1 missing",), "zawadi")
    story.when(found).then_refused("report.does_not_tie", findings=["paid: 1 missing"])
    story.when(CheckReport(OTHER, (), (), "zawadi")).then_refused("report.changed_since_draft")
    story.when(ApproveReport("rehema")).then_refused("report.wrong_stage", WrongStage)


def test_a_second_person_approves_and_the_same_file_is_issued() -> None:
    checked().when(ApproveReport("zawadi")).then_refused("report.same_person")
    approved = checked().when(ApproveReport("rehema")).onwards()
    other = IssueReport(OTHER, OTHER, "", "zawadi", NOW.date())
    approved.when(other).then_refused("report.changed_since_draft")


def test_an_issued_report_is_answered_and_settled() -> None:
    dispute = DisputeReport("Re One", (), " ", NOW.date())
    issued().when(dispute).then_refused("report.reason_missing")
    story = issued().when(DisputeReport("Re One", (), "too long", NOW.date())).onwards()
    story = story.when(AcknowledgeReport("Re One", NOW.date())).onwards()
    settle = SettleReport(tzs(5), "SWIFT", NOW.date())
    issued().when(settle).then_refused("report.wrong_stage", WrongStage)
    assert str(story.when(settle).onwards().state.latest.stage) == "settled"


def test_a_later_version_says_why_and_knows_no_less() -> None:
    issued().when(draft()).then_refused("report.reason_missing")
    less = draft(reason="a claim was paid twice", position=99)
    issued().when(less).then_refused("report.cut_off_before_issued")
    (fact,) = issued().when(draft(reason="a claim was paid twice")).facts
    assert (fact.report_version, fact.replaces) == (2, 1)


def test_periods_are_named_and_follow_each_other() -> None:
    quarter = named_period("2025-Q1")
    assert (quarter.after.name, quarter.before.name) == ("2025-Q2", "2024-Q4")
    assert period_with(date(2025, 8, 9), ReportsEvery.MONTH).name == "2025-08"
    over = periods_until(YEAR, ReportsEvery.QUARTER, date(2025, 7, 2))
    assert [one.name for one in over] == ["2025-Q1", "2025-Q2"]
    for wrong in ("2025", "2025-13", "2025-Q5"):
        with pytest.raises(RuleBroken, match=r"report\.bad_period"):
            named_period(wrong)


def figures(premium: int, paid: int) -> AccountFigures:
    return AccountFigures(tzs(premium), tzs(premium * 3 // 10), tzs(paid), tzs(0))


def test_the_balance_is_brought_forward_and_settled_once() -> None:
    first = RenderAccount("2025-Q1", AccountTerms(), figures(100_000, 30_000), date(2025, 5, 1))
    story = given(TREATY_ACCOUNT).when(first).onwards()
    assert story.state.balance == tzs(40_000)
    story.when(first).then_refused("treaty_account.rendered_already", AlreadyTaken)
    pay = SettleAccount(tzs(25_000), date(2025, 5, 2), "SWIFT-1")
    story = story.when(pay).onwards()
    story.when(pay).then_refused("treaty_account.settled_already", AlreadyTaken)
    after = RenderAccount(
        "2025-Q2", AccountTerms(), figures(0, 10_000), date(2025, 8, 1), before="2025-Q1"
    )
    (fact,) = story.when(after).facts
    assert isinstance(fact, AccountRendered)
    assert fact.balance == tzs(5_000)
    gap = RenderAccount("2025-Q3", AccountTerms(), figures(0, 0), date(2025, 8, 1), "2025-Q2")
    story.when(gap).then_refused("treaty_account.open_predecessor")


def test_cash_is_called_above_the_limit_and_credited_in_the_account() -> None:
    below = CallCash(CLAIM, "C-1", tzs(500), (SharePaid(date(2025, 1, 5), tzs(499)),), YEAR.from_on)
    given(TREATY_ACCOUNT).when(below).then_nothing()
    shares = (SharePaid(date(2025, 1, 5), tzs(499)), SharePaid(date(2025, 2, 5), tzs(101)))
    call = CallCash(CLAIM, "C-1", tzs(500), shares, date(2025, 2, 6))
    story = given(TREATY_ACCOUNT).when(call).onwards()
    story.when(call).then_nothing()
    account = RenderAccount("2025-Q1", AccountTerms(), figures(0, 600), date(2025, 5, 1))
    (fact,) = story.when(account).facts
    assert isinstance(fact, AccountRendered)
    assert fact.balance == tzs(0)
