"""Providers with their contracts, and what a service costs where and when."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.ids import tariff_id
from domain.personal import Personal
from domain.provider.events import (
    ProviderContractAgreed,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    ProviderTariffPublished,
)
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class ProviderRow(Row):
    """`contract_from` and `contract_until` are those of the contract agreed last."""

    provider_id: UUID
    number: Annotated[str, SEARCHED]
    name: Annotated[str, SEARCHED]
    level: str
    region: Annotated[str, SORTS]
    payee_account: Annotated[str, SHOWN, Personal("contact")]
    registered_on: Annotated[date, SORTS]
    origin: str = ""
    status: Annotated[str, SORTS] = "active"
    reason: Annotated[str, SHOWN] = ""
    contract_no: str = ""
    contract_from: Annotated[date | None, SORTS] = None
    contract_until: Annotated[date | None, SORTS] = None
    tariff_no: int | None = None


@dataclass(slots=True)
class ContractRow(Row):
    """In network from `from_on` up to, and without, `until_on`."""

    provider_id: UUID
    contract: int
    contract_no: str
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]


@dataclass(slots=True)
class TariffRow(Row):
    """A price list; where two hold the same day, the one published last wins."""

    provider_id: UUID
    tariff_no: Annotated[int, SORTS]
    tariff_id: UUID
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date | None, SORTS]
    price_count: int


@dataclass(slots=True)
class TariffPriceRow(Row):
    provider_id: UUID
    tariff_no: Annotated[int, SORTS]
    code: Annotated[str, SORTS]
    description: Annotated[str, SHOWN]
    category: str
    currency: str
    unit_price_minor: Annotated[int, AMOUNT]


PROVIDERS = Table(
    ProviderRow,
    "providers",
    ("provider_id",),
    person="provider_id",
    indexes=(Index(("number",)), Index(("name",)), Index(("created_at", "provider_id"))),
)
CONTRACTS = Table(ContractRow, "provider_contracts", ("provider_id", "contract"), added_only=True)
TARIFFS = Table(
    TariffRow,
    "provider_tariffs",
    ("provider_id", "tariff_no"),
    indexes=(Index(("tariff_id",)),),
    added_only=True,
)
PRICES = Table(
    TariffPriceRow, "tariff_prices", ("provider_id", "tariff_no", "code"), added_only=True
)


def registered(event: Recorded, fact: ProviderRegistered, rows: Rows) -> None:
    rows.add(
        PROVIDERS,
        ProviderRow(
            provider_id=event.stream_id,
            number=fact.number,
            name=fact.name,
            level=fact.level,
            region=fact.region,
            payee_account=fact.payee_account,
            registered_on=event.meta.effective_on,
            origin=fact.origin,
        ),
    )


def contract_agreed(event: Recorded, fact: ProviderContractAgreed, rows: Rows) -> None:
    provider = rows.change(PROVIDERS, event.stream_id)
    provider.contract_no = fact.contract_no
    provider.contract_from, provider.contract_until = fact.period.from_on, fact.period.until_on
    rows.add(
        CONTRACTS,
        ContractRow(
            provider_id=event.stream_id,
            contract=event.version,
            contract_no=fact.contract_no,
            from_on=fact.period.from_on,
            until_on=fact.period.until_on,
        ),
    )


def tariff_published(event: Recorded, fact: ProviderTariffPublished, rows: Rows) -> None:
    rows.change(PROVIDERS, event.stream_id).tariff_no = fact.tariff_no
    rows.add(
        TARIFFS,
        TariffRow(
            provider_id=event.stream_id,
            tariff_no=fact.tariff_no,
            tariff_id=tariff_id(event.stream_id, fact.tariff_no),
            from_on=fact.period.from_on,
            until_on=fact.period.until_on,
            price_count=len(fact.prices),
        ),
    )
    for price in fact.prices:
        rows.add(
            PRICES,
            TariffPriceRow(
                provider_id=event.stream_id,
                tariff_no=fact.tariff_no,
                code=price.code,
                description=price.description,
                category=price.category,
                currency=price.unit_price.currency,
                unit_price_minor=price.unit_price.minor,
            ),
        )


def suspended(event: Recorded, fact: ProviderSuspended, rows: Rows) -> None:
    provider = rows.change(PROVIDERS, event.stream_id)
    provider.status, provider.reason = "suspended", fact.reason


def reinstated(event: Recorded, fact: ProviderReinstated, rows: Rows) -> None:
    provider = rows.change(PROVIDERS, event.stream_id)
    provider.status, provider.reason = "active", fact.reason


PROJECTION = Projection(
    name="providers",
    version=2,
    question="Which providers are there, are they in network, and what do they charge?",
    tables=(PROVIDERS, CONTRACTS, TARIFFS, PRICES),
    on={
        ProviderRegistered: registered,
        ProviderContractAgreed: contract_agreed,
        ProviderTariffPublished: tariff_published,
        ProviderSuspended: suspended,
        ProviderReinstated: reinstated,
    },
)
