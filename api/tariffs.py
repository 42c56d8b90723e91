"""Tariffs of all providers over HTTP: which price lists there are, and publishing one."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done
from api.documentation import listed
from api.fields import Asked, Span
from api.providers import MOST_PRICES, Price
from api.readable import PRICES, TARIFFS
from api.reads import Read, Reads
from api.roles import CHANGE_PROVIDER
from api.routing import resource_router
from api.writing import Write, Writes
from commands import providers

router = resource_router("/api/v1/tariffs", "Tariffs")


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
