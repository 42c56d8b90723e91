"""Accumulators over HTTP: what a policy's members bring along that was used elsewhere."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, StringConstraints, model_validator

from api.answers import done
from api.fields import Asked, Body, Count, Day, Id, Name
from api.money import Amount
from api.roles import CHANGE_ACCUMULATOR
from api.routing import resource_router
from api.writing import Write, Writes
from commands import opening
from domain.adjudication.questions import COUNTS

router = resource_router("/api/v1/policies", "Accumulators")

MOST_BALANCES = 1_000
What = Annotated[
    str,
    StringConstraints(
        strict=True, pattern=r"^[a-z][a-z_]{0,29}(:[A-Za-z0-9][A-Za-z0-9_ .-]{0,59})*$"
    ),
]


class Balance(Body):
    """One total. Amounts for money, a count for visits and claims."""

    member_id: UUID | None = Field(None, description="Whose; the family's if left out.")
    year_start: Day | None = Field(
        None, description="First day of the benefit year; for life if left out."
    )
    what: What = Field(examples=["deductible"])
    amount: Amount | None = Field(None, examples=["50000.00"])
    count: Annotated[Count, Field(ge=1, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one_figure(self) -> Self:
        counted = self.what.partition(":")[0] in COUNTS
        if (self.count is not None, self.amount is not None) != (counted, not counted):
            raise ValueError(f"{self.what} is {'a count' if counted else 'an amount'}")
        return self

    def opening(self) -> opening.OpeningBalance:
        return opening.OpeningBalance(
            self.member_id,
            self.year_start,
            self.what,
            0 if self.amount is None else self.amount.minor,
            self.count or 0,
        )


class Opening(Asked):
    """What was used before; what a member used is not added to the family's by itself."""

    origin: Name = Field(examples=["the former insurer"])
    balances: Annotated[tuple[Balance, ...], Field(min_length=1, max_length=MOST_BALANCES)]


@router.post("/{id}/opening-balances", **done())
async def bring_balances_forward(
    policy_id: Id, body: Opening, write: Annotated[Write, Depends(Writes(CHANGE_ACCUMULATOR))]
) -> Response:
    """Bring along what was used of deductibles and limits before the policy came here; once for
    each benefit year, before its first claim."""
    balances = tuple(balance.opening() for balance in body.balances)
    request = opening.OpeningBalances(policy_id, balances, body.origin)
    return await write(body, opening.bring_forward, request)
