"""Policies: issued, joined and left, paid, lapsed, revived, paused, renewed and ended."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from domain.periods import Period
from domain.policy import POLICY
from domain.policy.decide import (
    AddMember,
    IssuePolicy,
    LapsePolicy,
    PolicyCommand,
    ReceivePremium,
    RemoveMember,
    RenewPolicy,
    ResumePolicy,
    RevivePolicy,
    SuspendPolicy,
    TerminatePolicy,
)
from domain.policy.events import (
    Covered,
    Instalment,
    MemberAddedToPolicy,
    MemberRemovedFromPolicy,
    PolicyEvent,
    PolicyIssued,
    PolicyLapsed,
    PolicyRenewed,
    PolicyResumed,
    PolicyRevived,
    PolicySuspended,
    PolicyTerminated,
    PremiumReceived,
)
from domain.policy.state import Issued, Policy, Uncovered
from domain.refusals import RuleBroken, WrongStage
from tests.support.sample_facts import MEMBER as ASHA
from tests.support.sample_facts import PRODUCT, SPOUSE, YEAR, tzs
from tests.support.scenario import Given, given

HALVES = (
    Instalment(date(2025, 1, 1), tzs(300_000)),
    Instalment(date(2025, 7, 1), tzs(300_000)),
)
ISSUE = IssuePolicy(
    number="POL-2025-00001",
    product_id=PRODUCT,
    holder_id=ASHA,
    period=YEAR,
    member_ids=(ASHA, SPOUSE),
    premium=tzs(600_000),
    instalments=HALVES,
)
issued = PolicyIssued(
    number="POL-2025-00001",
    product_id=PRODUCT,
    holder_id=ASHA,
    period=YEAR,
    covered=(Covered(ASHA, YEAR), Covered(SPOUSE, YEAR)),
    premium=tzs(600_000),
    instalments=HALVES,
)
first_half = PremiumReceived(tzs(300_000), date(2025, 1, 3), "MPESA-1")
premium_of_one = PremiumReceived(tzs(1), date(2025, 1, 4), "MPESA-2")
lapsed = PolicyLapsed(date(2025, 8, 1), tzs(300_000))
NEXT_YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


def cover(history: Given[Policy, PolicyCommand, PolicyEvent], day: date) -> Covered | Uncovered:
    assert isinstance(history.state, Issued)
    return history.state.cover_of(ASHA, day)


class TestIssuing:
    def test_everybody_named_is_covered_for_the_whole_period(self) -> None:
        given(POLICY).when(ISSUE).then(issued)

    def test_without_instalments_the_premium_is_due_on_the_first_day(self) -> None:
        (
            given(POLICY)
            .when(replace(ISSUE, instalments=()))
            .then(replace(issued, instalments=(Instalment(YEAR.from_on, tzs(600_000)),)))
        )

    @pytest.mark.parametrize(
        ("change", "code", "field"),
        [
            ({"period": Period(YEAR.from_on, YEAR.from_on)}, "period_empty", "expires_on"),
            ({"member_ids": ()}, "covers_nobody", "member_ids"),
            ({"member_ids": (ASHA, ASHA)}, "member_twice", "member_ids"),
            ({"premium": tzs(-1)}, "premium_negative", "premium"),
            ({"premium": tzs(600_001)}, "instalments_differ", "instalments"),
            (
                {"instalments": (replace(HALVES[0], amount=replace(tzs(1), currency="USD")),)},
                "currency_differs",
                "instalments",
            ),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, change: dict[str, object], code: str, field: str
    ) -> None:
        command = replace(ISSUE, **change)  # type: ignore[arg-type]  # each row its own field
        given(POLICY).when(command).then_refused(f"policy.{code}", RuleBroken, field=field)

    def test_it_is_issued_once(self) -> None:
        given(POLICY, issued).when(ISSUE).then_refused("policy.already_issued", WrongStage)

    def test_nothing_is_done_to_a_policy_nobody_issued(self) -> None:
        day = date(2025, 3, 1)
        commands: tuple[PolicyCommand, ...] = (
            AddMember(SPOUSE, day),
            RemoveMember(SPOUSE, day),
            ReceivePremium(tzs(1), day, "x"),
            LapsePolicy(day),
            RevivePolicy(day),
            SuspendPolicy(day, "x"),
            ResumePolicy(day),
            RenewPolicy(NEXT_YEAR, tzs(1)),
            TerminatePolicy(day, "x"),
        )
        for command in commands:
            given(POLICY).when(command).then_refused("policy.not_issued", field="policy_id")


class TestMembers:
    child = replace(issued, covered=(Covered(ASHA, YEAR),))

    def test_somebody_joins_for_the_rest_of_the_policy(self) -> None:
        joined = Covered(SPOUSE, Period(date(2025, 6, 1), date(2026, 1, 1)))
        (
            given(POLICY, self.child)
            .when(AddMember(SPOUSE, date(2025, 6, 1)))
            .then(MemberAddedToPolicy(joined))
            .when(AddMember(SPOUSE, date(2025, 9, 1)))
            .then_refused("policy.member_covered", RuleBroken)
        )

    @pytest.mark.parametrize("day", [date(2024, 12, 31), date(2026, 1, 1)])
    def test_nobody_joins_outside_its_days(self, day: date) -> None:
        given(POLICY, self.child).when(AddMember(SPOUSE, day)).then_refused(
            "policy.outside_period", field="from_on"
        )

    def test_cover_of_who_leaves_ends_with_the_day_before(self) -> None:
        left = (
            given(POLICY, issued)
            .when(RemoveMember(ASHA, date(2025, 9, 1)))
            .then(MemberRemovedFromPolicy(ASHA, date(2025, 9, 1)))
        )
        assert cover(left, date(2025, 8, 31)) == Covered(
            ASHA, Period(date(2025, 1, 1), date(2025, 9, 1))
        )
        assert cover(left, date(2025, 9, 1)) is Uncovered.OUTSIDE_PERIOD
        left.when(RemoveMember(ASHA, date(2025, 10, 1))).then_refused("policy.member_not_covered")

    def test_who_left_may_join_again(self) -> None:
        back = (
            given(POLICY, issued, MemberRemovedFromPolicy(ASHA, date(2025, 3, 1)))
            .when(AddMember(ASHA, date(2025, 5, 1)))
            .onwards()
        )
        assert cover(back, date(2025, 4, 1)) is Uncovered.OUTSIDE_PERIOD
        assert isinstance(cover(back, date(2025, 5, 1)), Covered)


class TestPremium:
    def test_payments_add_up(self) -> None:
        paid = (
            given(POLICY, issued)
            .when(ReceivePremium(tzs(300_000), date(2025, 1, 3), "MPESA-1"))
            .then(first_half)
            .when(ReceivePremium(tzs(1), date(2025, 1, 4), "MPESA-2"))
            .onwards()
        )
        assert isinstance(paid.state, Issued)
        assert paid.state.received == tzs(300_001)

    @pytest.mark.parametrize("amount", [tzs(0), tzs(-5)])
    def test_a_payment_is_above_zero(self, amount: object) -> None:
        command = ReceivePremium(amount, date(2025, 1, 3), "x")  # type: ignore[arg-type]  # Money
        given(POLICY, issued).when(command).then_refused("policy.payment_not_positive")

    def test_a_payment_in_another_currency_is_refused_rather_than_mixed_in(self) -> None:
        dollars = replace(tzs(10), currency="USD")
        given(POLICY, issued).when(ReceivePremium(dollars, date(2025, 1, 3), "x")).then_refused(
            "policy.currency_differs", field="amount"
        )

    @given_any(st.lists(st.sampled_from((issued, first_half, premium_of_one, lapsed))))
    def test_premiums_in_a_row_come_to_what_they_come_to_one_by_one(
        self, history: list[PolicyEvent]
    ) -> None:
        state = POLICY.initial
        for event in history:
            state = POLICY.evolve(state, event)
        assert POLICY.fold(history) == state

    def test_it_lapses_only_when_the_grace_has_passed(self) -> None:
        """Due on 1 July with thirty days of grace: on 31 July they are over."""
        paid_once = given(POLICY, issued, first_half)
        paid_once.when(LapsePolicy(date(2025, 7, 30))).then_refused("policy.nothing_overdue")
        paid_once.when(LapsePolicy(date(2025, 7, 31))).then(
            PolicyLapsed(date(2025, 7, 31), tzs(300_000))
        )

    def test_what_is_paid_does_not_lapse(self) -> None:
        paid = given(POLICY, issued, replace(first_half, amount=tzs(600_000)))
        paid.when(LapsePolicy(date(2025, 12, 31))).then_refused("policy.nothing_overdue")

    def test_a_lapsed_policy_does_not_cover_and_does_not_lapse_again(self) -> None:
        without = given(POLICY, issued, first_half, lapsed)
        assert isinstance(cover(without, date(2025, 7, 31)), Covered)
        assert cover(without, date(2025, 8, 1)) is Uncovered.LAPSED
        without.when(LapsePolicy(date(2025, 9, 1))).then_nothing()

    def test_it_is_revived_once_everything_due_is_paid(self) -> None:
        without = given(POLICY, issued, first_half, lapsed)
        without.when(RevivePolicy(date(2025, 8, 20))).then_refused("policy.premium_unpaid")
        revived = (
            without.when(ReceivePremium(tzs(300_000), date(2025, 8, 19), "MPESA-3"))
            .onwards()
            .when(RevivePolicy(date(2025, 8, 20)))
            .then(PolicyRevived(date(2025, 8, 20)))
        )
        assert cover(revived, date(2025, 8, 19)) is Uncovered.LAPSED
        assert isinstance(cover(revived, date(2025, 8, 20)), Covered)

    def test_only_a_lapsed_policy_is_revived_and_not_before_it_lapsed(self) -> None:
        given(POLICY, issued).when(RevivePolicy(date(2025, 2, 1))).then_refused("policy.not_lapsed")
        paid = given(POLICY, issued, replace(first_half, amount=tzs(600_000)), lapsed)
        paid.when(RevivePolicy(date(2025, 7, 31))).then_refused(
            "policy.taken_up_too_early", field="day"
        )


class TestPausing:
    suspended = PolicySuspended(date(2025, 5, 1), "documents missing")

    def test_a_suspended_policy_does_not_cover_until_it_is_resumed(self) -> None:
        paused = (
            given(POLICY, issued)
            .when(SuspendPolicy(date(2025, 5, 1), "documents missing"))
            .then(self.suspended)
        )
        assert cover(paused, date(2025, 5, 9)) is Uncovered.SUSPENDED
        again = paused.when(ResumePolicy(date(2025, 5, 10))).then(PolicyResumed(date(2025, 5, 10)))
        assert cover(again, date(2025, 5, 9)) is Uncovered.SUSPENDED
        assert isinstance(cover(again, date(2025, 5, 10)), Covered)

    def test_one_pause_at_a_time_and_each_ends_in_its_own_way(self) -> None:
        paused = given(POLICY, issued, self.suspended)
        paused.when(SuspendPolicy(date(2025, 6, 1), "x")).then_refused("policy.paused")
        paused.when(RevivePolicy(date(2025, 6, 1))).then_refused("policy.not_lapsed")
        paused.when(ResumePolicy(date(2025, 4, 30))).then_refused("policy.taken_up_too_early")
        lapse = given(POLICY, issued, first_half, lapsed)
        lapse.when(ResumePolicy(date(2025, 9, 1))).then_refused("policy.not_suspended")
        lapse.when(SuspendPolicy(date(2025, 9, 1), "x")).then_refused("policy.paused")


class TestRenewing:
    def test_the_next_period_follows_without_a_gap_and_keeps_who_is_covered(self) -> None:
        renewed = (
            given(POLICY, issued, MemberRemovedFromPolicy(SPOUSE, date(2025, 9, 1)))
            .when(RenewPolicy(NEXT_YEAR, tzs(650_000)))
            .then(
                PolicyRenewed(
                    NEXT_YEAR, tzs(650_000), (Instalment(NEXT_YEAR.from_on, tzs(650_000)),)
                )
            )
        )
        assert isinstance(renewed.state, Issued)
        assert renewed.state.premium == tzs(1_250_000)
        assert isinstance(cover(renewed, date(2026, 6, 1)), Covered)
        assert renewed.state.cover_of(SPOUSE, date(2026, 6, 1)) is Uncovered.OUTSIDE_PERIOD

    def test_a_gap_another_currency_and_wrong_instalments_are_refused(self) -> None:
        later = Period(date(2026, 2, 1), date(2027, 1, 1))
        policy = given(POLICY, issued)
        policy.when(RenewPolicy(later, tzs(1))).then_refused("policy.renewal_leaves_gap")
        dollars = replace(tzs(500), currency="USD")
        policy.when(RenewPolicy(NEXT_YEAR, dollars)).then_refused("policy.currency_differs")
        policy.when(RenewPolicy(NEXT_YEAR, tzs(7), HALVES)).then_refused(
            "policy.instalments_differ"
        )


class TestEnding:
    ended = PolicyTerminated(date(2025, 10, 1), "employer left")

    def test_cover_ends_for_good_but_a_late_premium_is_still_taken(self) -> None:
        over = (
            given(POLICY, issued)
            .when(TerminatePolicy(date(2025, 10, 1), "employer left"))
            .then(self.ended)
        )
        assert isinstance(cover(over, date(2025, 9, 30)), Covered)
        assert cover(over, date(2025, 10, 1)) is Uncovered.TERMINATED
        over.when(ReceivePremium(tzs(300_000), date(2025, 10, 5), "late")).onwards()
        closed: tuple[PolicyCommand, ...] = (
            AddMember(SPOUSE, date(2025, 9, 1)),
            LapsePolicy(date(2025, 9, 1)),
            RenewPolicy(NEXT_YEAR, tzs(1)),
            TerminatePolicy(date(2025, 11, 1), "again"),
        )
        for command in closed:
            over.when(command).then_refused("policy.terminated", WrongStage)

    def test_it_does_not_end_before_it_started(self) -> None:
        command = TerminatePolicy(YEAR.from_on - timedelta(days=1), "x")
        given(POLICY, issued).when(command).then_refused("policy.ends_before_start")


def test_only_named_members_are_covered_and_only_within_the_period() -> None:
    policy = given(POLICY, replace(issued, covered=(Covered(SPOUSE, YEAR),)))
    assert cover(policy, date(2025, 3, 1)) is Uncovered.NOT_A_MEMBER
    policy = given(POLICY, issued)
    assert cover(policy, date(2024, 12, 31)) is Uncovered.OUTSIDE_PERIOD
    assert cover(policy, date(2026, 1, 1)) is Uncovered.OUTSIDE_PERIOD
