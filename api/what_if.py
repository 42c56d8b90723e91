"""The book under other terms over HTTP: which claims would be paid otherwise, and by how much."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, StringConstraints, model_validator

from api.envelope import Success, success
from api.errors import CONFLICT, Problem
from api.fields import Body, Day
from api.forms import filled, form_of
from api.money import shown
from api.readable import CLAIMS
from api.reads import Read, Reads
from api.roles import RUN_CASCADE
from api.routing import resource_router
from commands.replaying import what_if
from commands.what_if import Answer, Change, Otherwise
from domain.adjudication.product import Terms
from domain.product import PRODUCT
from domain.product.decide import published

router = resource_router("/api/v1/what-if", "Adjudication")

MOST_SHOWN = 1_000
LARGEST_LOG = 200_000
"""Log positions that are read while a caller waits; a larger book is asked with `bima whatif`."""

Step = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_ ]{0,49}$")]


class Question(Body):
    """Other terms for a scheme, another order of steps, or both; for services of some days."""

    product_id: UUID | None = Field(None, description="Only this scheme; all where left out.")
    terms: form_of(Terms) | None = None  # type: ignore[valid-type]  # made from the class
    order: Annotated[tuple[Step, ...], Field(max_length=50)] = Field(
        (), examples=[["benefit", "price", "deductible", "limits"]]
    )
    from_on: Day | None = None
    until_on: Day | None = Field(None, description="The first day no longer decided again.")

    @model_validator(mode="after")
    def _something_differs(self) -> Self:
        if self.terms is None and not self.order:
            raise ValueError("say what is different: terms, order, or both")
        return self

    def otherwise(self) -> Otherwise:
        return Otherwise(
            self.product_id,
            None if self.terms is None else filled(self.terms, Terms),
            self.order,
            self.from_on or date.min,
            self.until_on or date.max,
        )


@router.post("", response_model=Success[dict[str, Any]])
async def ask_what_if(
    body: Question, read: Annotated[Read, Depends(Reads(CLAIMS, RUN_CASCADE))]
) -> Response:
    """Decide the book again under other terms; nothing is recorded. The first 1,000 claims that
    change are listed, the totals are of all."""
    read.nothing_else()
    answer = await run_in_threadpool(_asked, read, body)
    data = {
        "claims": answer.claims,
        "changed": len(answer.changed),
        "pays": shown(answer.pays),
        "would_pay": shown(answer.would_pay),
        "difference": shown(answer.difference),
        "currency": answer.pays.currency,
        "results": [_told(change) for change in answer.changed[:MOST_SHOWN]],
    }
    return success(data)


def _asked(read: Read, body: Question) -> Answer:
    desk = read.parts.desk
    if body.product_id is not None:
        published(desk.store.load(PRODUCT, body.product_id).state)
    if desk.store.safe_position() > LARGEST_LOG:
        raise Problem(CONFLICT, "The book is too large to wait for: ask with `bima whatif`.")
    return what_if(desk.store, body.otherwise(), desk.currency, told=lambda at, last: None)


def _told(change: Change) -> dict[str, object]:
    return {
        "claim_id": str(change.claim_id),
        "number": change.number,
        "pays": shown(change.pays),
        "would_pay": shown(change.would_pay),
        "difference": shown(change.difference),
        "reasons": list(change.reasons),
    }
