"""Schemes over HTTP: what a product promises, version by version, from which day."""

from typing import Annotated, Any

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.answers import done, made
from api.documentation import RULES, listed, single
from api.envelope import Success, plain, success
from api.fields import Asked, Code, Day, Id, Name
from api.forms import filled, form_of
from api.history import HISTORY, add_history
from api.parameters import KNOWN_AT, ON
from api.readable import SCHEMES, TERMS
from api.reads import Read, Reads
from api.roles import ADD_SCHEME, DELETE_SCHEME
from api.routing import resource_router
from api.writing import Write, Writes
from commands import products
from domain.adjudication.product import Terms
from domain.product import PRODUCT
from domain.product.decide import published, terms_on

PREFIX = "/api/v1/schemes"
router = resource_router(PREFIX, "Schemes")

OfScheme = Annotated[Read, Depends(Reads(SCHEMES))]
OneScheme = Annotated[Read, Depends(Reads(SCHEMES, past=True))]


class NewVersion(Asked):
    """The next version of a scheme's terms; its number is given by the ledger."""

    name: Name = Field(examples=["Standard"])
    effective_from: Day
    terms: form_of(Terms)  # type: ignore[valid-type]  # made from the class of the terms


class NewScheme(NewVersion):
    code: Code = Field(examples=["STANDARD"])


def _version(code: str, body: NewVersion) -> products.VersionOfProduct:
    terms = filled(body.terms, Terms)
    return products.VersionOfProduct(code, body.name, body.effective_from, terms)


@router.post("", **made())
async def publish_scheme(
    body: NewScheme, write: Annotated[Write, Depends(Writes(ADD_SCHEME, creates=PREFIX))]
) -> Response:
    """Publish a scheme, or the next version of one: the same code is the same scheme."""
    return await write(body, products.publish_version, _version(body.code, body))


@router.get("", **listed(SCHEMES))
async def list_schemes(read: OfScheme) -> Response:
    """Schemes, filtered, sorted, page by page."""
    return await read.page()


@router.get("/{id}", **single(SCHEMES))
async def show_scheme(scheme_id: Id, read: OneScheme) -> Response:
    """One scheme, now or as known then."""
    return await read.shown(scheme_id)


@router.put("/{id}", **done())
async def publish_scheme_version(
    scheme_id: Id, body: NewVersion, write: Annotated[Write, Depends(Writes(ADD_SCHEME))]
) -> Response:
    """Publish the next version; the earlier ones go on holding for their own days."""
    code = await run_in_threadpool(_code, write, scheme_id)
    return await write(body, products.publish_version, _version(code, body))


@router.delete("/{id}", **done())
async def withdraw_scheme(
    scheme_id: Id, write: Annotated[Write, Depends(Writes(DELETE_SCHEME))]
) -> Response:
    """Stop selling a scheme; policies that run keep their terms."""
    code = await run_in_threadpool(_code, write, scheme_id)
    return await write(None, products.withdraw_product, code)


@router.get("/{id}/versions", **listed(TERMS))
async def list_scheme_versions(
    scheme_id: Id, read: Annotated[Read, Depends(Reads(TERMS))], scheme: OfScheme
) -> Response:
    """The versions of a scheme's terms, the newest first."""
    return await read.children(scheme, scheme_id)


@router.get("/{id}/terms", response_model=Success[dict[str, Any]], openapi_extra=RULES)
async def show_scheme_terms(
    scheme_id: Id, read: Annotated[Read, Depends(Reads(SCHEMES, more=(ON, KNOWN_AT)))]
) -> Response:
    """The terms in force on a day, as data."""
    read.nothing_else()
    desk = read.parts.desk
    found = await run_in_threadpool(desk.store.load, PRODUCT, scheme_id, known_at=read.known_at)
    terms = terms_on(found.state, read.said["on"] or desk.clock.today())
    return success(plain(terms), headers={"ETag": f'"{found.version}"'})


def _code(write: Write, scheme_id: Id) -> str:
    return published(write.parts.desk.store.load(PRODUCT, scheme_id).state).code


add_history(router, SCHEMES, HISTORY)
