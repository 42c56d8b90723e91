"""What is left of a member's deductibles and limits for a day of service, as known at any time."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool

from api.coverage import policies_of
from api.envelope import Success, plain, success
from api.parameters import KNOWN_AT, ON
from api.readable import MEMBERS
from api.reads import Read, Reads
from api.roles import VIEW_ACCUMULATOR
from api.routing import resource_router
from commands.as_known import as_known
from commands.asking import LimitsOfPolicy, what_is_left
from commands.context import Desk
from domain.refusals import Refused

router = resource_router("/api/v1/members", "Accumulators")

NOT_THEN = ("claim.no_cover", "policy.not_found", "product.not_found", "product.not_in_force")


@router.get("/{member_id}/limits", response_model=Success[list[dict[str, Any]]])
async def show_limits_of_member(
    member_id: UUID,
    read: Annotated[Read, Depends(Reads(MEMBERS, VIEW_ACCUMULATOR, more=(ON, KNOWN_AT)))],
) -> Response:
    """What was left of every deductible and limit for a day of service, as known at an instant."""
    read.nothing_else()
    if read.caller.outside:
        await read.check_there(member_id)
    await read.note([member_id])
    desk = as_known(read.parts.desk, read.known_at)
    day = read.said["on"] or desk.clock.today()
    policies = await policies_of(read, member_id, None)
    told = [await run_in_threadpool(left_of, desk, which, member_id, day) for which in policies]
    return success([plain(one) for one in told if one is not None])


def left_of(desk: Desk, policy_id: UUID, member_id: UUID, day: date) -> LimitsOfPolicy | None:
    """None for a policy that did not cover the member on the day, as far as it was known."""
    try:
        return what_is_left(desk, policy_id, member_id, day)
    except Refused as refused:
        if refused.code in NOT_THEN:
            return None
        raise
