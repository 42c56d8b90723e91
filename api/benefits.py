"""Benefits over HTTP: what each scheme promises, one benefit at a time.

A benefit is part of its scheme's terms: each write is the next version of them, in force from the
day that the command names, and earlier days keep what they had.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import done, made
from api.documentation import RULES, listed, single
from api.envelope import Success, plain, success
from api.errors import not_found
from api.fields import Asked, Id
from api.forms import filled, form_of
from api.parameters import KNOWN_AT, ON
from api.parts import Parts
from api.readable import BENEFITS, SCHEMES
from api.reads import Read, Reads
from api.roles import ADD_SCHEME
from api.routing import resource_router
from api.writing import Write, Writes
from commands import benefits
from domain.adjudication.product import Benefit
from domain.product import PRODUCT
from domain.product.decide import terms_on

PREFIX = "/api/v1/benefits"
router = resource_router(PREFIX, "Benefits")

Changes = Annotated[Write, Depends(Writes(ADD_SCHEME))]
OfBenefits = Annotated[Read, Depends(Reads(BENEFITS))]


class ChangedBenefit(Asked):
    """The whole benefit as it holds from `effective_on` on."""

    benefit: form_of(Benefit)  # type: ignore[valid-type]  # made from the class of the benefit

    def as_promised(self) -> Benefit:
        return filled(self.benefit, Benefit)


class NewBenefit(ChangedBenefit):
    scheme_id: UUID


@router.get("", **listed(BENEFITS))
async def list_benefits(read: OfBenefits) -> Response:
    """What the schemes promise, filtered, sorted, page by page."""
    return await read.page()


@router.post("", **made())
async def add_benefit(
    body: NewBenefit, write: Annotated[Write, Depends(Writes(ADD_SCHEME, creates=PREFIX))]
) -> Response:
    """Promise something more: the next version of a scheme's terms."""
    request = benefits.NewBenefit(body.scheme_id, body.as_promised())
    return await write(body, benefits.add_benefit, request)


@router.get("/{id}", **single(BENEFITS))
async def show_benefit(benefit_id: Id, read: OfBenefits) -> Response:
    """One benefit of a scheme, as the terms published last have it."""
    place = await find(read.parts, benefit_id)
    return await read.only(key=place.key).one(place.scheme_id)


@router.put("/{id}", **done())
async def change_benefit(benefit_id: Id, body: ChangedBenefit, write: Changes) -> Response:
    """Promise it otherwise: the next version of the scheme's terms."""
    place = await find(write.parts, benefit_id)
    return await write(body, benefits.change_benefit, place, body.as_promised())


@router.delete("/{id}", **done())
async def end_benefit(benefit_id: Id, write: Changes) -> Response:
    """Promise it no longer, from a day on; care before that day is paid as it was."""
    place = await find(write.parts, benefit_id)
    return await write(None, benefits.end_benefit, place)


@router.get("/{id}/terms", response_model=Success[dict[str, Any]], openapi_extra=RULES)
async def show_benefit_terms(
    benefit_id: Id, read: Annotated[Read, Depends(Reads(SCHEMES, more=(ON, KNOWN_AT)))]
) -> Response:
    """All that is agreed of a benefit on a day, now or as known then, as data."""
    read.nothing_else()
    place = await find(read.parts, benefit_id)
    desk = read.parts.desk
    found = await run_in_threadpool(
        desk.store.load, PRODUCT, place.scheme_id, known_at=read.known_at
    )
    terms = terms_on(found.state, read.said["on"] or desk.clock.today())
    promised = next((one for one in terms.benefits if one.key == place.key), None)
    if promised is None:
        raise not_found()
    return success(plain(promised), headers={"ETag": f'"{found.version}"'})


async def find(parts: Parts, benefit_id: UUID) -> benefits.Place:
    """The scheme that a benefit belongs to, and its name there; raises Problem for none."""
    row = await parts.reading.row(
        "SELECT product_id, key FROM benefits WHERE tenant = %s AND benefit_id = %s",
        (parts.settings.tenant, benefit_id),
    )
    if row is None:
        raise not_found()
    return benefits.Place(*row)
