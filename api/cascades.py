"""Cascades over HTTP: which claims a retroactive change alters; the differences, posted once."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, model_validator

from api.answers import done
from api.fields import Asked
from api.roles import RUN_CASCADE
from api.routing import resource_router
from api.writing import Write, Writes
from commands import cascading
from commands.context import Context, Desk
from commands.handling import Outcome
from domain.adjudication.history import InOrder
from projections.book_of_claims import BookOfClaims

router = resource_router("/api/v1/cascades", "Claim Management")

MOST_POLICIES = 50


class NewCascade(Asked):
    """A policy, or a few of them. `change_id` names the change: it is posted once for a policy."""

    policy_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_POLICIES)]
    change_id: UUID
    order: InOrder = InOrder.PROCESSING

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.policy_ids)) < len(self.policy_ids):
            raise ValueError("a policy is named twice")
        return self


@router.post("", **done())
async def run_cascade(
    body: NewCascade, write: Annotated[Write, Depends(Writes(RUN_CASCADE))]
) -> Response:
    """Decide the claims of policies again from what is known now, and post what differs.

    Ask with `dry_run=true` first: it lists the claims and amounts and records nothing. Whole
    products are done with `bima cascade`.
    """
    return await write(body, _run, body)


def _run(desk: Desk, context: Context, body: NewCascade) -> Outcome:
    book = BookOfClaims(desk.store.pool, desk.store.tenant)
    outcomes = [
        cascading.cascade_policy(
            desk, context, cascading.CascadeOfPolicy(policy, body.change_id, body.order), book
        )
        for policy in body.policy_ids
    ]
    answer = {
        "change_id": str(body.change_id),
        "policies": [outcome.answer for outcome in outcomes],
        "changed": sum(len(outcome.answer["changed"]) for outcome in outcomes),
    }
    last = outcomes[-1]
    return Outcome(answer, last.receipt, last.decision)
