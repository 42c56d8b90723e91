"""Policies over HTTP: issue, change who is covered, collect premium, pause, renew, end."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done, made
from api.coverage import CoverOnDay, covers_of_policy
from api.documentation import listed, single
from api.envelope import Success
from api.fields import Asked, Body, Count, Day, Flag, Id, Span, Word
from api.history import HISTORY, add_history
from api.money import Amount
from api.parameters import KNOWN_AT, ON
from api.readable import BALANCES, COVERS, INSTALMENTS, PERIODS, POLICIES, RECEIPTS
from api.reads import Read, Reads
from api.roles import ADD_POLICY, CHANGE_POLICY, COLLECT_PREMIUM, VIEW_ACCUMULATOR
from api.routing import resource_router
from api.writing import Write, Writes
from commands import policies
from domain.policy.decide import (
    AddMember,
    LapsePolicy,
    PolicyCommand,
    ReceivePremium,
    RemoveMember,
    RenewPolicy,
    ResumePolicy,
    RevivePolicy,
    SuspendPolicy,
    TerminatePolicy,
    WithdrawPolicy,
)
from domain.policy.events import Instalment

PREFIX = "/api/v1/policies"
router = resource_router(PREFIX, "Policy Management")

MOST_MEMBERS = 200
Changes = Annotated[Write, Depends(Writes(CHANGE_POLICY))]
OfPolicy = Annotated[Read, Depends(Reads(POLICIES))]
OnePolicy = Annotated[Read, Depends(Reads(POLICIES, past=True))]


class Part(Body):
    """A part of the premium and the day on which it is due."""

    due_on: Day
    amount: Amount

    def instalment(self) -> Instalment:
        return Instalment(self.due_on, self.amount)


Parts = Annotated[tuple[Part, ...], Field(max_length=60)]


class NewPolicy(Asked):
    """`member_ids` are all who are covered; the holder pays and need not be one of them."""

    product_id: UUID
    holder_id: UUID
    member_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_MEMBERS)]
    period: Span
    premium: Amount
    instalments: Parts = Field((), description="They add up to the premium; one where left out.")
    grace_days: Annotated[Count, Field(ge=0, le=365)] = 30
    renewal: Flag = False
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")

    def policy(self) -> policies.NewPolicy:
        return policies.NewPolicy(
            product_id=self.product_id,
            holder_id=self.holder_id,
            member_ids=self.member_ids,
            period=self.period.period(),
            premium=self.premium,
            instalments=tuple(part.instalment() for part in self.instalments),
            grace_days=self.grace_days,
            renewal=self.renewal,
            policy_id=self.id,
        )


class Renewal(Asked):
    """A further period, which begins when the last one ends, with its own premium."""

    period: Span
    premium: Amount
    instalments: Parts = ()


class Ending(Asked):
    """`until_on` is the first day without cover."""

    until_on: Day


class OnDay(Asked):
    day: Day | None = Field(None, description="The day on which it happens; today if left out.")


class Joining(Asked):
    member_id: UUID
    from_on: Day | None = Field(None, description="The first covered day; today if left out.")


class Premium(Asked):
    amount: Amount
    received_on: Day | None = None
    reference: Word = ""


@router.post("", **made())
async def issue_policy(
    body: NewPolicy, write: Annotated[Write, Depends(Writes(ADD_POLICY, creates=PREFIX))]
) -> Response:
    """Issue a policy to enrolled members on a scheme that is sold on its first day."""
    return await write(body, policies.issue_policy, body.policy())


@router.get("", **listed(POLICIES))
async def list_policies(read: OfPolicy) -> Response:
    """Policies, filtered, sorted, page by page."""
    return await read.page()


@router.get("/{id}", **single(POLICIES))
async def show_policy(policy_id: Id, read: OnePolicy) -> Response:
    """One policy, now or as known then."""
    return await read.shown(policy_id)


class CorrectedPolicy(Asked):
    """Another holder takes the policy over, or the grace is another; the rest stays."""

    holder_id: UUID | None = None
    grace_days: Annotated[Count, Field(ge=0, le=365)] | None = None


@router.put("/{id}", **done())
async def correct_policy(policy_id: Id, body: CorrectedPolicy, write: Changes) -> Response:
    """Give a policy to another holder, or change its grace."""
    correction = policies.PolicyCorrection(policy_id, body.holder_id, body.grace_days)
    return await write(body, policies.correct_policy, correction)


@router.delete("/{id}", **done())
async def withdraw_policy(policy_id: Id, write: Changes) -> Response:
    """Withdraw a policy that was issued by mistake and never paid for: it covered nobody."""
    return await _change(write, None, policy_id, WithdrawPolicy(write.why(None)))


async def _change(
    write: Write, asked: Asked | None, policy_id: UUID, command: PolicyCommand
) -> Response:
    return await write(asked, policies.change_policy, policies.PolicyChange(policy_id, command))


@router.patch("/{id}/suspend", **done())
async def suspend_policy(policy_id: Id, write: Changes, body: OnDay | None = None) -> Response:
    """Pause the cover from a day on."""
    day = write.day(body, body.day if body else None)
    return await _change(write, body, policy_id, SuspendPolicy(day, write.why(body)))


@router.patch("/{id}/resume", **done())
async def resume_policy(policy_id: Id, write: Changes, body: OnDay | None = None) -> Response:
    """Take the cover of a suspended policy up again."""
    day = write.day(body, body.day if body else None)
    return await _change(write, body, policy_id, ResumePolicy(day))


@router.post("/{id}/lapse", **done())
async def lapse_policy(policy_id: Id, write: Changes, body: OnDay | None = None) -> Response:
    """End the cover because a premium stayed unpaid past its grace."""
    day = write.day(body, body.day if body else None)
    return await _change(write, body, policy_id, LapsePolicy(day))


@router.post("/{id}/revive", **done())
async def revive_policy(policy_id: Id, write: Changes, body: OnDay | None = None) -> Response:
    """Restore the cover of a lapsed policy whose premium has been paid."""
    day = write.day(body, body.day if body else None)
    return await _change(write, body, policy_id, RevivePolicy(day))


@router.patch("/{id}/terminate", **done())
async def terminate_policy(policy_id: Id, body: Ending, write: Changes) -> Response:
    """End a policy for good."""
    command = TerminatePolicy(body.until_on, write.why(body))
    return await _change(write, body, policy_id, command)


@router.patch("/{id}/renew", **done())
async def renew_policy(policy_id: Id, body: Renewal, write: Changes) -> Response:
    """Add a further period under the same number."""
    parts = tuple(part.instalment() for part in body.instalments)
    command = RenewPolicy(body.period.period(), body.premium, parts)
    return await _change(write, body, policy_id, command)


@router.post("/{id}/members", **done())
async def add_member_to_policy(policy_id: Id, body: Joining, write: Changes) -> Response:
    """Cover one more member from a day on."""
    command = AddMember(body.member_id, write.day(body, body.from_on))
    return await _change(write, body, policy_id, command)


@router.delete("/{id}/members/{member_id}", **done())
async def remove_member_from_policy(policy_id: Id, member_id: UUID, write: Changes) -> Response:
    """End a member's cover; the day (X-Effective-On, else today) is the first without cover."""
    return await _change(write, None, policy_id, RemoveMember(member_id, write.day(None)))


@router.get("/{id}/members", **listed(COVERS))
async def list_policy_members(
    policy_id: Id, read: Annotated[Read, Depends(Reads(COVERS))], policy: OfPolicy
) -> Response:
    """Whom a policy covers, and from when until when."""
    return await read.children(policy, policy_id)


@router.post("/{id}/premiums", **done())
async def receive_premium(
    policy_id: Id, body: Premium, write: Annotated[Write, Depends(Writes(COLLECT_PREMIUM))]
) -> Response:
    """Book a premium that was received."""
    day = write.day(body, body.received_on)
    command = ReceivePremium(body.amount, day, body.reference)
    return await _change(write, body, policy_id, command)


@router.get("/{id}/premiums", **listed(RECEIPTS))
async def list_premiums(
    policy_id: Id, read: Annotated[Read, Depends(Reads(RECEIPTS))], policy: OfPolicy
) -> Response:
    """Premiums that were received for a policy."""
    return await read.children(policy, policy_id)


@router.get("/{id}/instalments", **listed(INSTALMENTS))
async def list_instalments(
    policy_id: Id, read: Annotated[Read, Depends(Reads(INSTALMENTS))], policy: OfPolicy
) -> Response:
    """What falls due for a policy, and when."""
    return await read.children(policy, policy_id)


@router.get("/{id}/periods", **listed(PERIODS))
async def list_periods(
    policy_id: Id, read: Annotated[Read, Depends(Reads(PERIODS))], policy: OfPolicy
) -> Response:
    """The periods that a policy runs, each with its premium."""
    return await read.children(policy, policy_id)


@router.get("/{id}/coverage", response_model=Success[list[CoverOnDay]])
async def show_policy_coverage(
    policy_id: Id, policy: Annotated[Read, Depends(Reads(POLICIES, more=(ON, KNOWN_AT)))]
) -> Response:
    """Who is covered on a day; where somebody is not, why."""
    return await covers_of_policy(policy, policy_id)


@router.get("/{id}/accumulators", tags=["Accumulators"], **listed(BALANCES))
async def list_accumulators_of_policy(
    policy_id: Id,
    read: Annotated[Read, Depends(Reads(BALANCES))],
    policy: Annotated[Read, Depends(Reads(POLICIES, VIEW_ACCUMULATOR))],
) -> Response:
    """What a policy's family and members have used of deductibles and limits."""
    await policy.check_there(policy_id)
    return await read.that(
        "(t.who = {0}::text OR t.who IN (SELECT c.member_id::text FROM policy_members c"
        " WHERE c.tenant = t.tenant AND c.policy_id = {0}))",
        policy_id,
    ).page()


add_history(router, POLICIES, HISTORY)
