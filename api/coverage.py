"""Whether a member is covered on a day: the question that every front desk asks."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, StringConstraints, model_validator

from adapters.identities import Kind
from api.documentation import listed
from api.envelope import Success, success
from api.errors import not_found
from api.fields import Body, Day
from api.ownership import Told
from api.parameters import KNOWN_AT, ON
from api.parts import Parts
from api.readable import BALANCES, COVERS, MEMBERS
from api.reads import Read, Reads
from api.roles import VERIFY_COVERAGE, VIEW_ACCUMULATOR
from api.routing import resource_router
from domain.policy import POLICY
from domain.policy.events import Covered
from domain.policy.state import Issued
from domain.provider import PROVIDER
from domain.provider.decide import registered

router = resource_router("/api/v1", "Coverage")

MOST_POLICIES = 50


class CoverOnDay(BaseModel):
    """`reason` says why there is no cover; `until_on` is the first day without it."""

    member_id: UUID
    policy_id: UUID
    policy_number: str
    on: date
    covered: bool
    reason: str | None = None
    from_on: date | None = None
    until_on: date | None = None


class Eligibility(BaseModel):
    """Whether a claim for this member, day and provider would find cover."""

    member_id: UUID
    on: date
    covered: bool
    in_network: bool | None = None
    covers: list[CoverOnDay]


class Question(Body):
    """A member by id or by the number on the card."""

    member_id: UUID | None = None
    member_number: Annotated[str, StringConstraints(strict=True, max_length=30)] | None = Field(
        None, examples=["MB-2025-00001"]
    )
    service_on: Day | None = Field(None, description="The day of service; today if left out.")
    policy_id: UUID | None = Field(None, description="Only this policy.")
    provider_id: UUID | None = Field(None, description="Also whether it is in network then.")

    @model_validator(mode="after")
    def _one_member(self) -> Self:
        if (self.member_id is None) == (self.member_number is None):
            raise ValueError("name the member by member_id or by member_number")
        return self


ASKED_ABOUT = Told(
    {Kind.MEMBER: "about the own family", Kind.PROVIDER: "about a member whom they can name"}
)
Asking = Annotated[Read, Depends(Reads(COVERS, VERIFY_COVERAGE, whose=ASKED_ABOUT))]


@router.get("/coverage/check/{member_id}", response_model=Success[Eligibility])
async def check_coverage(
    member_id: UUID,
    read: Annotated[
        Read, Depends(Reads(COVERS, VERIFY_COVERAGE, more=(ON, KNOWN_AT), whose=ASKED_ABOUT))
    ],
) -> Response:
    """Whether a member is covered on a day, and by which policies."""
    return await answer_eligibility(read, Question(member_id=member_id, service_on=read.said["on"]))


@router.post("/coverage/verify", response_model=Success[Eligibility])
async def verify_coverage(body: Question, read: Asking) -> Response:
    """The same for one policy or with a provider; nothing is recorded."""
    return await answer_eligibility(read, body)


async def answer_eligibility(read: Read, asked: Question) -> Response:
    """Cover on the day, policy by policy."""
    read.nothing_else()
    parts = read.parts
    day = asked.service_on or parts.desk.clock.today()
    member_id = await member_asked(read, asked)
    covers: list[dict[str, object]] = []
    for policy_id in await policies_of(read, member_id, asked.policy_id):
        policy = await run_in_threadpool(_policy, parts, policy_id, read.known_at)
        if policy is not None:
            covers.append(_cover(policy_id, policy, member_id, day))
    in_network = None
    if asked.provider_id is not None:
        in_network = await run_in_threadpool(_in_network, parts, asked.provider_id, day)
    answer = {
        "member_id": member_id,
        "on": day,
        "covered": any(cover["covered"] for cover in covers),
        "in_network": in_network,
        "covers": covers,
    }
    return success(answer)


async def policies_of(read: Read, member_id: UUID, only: UUID | None) -> list[UUID]:
    """The policies that cover a member at any time; one of them where one is asked for."""
    rows = await read.parts.reading.rows(
        "SELECT DISTINCT policy_id FROM policy_members WHERE tenant = %s AND member_id = %s"
        " AND (%s::uuid IS NULL OR policy_id = %s) ORDER BY policy_id LIMIT %s",
        (read.parts.settings.tenant, member_id, only, only, MOST_POLICIES),
    )
    return [policy_id for (policy_id,) in rows]


async def member_asked(read: Read, asked: Question) -> UUID:
    """The member that is asked about; members may ask about their family only."""
    row = await read.parts.reading.row(
        "SELECT member_id FROM members WHERE tenant = %s AND (member_id = %s OR number = %s)",
        (read.parts.settings.tenant, asked.member_id, asked.member_number),
    )
    caller = read.caller
    if row is None or (caller.user.kind is Kind.MEMBER and not caller.owns(row[0])):
        raise not_found()
    member_id: UUID = row[0]
    await read.note([member_id])
    return member_id


def _policy(parts: Parts, policy_id: UUID, known_at: datetime | None) -> Issued | None:
    state = parts.desk.store.load(POLICY, policy_id, known_at=known_at).state
    return state if isinstance(state, Issued) else None


def _in_network(parts: Parts, provider_id: UUID, day: date) -> bool:
    return registered(parts.desk.store.load(PROVIDER, provider_id).state).in_network_on(day)


def _cover(policy_id: UUID, policy: Issued, member_id: UUID, day: date) -> dict[str, object]:
    cover = policy.cover_of(member_id, day)
    covered = isinstance(cover, Covered)
    return {
        "member_id": member_id,
        "policy_id": policy_id,
        "policy_number": policy.number,
        "on": day,
        "covered": covered,
        "reason": None if covered else str(cover),
        "from_on": cover.period.from_on if isinstance(cover, Covered) else None,
        "until_on": cover.period.until_on if isinstance(cover, Covered) else None,
    }


async def covers_of_policy(read: Read, policy_id: UUID) -> Response:
    """Everybody on a policy, covered or not on a day."""
    read.nothing_else()
    await read.check_there(policy_id)
    day = read.said["on"] or read.parts.desk.clock.today()
    policy = await run_in_threadpool(_policy, read.parts, policy_id, read.known_at)
    if policy is None:
        raise not_found()
    members = dict.fromkeys(cover.member_id for cover in policy.covered)
    return success([_cover(policy_id, policy, member_id, day) for member_id in members])


@router.get("/members/{member_id}/accumulators", tags=["Accumulators"], **listed(BALANCES))
async def list_accumulators_of_member(
    member_id: UUID,
    read: Annotated[Read, Depends(Reads(BALANCES))],
    member: Annotated[Read, Depends(Reads(MEMBERS, VIEW_ACCUMULATOR))],
) -> Response:
    """What a member has used of deductibles and limits, benefit year by benefit year."""
    await member.check_there(member_id)
    return await read.only(who=str(member_id)).page()
