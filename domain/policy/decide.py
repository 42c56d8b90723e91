"""What we allow for policies: issue, change who is covered, collect, lapse, revive, end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never
from uuid import UUID

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
from domain.policy.state import Issued, NotIssued, Pause, Policy
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class IssuePolicy:
    number: str
    product_id: UUID
    holder_id: UUID
    period: Period
    member_ids: tuple[UUID, ...]
    premium: Money
    instalments: tuple[Instalment, ...] = ()
    grace_days: int = 30
    renewal: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class AddMember:
    member_id: UUID
    from_on: date


@dataclass(frozen=True, slots=True)
class RemoveMember:
    member_id: UUID
    until_on: date


@dataclass(frozen=True, slots=True)
class ReceivePremium:
    amount: Money
    received_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class LapsePolicy:
    """Asked on `day`: lapses only if a premium is unpaid past its grace."""

    day: date


@dataclass(frozen=True, slots=True)
class RevivePolicy:
    day: date


@dataclass(frozen=True, slots=True)
class SuspendPolicy:
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class ResumePolicy:
    day: date


@dataclass(frozen=True, slots=True)
class RenewPolicy:
    period: Period
    premium: Money
    instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True)
class TerminatePolicy:
    until_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class CorrectPolicy:
    """Another holder takes the policy over, or the grace is another."""

    holder_id: UUID
    grace_days: int


@dataclass(frozen=True, slots=True)
class WithdrawPolicy:
    """The policy was issued by mistake: it never covered anybody."""

    reason: str


PolicyCommand = (
    IssuePolicy
    | AddMember
    | RemoveMember
    | ReceivePremium
    | LapsePolicy
    | RevivePolicy
    | SuspendPolicy
    | ResumePolicy
    | RenewPolicy
    | TerminatePolicy
    | CorrectPolicy
    | WithdrawPolicy
)


def decide(policy: Policy, command: PolicyCommand) -> Sequence[PolicyEvent]:
    match command:
        case IssuePolicy():
            return issue(policy, command)
        case AddMember():
            return add_member(live(policy), command)
        case RemoveMember():
            return remove_member(live(policy), command)
        case ReceivePremium():
            return receive(issued(policy), command)
        case LapsePolicy():
            return lapse(live(policy), command)
        case RevivePolicy():
            return revive(live(policy), command)
        case SuspendPolicy():
            return suspend(live(policy), command)
        case ResumePolicy():
            return resume(live(policy), command)
        case RenewPolicy():
            return renew(live(policy), command)
        case TerminatePolicy():
            return terminate(live(policy), command)
        case CorrectPolicy():
            return correct(live(policy), command)
        case WithdrawPolicy():
            return withdraw(live(policy), command)
        case _:
            assert_never(command)


def issue(policy: Policy, command: IssuePolicy) -> Sequence[PolicyEvent]:
    if not isinstance(policy, NotIssued):
        raise WrongStage("policy.already_issued", "this policy has been issued before")
    if command.period.until_on is not None and command.period.until_on <= command.period.from_on:
        raise RuleBroken("policy.period_empty", "the policy covers no day", field="expires_on")
    if not command.member_ids:
        raise RuleBroken("policy.covers_nobody", "name at least one member", field="member_ids")
    if len(set(command.member_ids)) != len(command.member_ids):
        raise RuleBroken("policy.member_twice", "a member is named twice", field="member_ids")
    instalments = command.instalments or (Instalment(command.period.from_on, command.premium),)
    add_up(command.premium, instalments)
    return [
        PolicyIssued(
            number=command.number,
            product_id=command.product_id,
            holder_id=command.holder_id,
            period=command.period,
            covered=tuple(Covered(m, command.period) for m in command.member_ids),
            premium=command.premium,
            instalments=instalments,
            grace_days=command.grace_days,
            renewal=command.renewal,
            origin=command.origin,
        )
    ]


def add_up(premium: Money, instalments: tuple[Instalment, ...]) -> None:
    if premium.minor < 0:
        raise RuleBroken("policy.premium_negative", "the premium is below zero", field="premium")
    for instalment in instalments:
        same_currency(instalment.amount, premium, "instalments")
    if total((i.amount for i in instalments), premium.currency) != premium:
        raise RuleBroken(
            "policy.instalments_differ", "instalments do not add up to the premium",
            field="instalments",
        )  # fmt: skip


def add_member(policy: Issued, command: AddMember) -> Sequence[PolicyEvent]:
    period = next((p for p in policy.periods if p.holds(command.from_on)), None)
    if period is None:
        raise RuleBroken(
            "policy.outside_period", f"the policy does not run on {command.from_on}",
            field="from_on",
        )  # fmt: skip
    joined = Period(command.from_on, policy.periods[-1].until_on)
    if any(c.member_id == command.member_id and c.period.overlaps(joined) for c in policy.covered):
        raise RuleBroken("policy.member_covered", "the member is covered already")
    return [MemberAddedToPolicy(Covered(command.member_id, joined))]


def remove_member(policy: Issued, command: RemoveMember) -> Sequence[PolicyEvent]:
    if not any(
        c.member_id == command.member_id and c.period.holds(command.until_on)
        for c in policy.covered
    ):
        raise RuleBroken("policy.member_not_covered", "the member is not covered on that day")
    return [MemberRemovedFromPolicy(command.member_id, command.until_on)]


def receive(policy: Issued, command: ReceivePremium) -> Sequence[PolicyEvent]:
    if command.amount.minor <= 0:
        raise RuleBroken("policy.payment_not_positive", "a premium payment is above zero")
    same_currency(command.amount, policy.premium, "amount")
    return [PremiumReceived(command.amount, command.received_on, command.reference)]


def lapse(policy: Issued, command: LapsePolicy) -> Sequence[PolicyEvent]:
    if policy.paused is not None:
        return []
    unpaid = policy.due_by(command.day - timedelta(days=policy.grace_days)) - policy.received
    if unpaid.minor <= 0:
        raise RuleBroken("policy.nothing_overdue", "no premium is unpaid past its grace")
    return [PolicyLapsed(command.day, unpaid)]


def revive(policy: Issued, command: RevivePolicy) -> Sequence[PolicyEvent]:
    if policy.paused is None or policy.paused.why != "POLICY_LAPSED":
        raise WrongStage("policy.not_lapsed", "only a lapsed policy can be revived")
    not_before(policy.paused, command.day)
    if policy.due_by(command.day) > policy.received:
        raise RuleBroken(
            "policy.premium_unpaid",
            f"{policy.due_by(command.day) - policy.received} is unpaid",
        )
    return [PolicyRevived(command.day)]


def suspend(policy: Issued, command: SuspendPolicy) -> Sequence[PolicyEvent]:
    if policy.paused is not None:
        raise WrongStage("policy.paused", f"the policy is paused: {policy.paused.why}")
    return [PolicySuspended(command.day, command.reason)]


def resume(policy: Issued, command: ResumePolicy) -> Sequence[PolicyEvent]:
    if policy.paused is None or policy.paused.why != "POLICY_SUSPENDED":
        raise WrongStage("policy.not_suspended", "only a suspended policy can be resumed")
    not_before(policy.paused, command.day)
    return [PolicyResumed(command.day)]


def renew(policy: Issued, command: RenewPolicy) -> Sequence[PolicyEvent]:
    if command.period.from_on != policy.periods[-1].until_on:
        raise RuleBroken(
            "policy.renewal_leaves_gap",
            f"the renewal must start on {policy.periods[-1].until_on}",
            field="from_on",
        )
    same_currency(command.premium, policy.premium, "premium")
    instalments = command.instalments or (Instalment(command.period.from_on, command.premium),)
    add_up(command.premium, instalments)
    return [PolicyRenewed(command.period, command.premium, instalments)]


def terminate(policy: Issued, command: TerminatePolicy) -> Sequence[PolicyEvent]:
    if command.until_on < policy.periods[0].from_on:
        raise RuleBroken("policy.ends_before_start", "ends before it starts", field="until_on")
    return [PolicyTerminated(command.until_on, command.reason)]


def correct(policy: Issued, command: CorrectPolicy) -> Sequence[PolicyEvent]:
    if command.grace_days < 0:
        raise RuleBroken("policy.grace_negative", "the grace is below zero", field="grace_days")
    if (policy.holder_id, policy.grace_days) == (command.holder_id, command.grace_days):
        return []
    return [PolicyCorrected(command.holder_id, command.grace_days)]


def withdraw(policy: Issued, command: WithdrawPolicy) -> Sequence[PolicyEvent]:
    """Cover ends on the day on which it began; who has paid is owed a proper end instead."""
    if policy.received:
        raise RuleBroken(
            "policy.premium_received",
            f"{policy.received} was received: end the policy on a day instead",
        )
    return [PolicyTerminated(policy.periods[0].from_on, command.reason)]


def same_currency(amount: Money, premium: Money, field: str) -> None:
    if amount.currency != premium.currency:
        raise RuleBroken(
            "policy.currency_differs", f"{amount} beside a premium in {premium.currency}",
            field=field,
        )  # fmt: skip


def not_before(pause: Pause, day: date) -> None:
    if day < pause.period.from_on:
        raise RuleBroken(
            "policy.taken_up_too_early", f"cover only stopped on {pause.period.from_on}",
            field="day",
        )  # fmt: skip


def issued(policy: Policy) -> Issued:
    """The policy if issued; otherwise the refusal."""
    if isinstance(policy, Issued):
        return policy
    raise WrongStage("policy.not_issued", "there is no such policy", field="policy_id")


def live(policy: Policy) -> Issued:
    """The policy if it has not been ended for good."""
    known = issued(policy)
    if known.terminated_on is not None:
        raise WrongStage("policy.terminated", f"the policy ended on {known.terminated_on}")
    return known
