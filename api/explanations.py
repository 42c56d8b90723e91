"""What members and providers are told about a decided claim and its payment, as data and as PDF."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool

from adapters.identities import Kind
from api.envelope import Success, plain, success
from api.errors import not_found, wrong_field
from api.fields import DAY_PATTERN, Id, day
from api.parameters import KNOWN_AT, Parameter
from api.readable import CLAIMS, PAYMENTS, PROVIDERS
from api.reads import Read, Reads
from api.roles import VIEW_PAYMENT
from api.routing import resource_router
from projections.explanation_of_benefits import Explanation, NotDecided, explanation_of_benefits
from projections.history import NotFound
from projections.printed_words import Language
from projections.remittance import (
    Remittance,
    TooMuch,
    masked,
    remittance_of_payee,
    remittance_of_payment,
)

router = resource_router("/api/v1", "Explanations")

PDF = {
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    "description": "The letter, A4.",
}
LONGEST_DAYS = 366
T = TypeVar("T")


def _language(text: str) -> Language:
    try:
        return Language(text)
    except ValueError:
        raise ValueError("is en or sw") from None


LANGUAGE = Parameter(
    "language", "query", _language, {"type": "string", "enum": [one.value for one in Language]},
    "The language of the words: English where left out.",
)  # fmt: skip
_DAY = {"type": "string", "format": "date", "pattern": DAY_PATTERN}
FROM_ON = Parameter("from_on", "query", day, _DAY, "First day of payment; a month ago if left out.")
UNTIL_ON = Parameter("until_on", "query", day, _DAY, "First day after; tomorrow if left out.")

OfClaim = Annotated[Read, Depends(Reads(CLAIMS, more=(LANGUAGE, KNOWN_AT)))]
OfPayment = Annotated[Read, Depends(Reads(PAYMENTS, more=(LANGUAGE,)))]
OfProvider = Annotated[
    Read, Depends(Reads(PROVIDERS, VIEW_PAYMENT, more=(LANGUAGE, FROM_ON, UNTIL_ON)))
]


@router.get("/claims/{claim_id}/eob", response_model=Success[dict[str, Any]])
async def show_explanation_of_benefits(claim_id: UUID, read: OfClaim) -> Response:
    """The explanation of benefits of a decided claim: who bears what of each line, and why."""
    return success(plain(await _explained(read, claim_id)))


@router.get("/claims/{claim_id}/eob/pdf", response_class=Response, responses={200: PDF})
async def print_explanation_of_benefits(claim_id: UUID, read: OfClaim) -> Response:
    """The same as a letter to the member."""
    from projections.paper import eob_pdf

    told = await _explained(read, claim_id)
    return await _paper(eob_pdf, told, read, f"eob-{told.number}")


@router.get("/payments/{id}/remittance", response_model=Success[dict[str, Any]])
async def show_remittance(payment_id: Id, read: OfPayment) -> Response:
    """The remittance advice of one payment: which claim and lines it covers."""
    return success(plain(await _remitted(read, payment_id)))


@router.get("/payments/{id}/remittance/pdf", response_class=Response, responses={200: PDF})
async def print_remittance(payment_id: Id, read: OfPayment) -> Response:
    """The same as a letter to the payee."""
    from projections.paper import remittance_pdf

    told = await _remitted(read, payment_id)
    return await _paper(remittance_pdf, told, read, f"remittance-{told.payments[0].payment_number}")


@router.get("/providers/{id}/remittance", response_model=Success[dict[str, Any]])
async def show_remittance_of_provider(provider_id: Id, read: OfProvider) -> Response:
    """Everything that a provider was paid in some days, claim by claim, line by line."""
    return success(plain(await _remitted_to(read, provider_id)))


@router.get("/providers/{id}/remittance/pdf", response_class=Response, responses={200: PDF})
async def print_remittance_of_provider(provider_id: Id, read: OfProvider) -> Response:
    """The same as a letter to the provider."""
    from projections.paper import remittance_pdf

    told = await _remitted_to(read, provider_id)
    return await _paper(remittance_pdf, told, read, f"remittance-{told.payee.number}")


async def _explained(read: Read, claim_id: UUID) -> Explanation:
    read.nothing_else()
    await read.check_there(claim_id)
    language = read.said["language"] or Language.ENGLISH

    def tell() -> Explanation:
        store = read.parts.desk.store
        with store.pool.connection() as conn:
            return explanation_of_benefits(
                conn, store.tenant, str(claim_id), language, read.known_at
            )

    return await _found(tell)


async def _remitted(read: Read, payment_id: UUID) -> Remittance:
    read.nothing_else()
    await read.check_there(payment_id)
    language = read.said["language"] or Language.ENGLISH

    def tell() -> Remittance:
        store = read.parts.desk.store
        with store.pool.connection() as conn:
            return remittance_of_payment(conn, store.tenant, str(payment_id), language)

    return _without_account(await _found(tell))


async def _remitted_to(read: Read, provider_id: UUID) -> Remittance:
    read.nothing_else()
    _own_only(read, provider_id)
    await read.check_there(provider_id)
    language = read.said["language"] or Language.ENGLISH
    from_on, until_on = _days(read)

    def tell() -> Remittance:
        store = read.parts.desk.store
        with store.pool.connection() as conn:
            return remittance_of_payee(conn, store.tenant, provider_id, from_on, until_on, language)

    return _without_account(await _found(tell))


def _own_only(read: Read, provider_id: UUID) -> None:
    """Providers are known to everybody, their payments to themselves only."""
    user = read.caller.user
    if read.caller.outside and (user.kind, user.subject_id) != (Kind.PROVIDER, provider_id):
        raise not_found()


def _days(read: Read) -> tuple[date, date]:
    today = read.parts.desk.clock.today()
    until_on: date = read.said["until_on"] or today + timedelta(days=1)
    from_on: date = read.said["from_on"] or until_on - timedelta(days=31)
    if not from_on < until_on:
        raise wrong_field("until_on", "is not after from_on")
    if (until_on - from_on).days > LONGEST_DAYS:
        raise wrong_field("until_on", f"is more than {LONGEST_DAYS} days after from_on")
    return from_on, until_on


def _without_account(told: Remittance) -> Remittance:
    return replace(told, account=masked(told.account))


async def _found(tell: Callable[[], T]) -> T:
    try:
        return await run_in_threadpool(tell)
    except (NotFound, NotDecided) as absent:
        raise not_found() from absent
    except TooMuch as much:
        raise wrong_field("from_on", str(much)) from much


async def _paper(print_: Callable[[T, str], bytes], told: T, read: Read, name: str) -> Response:
    content = await run_in_threadpool(print_, told, read.parts.settings.insurer_name)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)
