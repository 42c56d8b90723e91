"""Use cases of policies: issue, change who is covered, collect premium, pause, renew, end."""

from dataclasses import dataclass, replace
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, brief, carry_out, changed
from domain.ids import POLICY as POLICY_SERIES
from domain.ids import numbered
from domain.member import MEMBER
from domain.member.decide import enrolled
from domain.money import Money
from domain.periods import Period
from domain.policy import POLICY
from domain.policy.decide import (
    CorrectPolicy,
    IssuePolicy,
    PolicyCommand,
    ReceivePremium,
    issued,
)
from domain.policy.events import Instalment
from domain.product import PRODUCT
from domain.product.decide import sold_on
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """`member_ids` are all who are covered; the holder pays and need not be one of them."""

    product_id: UUID
    holder_id: UUID
    member_ids: tuple[UUID, ...]
    period: Period
    premium: Money
    instalments: tuple[Instalment, ...] = ()
    grace_days: int = 30
    renewal: bool = False
    policy_id: UUID | None = None
    origin: str = ""


@brief
def issue_policy(desk: Desk, context: Context, request: NewPolicy) -> Outcome:
    """Issue a policy to enrolled members on a product that is sold on its first day."""

    def decide() -> Decision:
        policy = desk.store.load(POLICY, request.policy_id or desk.ids.new())
        members = desk.store.load_many(MEMBER, (request.holder_id, *request.member_ids))
        for member in members.values():
            if not enrolled(member.state).active:
                raise RuleBroken(
                    "policy.member_inactive", "a member's record is set aside",
                    field="member_ids", member_id=str(member.stream_id),
                )  # fmt: skip
        sold_on(desk.store.load(PRODUCT, request.product_id).state, request.period.from_on)
        command = IssuePolicy(
            number="",
            product_id=request.product_id,
            holder_id=request.holder_id,
            period=request.period,
            member_ids=request.member_ids,
            premium=request.premium,
            instalments=request.instalments,
            grace_days=request.grace_days,
            renewal=request.renewal,
            origin=request.origin,
        )
        POLICY.decide(policy.state, command)  # refuse before a number is used up
        year = request.period.from_on.year
        number = numbered(POLICY_SERIES, year, desk.numbers.take(f"{POLICY_SERIES}|{year}")[0])
        facts = POLICY.decide(policy.state, replace(command, number=number))
        answer = {"id": str(policy.stream_id), "number": number}
        return Decision((changed(policy, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """Any other command to one policy: add or remove a member, lapse, revive, renew …"""

    policy_id: UUID
    command: PolicyCommand


@brief
def change_policy(desk: Desk, context: Context, request: PolicyChange) -> Outcome:
    """Carry out a command on a policy that stands."""

    def decide() -> Decision:
        policy = desk.store.load(POLICY, request.policy_id)
        number = issued(policy.state).number
        facts = POLICY.decide(policy.state, request.command)
        return Decision((changed(policy, facts),), {"id": str(request.policy_id), "number": number})

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class PolicyCorrection:
    """What stays as it is, is left out."""

    policy_id: UUID
    holder_id: UUID | None = None
    grace_days: int | None = None


@brief
def correct_policy(desk: Desk, context: Context, request: PolicyCorrection) -> Outcome:
    """Give a policy to another holder, who must be enrolled, or change its grace."""

    def decide() -> Decision:
        policy = desk.store.load(POLICY, request.policy_id)
        known = issued(policy.state)
        holder_id = request.holder_id or known.holder_id
        if holder_id != known.holder_id:
            enrolled(desk.store.load(MEMBER, holder_id).state)
        grace = known.grace_days if request.grace_days is None else request.grace_days
        facts = POLICY.decide(policy.state, CorrectPolicy(holder_id, grace))
        answer = {"id": str(request.policy_id), "number": known.number}
        return Decision((changed(policy, facts),), answer)

    return carry_out(desk.store, context, decide)


@brief
def receive_premium(
    desk: Desk, context: Context, policy_id: UUID, amount: Money, reference: str
) -> Outcome:
    command = ReceivePremium(amount, context.effective_on, reference)
    return change_policy(desk, context, PolicyChange(policy_id, command))
