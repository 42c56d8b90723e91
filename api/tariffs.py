"""Tariffs of all providers over HTTP: which price lists there are, and publishing one."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done
from api.documentation import listed, single
from api.errors import not_found
from api.fields import Asked, Id, Span
from api.parts import Parts
from api.providers import MOST_PRICES, Price
from api.readable import PRICES, TARIFFS
from api.reads import Read, Reads
from api.roles import CHANGE_PROVIDER
from api.routing import resource_router
from api.writing import Write, Writes
from commands import providers
from domain.periods import Period

router = resource_router("/api/v1/tariffs", "Tariffs")


class CorrectedTariff(Asked):
    """The whole price list as it should have been; the period stays where it is left out."""

    period: Span | None = None
    prices: Annotated[tuple[Price, ...], Field(min_length=1, max_length=MOST_PRICES)]


class NewTariffOf(Asked):
    """Prices of one provider for a period; where two tariffs hold the same day, the later wins."""

    provider_id: UUID
    period: Span
    prices: Annotated[tuple[Price, ...], Field(min_length=1, max_length=MOST_PRICES)]


@router.get("", **listed(TARIFFS))
async def list_tariffs(read: Annotated[Read, Depends(Reads(TARIFFS))]) -> Response:
    """The price lists of all providers, filtered, sorted, page by page."""
    return await read.page()


@router.get("/prices", **listed(PRICES))
async def list_prices(read: Annotated[Read, Depends(Reads(PRICES))]) -> Response:
    """What a service costs at each provider, price list by price list."""
    return await read.page()


@router.post("", **done())
async def publish_tariff_of_provider(
    body: NewTariffOf, write: Annotated[Write, Depends(Writes(CHANGE_PROVIDER))]
) -> Response:
    """Publish a price list of a provider."""
    prices = tuple(price.price() for price in body.prices)
    tariff = providers.TariffPublication(body.provider_id, body.period.period(), prices)
    return await write(body, providers.publish_tariff, tariff)


@router.get("/{id}", **single(TARIFFS))
async def show_tariff(tariff_id: Id, read: Annotated[Read, Depends(Reads(TARIFFS))]) -> Response:
    """One price list: whose it is, from when until when."""
    provider_id, number, _ = await find(read.parts, tariff_id)
    return await read.only(tariff_no=number).one(provider_id)


@router.get("/{id}/prices", **listed(PRICES))
async def list_prices_of_tariff(
    tariff_id: Id, read: Annotated[Read, Depends(Reads(PRICES))]
) -> Response:
    """What each service costs on one price list."""
    provider_id, number, _ = await find(read.parts, tariff_id)
    return await read.only(provider_id=provider_id, tariff_no=number).page()


@router.put("/{id}", **done())
async def correct_tariff(
    tariff_id: Id,
    body: CorrectedTariff,
    write: Annotated[Write, Depends(Writes(CHANGE_PROVIDER))],
) -> Response:
    """Put a price list right: another is published, and wins for the days that both hold."""
    provider_id, _, period = await find(write.parts, tariff_id)
    held = body.period.period() if body.period is not None else period
    prices = tuple(price.price() for price in body.prices)
    tariff = providers.TariffPublication(provider_id, held, prices)
    return await write(body, providers.publish_tariff, tariff)


async def find(parts: Parts, which: UUID) -> tuple[UUID, int, Period]:
    """Whose a price list is, its number there, and its days; raises Problem for none."""
    row = await parts.reading.row(
        "SELECT provider_id, tariff_no, from_on, until_on FROM provider_tariffs "
        "WHERE tenant = %s AND tariff_id = %s",
        (parts.settings.tenant, which),
    )
    if row is None:
        raise not_found()
    return row[0], row[1], Period(row[2], row[3])
