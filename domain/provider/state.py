"""Where a provider stands, and what a service costs there on a day."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from domain.changing import replace
from domain.periods import Period
from domain.personal import ContactText
from domain.provider.events import (
    ProviderContractAgreed,
    ProviderEvent,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    ProviderTariffPublished,
    TariffPrice,
)


@dataclass(frozen=True, slots=True)
class NotRegistered:
    pass


@dataclass(frozen=True, slots=True)
class Tariff:
    tariff_no: int
    period: Period
    prices: tuple[TariffPrice, ...]

    def price_of(self, code: str) -> TariffPrice | None:
        """The agreed price of a service or item; None where there is none."""
        return _by_code(self).get(code)


def _by_code(tariff: Tariff) -> dict[str, TariffPrice]:
    """The prices by code, put in order once for each tariff in memory."""
    known = _BY_CODE.get(id(tariff))
    if known is not None and known[0] is tariff:
        return known[1]
    if len(_BY_CODE) >= _KEPT:
        _BY_CODE.clear()
    by_code = {price.code: price for price in tariff.prices}
    _BY_CODE[id(tariff)] = tariff, by_code
    return by_code


# By identity, because to compare tariffs of thousands of prices takes longer than to look in one;
# the value holds the tariff, so that its id is not given to another while it stands here.
_BY_CODE: dict[int, tuple[Tariff, dict[str, TariffPrice]]] = {}
_KEPT = 1024


@dataclass(frozen=True, slots=True)
class Registered:
    number: str
    name: str
    level: str
    region: str
    payee_account: ContactText
    contracts: tuple[Period, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    suspended: bool = False
    advice_to: ContactText = ""

    def in_network_on(self, day: date) -> bool:
        return not self.suspended and any(period.holds(day) for period in self.contracts)

    def tariff_on(self, day: date) -> Tariff | None:
        """The tariff in force on a day: the one published last among those that hold it."""
        return next((t for t in reversed(self.tariffs) if t.period.holds(day)), None)


Provider = NotRegistered | Registered


def evolve(provider: Provider, event: ProviderEvent) -> Provider:
    if isinstance(event, ProviderRegistered):
        return Registered(event.number, event.name, event.level, event.region, event.payee_account)
    if isinstance(provider, NotRegistered):
        return provider
    match event:
        case ProviderContractAgreed():
            return replace(
                provider,
                contracts=(*provider.contracts, event.period),
                advice_to=event.advice_to or provider.advice_to,
            )
        case ProviderTariffPublished():
            tariff = Tariff(event.tariff_no, event.period, event.prices)
            return replace(provider, tariffs=(*provider.tariffs, tariff))
        case ProviderSuspended():
            return replace(provider, suspended=True)
        case ProviderReinstated():
            return replace(provider, suspended=False)
        case _:
            assert_never(event)
