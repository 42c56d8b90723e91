"""Where a policy stands, and whether it covers a member on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.changing import replace
from domain.money import Money, total
from domain.periods import Period
from domain.policy.events import (
    Covered,
    Instalment,
    MemberAddedToPolicy,
    MemberRemovedFromPolicy,
    PolicyCorrected,
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


class Uncovered(StrEnum):
    """Why a member has no cover on a day; each is a reason on a denied claim."""

    NOT_A_MEMBER = "MEMBER_NOT_ON_POLICY"
    OUTSIDE_PERIOD = "OUTSIDE_POLICY_PERIOD"
    LAPSED = "POLICY_LAPSED"
    SUSPENDED = "POLICY_SUSPENDED"
    TERMINATED = "POLICY_TERMINATED"


@dataclass(frozen=True, slots=True)
class NotIssued:
    pass


@dataclass(frozen=True, slots=True)
class Pause:
    """Days without cover: lapsed or suspended from a day, until taken up again."""

    why: Uncovered
    period: Period


@dataclass(frozen=True, slots=True)
class Issued:
    number: str
    product_id: UUID
    holder_id: UUID
    periods: tuple[Period, ...]
    covered: tuple[Covered, ...]
    premium: Money
    instalments: tuple[Instalment, ...]
    received: Money
    grace_days: int
    renewal: bool
    pauses: tuple[Pause, ...] = ()
    terminated_on: date | None = None

    @property
    def paused(self) -> Pause | None:
        """The pause that is still open, if there is one."""
        return next((p for p in self.pauses if p.period.until_on is None), None)

    def due_by(self, day: date) -> Money:
        """Premium that has fallen due up to and with `day`."""
        due = (i.amount for i in self.instalments if i.due_on <= day)
        return total(due, self.premium.currency)

    def cover_of(self, member_id: UUID, day: date) -> Covered | Uncovered:
        """The cover that holds for a member on a day, or why there is none."""
        own = [c for c in self.covered if c.member_id == member_id]
        if not own:
            return Uncovered.NOT_A_MEMBER
        if self.terminated_on is not None and day >= self.terminated_on:
            return Uncovered.TERMINATED
        if not any(period.holds(day) for period in self.periods):
            return Uncovered.OUTSIDE_PERIOD
        for pause in self.pauses:
            if pause.period.holds(day):
                return pause.why
        return next((c for c in own if c.period.holds(day)), Uncovered.OUTSIDE_PERIOD)


Policy = NotIssued | Issued


def evolve(policy: Policy, event: PolicyEvent) -> Policy:
    if isinstance(event, PolicyIssued):
        return issue(event)
    if isinstance(policy, NotIssued):
        return policy
    match event:
        case MemberAddedToPolicy():
            return replace(policy, covered=(*policy.covered, event.covered))
        case MemberRemovedFromPolicy():
            return replace(policy, covered=without(policy.covered, event))
        case PremiumReceived():
            return replace(policy, received=policy.received + event.amount)
        case PolicyLapsed():
            return pause(policy, Uncovered.LAPSED, event.lapsed_on)
        case PolicySuspended():
            return pause(policy, Uncovered.SUSPENDED, event.suspended_on)
        case PolicyRevived():
            return take_up(policy, event.revived_on)
        case PolicyResumed():
            return take_up(policy, event.resumed_on)
        case PolicyRenewed():
            return renew(policy, event)
        case PolicyCorrected():
            return replace(policy, holder_id=event.holder_id, grace_days=event.grace_days)
        case PolicyTerminated():
            return replace(policy, terminated_on=event.until_on)
        case _:
            assert_never(event)


def received(policy: Policy, premiums: Sequence[PremiumReceived]) -> Policy:
    """Premiums that came one after another: as each by itself, in one step."""
    if isinstance(policy, NotIssued):
        return policy
    amounts = (premium.amount for premium in premiums)
    return replace(policy, received=policy.received + total(amounts, policy.received.currency))


def issue(event: PolicyIssued) -> Issued:
    return Issued(
        number=event.number,
        product_id=event.product_id,
        holder_id=event.holder_id,
        periods=(event.period,),
        covered=event.covered,
        premium=event.premium,
        instalments=event.instalments,
        received=Money.zero(event.premium.currency),
        grace_days=event.grace_days,
        renewal=event.renewal,
    )


def without(covered: tuple[Covered, ...], event: MemberRemovedFromPolicy) -> tuple[Covered, ...]:
    return tuple(
        replace(c, period=Period(c.period.from_on, max(c.period.from_on, event.until_on)))
        if c.member_id == event.member_id and c.period.holds(event.until_on)
        else c
        for c in covered
    )


def pause(policy: Issued, why: Uncovered, day: date) -> Issued:
    return replace(policy, pauses=(*policy.pauses, Pause(why, Period(day))))


def take_up(policy: Issued, day: date) -> Issued:
    pauses = tuple(
        replace(p, period=Period(p.period.from_on, day)) if p.period.until_on is None else p
        for p in policy.pauses
    )
    return replace(policy, pauses=pauses)


def renew(policy: Issued, event: PolicyRenewed) -> Issued:
    last = policy.periods[-1].until_on
    covered = tuple(
        replace(c, period=Period(c.period.from_on, event.period.until_on))
        if c.period.until_on == last
        else c
        for c in policy.covered
    )
    return replace(
        policy,
        periods=(*policy.periods, event.period),
        covered=covered,
        premium=policy.premium + event.premium,
        instalments=(*policy.instalments, *event.instalments),
        renewal=True,
    )
