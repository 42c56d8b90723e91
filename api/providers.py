"""Providers over HTTP: register, agree contracts, publish tariffs, suspend, reinstate."""

from typing import Annotated

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done, made
from api.documentation import listed, single
from api.fields import Asked, Body, Code, Id, Name, OptionalWords, Span, Word
from api.history import HISTORY, add_history
from api.money import Amount
from api.readable import CONTRACTS, PRICES, PROVIDERS, TARIFFS
from api.reads import Read, Reads
from api.roles import ADD_PROVIDER, CHANGE_PROVIDER
from api.routing import resource_router
from api.writing import Write, Writes
from commands import providers
from domain.provider.events import Level, TariffPrice

PREFIX = "/api/v1/providers"
router = resource_router(PREFIX, "Provider Management")

MOST_PRICES = 5_000
Changes = Annotated[Write, Depends(Writes(CHANGE_PROVIDER))]
OfProvider = Annotated[Read, Depends(Reads(PROVIDERS))]
OneProvider = Annotated[Read, Depends(Reads(PROVIDERS, past=True))]


class NewProvider(Asked):
    """With a contract period it is in network from the start; remittance advices go to
    `advice_to`, an address of e-mail or a telephone number."""

    name: Name = Field(examples=["Bugando Hospital"])
    level: Level
    region: Word = ""
    payee_account: Word = ""
    contract_no: Word = ""
    contract_period: Span | None = None
    advice_to: Word = Field("", examples=["claims@bugando.example"])

    def registration(self) -> providers.Registration:
        return providers.Registration(
            name=self.name,
            level=self.level,
            region=self.region,
            payee_account=self.payee_account,
            contract_no=self.contract_no,
            contract_period=None if self.contract_period is None else self.contract_period.period(),
            advice_to=self.advice_to,
        )


class NewContract(Asked):
    """Remittance advices go to `advice_to` from then on; left out, to where they went before."""

    contract_no: Name
    period: Span
    advice_to: Word = Field("", examples=["claims@bugando.example"])


class Price(Body):
    """The agreed price of one unit; `category` names the benefit that it uses."""

    code: Code
    description: Word = ""
    category: Word = ""
    unit_price: Amount

    def price(self) -> TariffPrice:
        return TariffPrice(self.code, self.description, self.category, self.unit_price)


class NewTariff(Asked):
    """Prices for a period; where two tariffs hold the same day, the later one wins."""

    period: Span
    prices: Annotated[tuple[Price, ...], Field(min_length=1, max_length=MOST_PRICES)]


@router.post("", **made())
async def register_provider(
    body: NewProvider, write: Annotated[Write, Depends(Writes(ADD_PROVIDER, creates=PREFIX))]
) -> Response:
    """Register a provider under the next number."""
    return await write(body, providers.register_provider, body.registration())


@router.get("", **listed(PROVIDERS))
async def list_providers(read: OfProvider) -> Response:
    """Providers, filtered, sorted, page by page."""
    return await read.page()


@router.get("/{id}", **single(PROVIDERS))
async def show_provider(provider_id: Id, read: OneProvider) -> Response:
    """One provider, now or as known then."""
    return await read.shown(provider_id)


@router.post("/{id}/contracts", **done())
async def agree_contract(provider_id: Id, body: NewContract, write: Changes) -> Response:
    """Agree a contract: the provider is in network while it holds."""
    contract = providers.Contract(provider_id, body.contract_no, body.period.period())
    return await write(body, providers.agree_contract, contract)


@router.get("/{id}/contracts", **listed(CONTRACTS))
async def list_contracts(
    provider_id: Id, read: Annotated[Read, Depends(Reads(CONTRACTS))], provider: OfProvider
) -> Response:
    """The contracts of a provider."""
    return await read.children(provider, provider_id)


@router.post("/{id}/tariffs", **done())
async def publish_tariff(provider_id: Id, body: NewTariff, write: Changes) -> Response:
    """Publish a price list of a provider."""
    prices = tuple(price.price() for price in body.prices)
    tariff = providers.TariffPublication(provider_id, body.period.period(), prices)
    return await write(body, providers.publish_tariff, tariff)


@router.get("/{id}/tariffs", **listed(TARIFFS))
async def list_tariffs_of_provider(
    provider_id: Id, read: Annotated[Read, Depends(Reads(TARIFFS))], provider: OfProvider
) -> Response:
    """The price lists of a provider, the one published last first."""
    return await read.children(provider, provider_id)


@router.get("/{id}/prices", **listed(PRICES))
async def list_prices_of_provider(
    provider_id: Id, read: Annotated[Read, Depends(Reads(PRICES))], provider: OfProvider
) -> Response:
    """What a provider charges, price list by price list."""
    return await read.children(provider, provider_id)


@router.patch("/{id}/suspend", **done())
async def suspend_provider(provider_id: Id, write: Changes, body: OptionalWords = None) -> Response:
    """Take a provider out of the network for a time."""
    return await write(body, providers.suspend_provider, provider_id)


@router.patch("/{id}/reinstate", **done())
async def reinstate_provider(
    provider_id: Id, write: Changes, body: OptionalWords = None
) -> Response:
    """Take a suspended provider back into the network."""
    return await write(body, providers.reinstate_provider, provider_id)


add_history(router, PROVIDERS, HISTORY)
