"""What can happen to a provider: a hospital, clinic or pharmacy, its contracts and tariffs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from domain.money import Money
from domain.periods import Period
from domain.personal import Personal


class Level(StrEnum):
    """Level of care, as the national scheme grades facilities; a practitioner is a person."""

    DISPENSARY = "dispensary"
    HEALTH_CENTRE = "health_centre"
    HOSPITAL = "hospital"
    PHARMACY = "pharmacy"
    PRACTITIONER = "practitioner"


@dataclass(frozen=True, slots=True)
class TariffPrice:
    """The agreed price of one unit of a service or item; `category` names the benefit it uses."""

    code: str
    description: str
    category: str
    unit_price: Money


@dataclass(frozen=True, slots=True)
class ProviderRegistered:
    number: str
    name: str
    level: Level
    region: str
    payee_account: Annotated[str, Personal("contact")] = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class ProviderContractAgreed:
    """While the contract holds, the provider is in network and its tariff binds.

    Remittance advices go to `advice_to` from then on, an address of e-mail or a telephone number;
    where it is empty, to where they went before.
    """

    contract_no: str
    period: Period
    advice_to: Annotated[str, Personal("contact")] = ""


@dataclass(frozen=True, slots=True)
class ProviderTariffPublished:
    """Prices for a period; a later publication wins where two periods hold the same day."""

    tariff_no: int
    period: Period
    prices: tuple[TariffPrice, ...]


@dataclass(frozen=True, slots=True)
class ProviderSuspended:
    reason: str


@dataclass(frozen=True, slots=True)
class ProviderReinstated:
    reason: str


ProviderEvent = (
    ProviderRegistered
    | ProviderContractAgreed
    | ProviderTariffPublished
    | ProviderSuspended
    | ProviderReinstated
)
