"""What a front desk asks before a claim: is there cover, what would be paid, what is left."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.concurrency import run_in_threadpool

from api.claims import NewClaim, for_whom
from api.coverage import (
    Asking,
    Eligibility,
    Question,
    answer_eligibility,
    member_asked,
    policies_of,
)
from api.envelope import Success, plain, success
from api.reads import Read
from api.routing import resource_router
from commands.asking import LimitsOfPolicy, what_is_left, what_would_be_paid
from domain.adjudication.determination import Determination
from domain.refusals import Refused
from projections.explaining import explained

router = resource_router("/api/v1/claims", "Eligibility & Coverage")


@router.post("/check-eligibility", response_model=Success[Eligibility])
async def check_eligibility(body: Question, read: Asking) -> Response:
    """Whether a member is covered on a day, by which policies, and whether a provider is in
    network then; nothing is recorded."""
    return await answer_eligibility(read, body)


@router.post("/verify-coverage", response_model=Success[dict[str, Any]])
async def verify_coverage_of_claim(body: NewClaim, read: Asking) -> Response:
    """What would be paid for these lines, if they were claimed now; nothing is recorded."""
    read.nothing_else()
    for_whom(read.caller, body)
    submission = replace(body.submission(), claim_id=None)
    decided = await run_in_threadpool(what_would_be_paid, read.parts.desk, submission)
    return success(_told(decided))


def _told(decided: Determination) -> dict[str, object]:
    return {
        "status": decided.status.value,
        "billed": plain(decided.billed),
        "allowed": plain(decided.allowed),
        "plan_pays": plain(decided.plan_pays),
        "member_pays": plain(decided.member_pays),
        "reasons": list(decided.reasons),
        "lines": plain(decided.lines),
        "explanation": explained(decided),
    }


@router.post("/check-limits", response_model=Success[list[dict[str, Any]]])
async def check_limits(body: Question, read: Asking) -> Response:
    """What a member has left of every deductible, maximum and limit in the benefit year of a day,
    policy by policy; what is kept for approved services counts as used."""
    read.nothing_else()
    day = body.service_on or read.parts.desk.clock.today()
    member_id = await member_asked(read, body)
    policies = await policies_of(read, member_id, body.policy_id)
    told = [await run_in_threadpool(_left, read, which, member_id, day) for which in policies]
    return success([plain(one) for one in told if one is not None])


def _left(read: Read, policy_id: UUID, member_id: UUID, day: Any) -> LimitsOfPolicy | None:
    """None for a policy that does not cover the member on the day."""
    try:
        return what_is_left(read.parts.desk, policy_id, member_id, day)
    except Refused as refused:
        if refused.code == "claim.no_cover":
            return None
        raise
