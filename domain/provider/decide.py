"""What we allow for providers: register once, agree contracts, publish tariffs, suspend."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from domain.periods import Period
from domain.provider.events import (
    Level,
    ProviderContractAgreed,
    ProviderEvent,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    ProviderTariffPublished,
    TariffPrice,
)
from domain.provider.state import NotRegistered, Provider, Registered
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class RegisterProvider:
    number: str
    name: str
    level: Level
    region: str
    payee_account: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class AgreeContract:
    contract_no: str
    period: Period
    advice_to: str = ""


@dataclass(frozen=True, slots=True)
class PublishTariff:
    period: Period
    prices: tuple[TariffPrice, ...]


@dataclass(frozen=True, slots=True)
class SuspendProvider:
    reason: str


@dataclass(frozen=True, slots=True)
class ReinstateProvider:
    reason: str


ProviderCommand = (
    RegisterProvider | AgreeContract | PublishTariff | SuspendProvider | ReinstateProvider
)


def decide(provider: Provider, command: ProviderCommand) -> Sequence[ProviderEvent]:
    match command:
        case RegisterProvider():
            return register(provider, command)
        case AgreeContract():
            registered(provider)
            return [ProviderContractAgreed(command.contract_no, command.period, command.advice_to)]
        case PublishTariff():
            return publish(registered(provider), command)
        case SuspendProvider():
            return [] if registered(provider).suspended else [ProviderSuspended(command.reason)]
        case ReinstateProvider():
            return [ProviderReinstated(command.reason)] if registered(provider).suspended else []
        case _:
            assert_never(command)


def register(provider: Provider, command: RegisterProvider) -> Sequence[ProviderEvent]:
    if not isinstance(provider, NotRegistered):
        raise WrongStage("provider.already_registered", "this provider is registered already")
    return [
        ProviderRegistered(
            command.number,
            command.name,
            command.level,
            command.region,
            command.payee_account,
            command.origin,
        )
    ]


def publish(provider: Registered, command: PublishTariff) -> Sequence[ProviderEvent]:
    if not command.prices:
        raise RuleBroken("provider.tariff_empty", "a tariff needs a price", field="prices")
    twice = [code for code, n in Counter(p.code for p in command.prices).items() if n > 1]
    if twice:
        raise RuleBroken(
            "provider.tariff_code_twice",
            f"priced twice: {', '.join(twice)}",
            field="prices",
        )
    below = [p.code for p in command.prices if p.unit_price.minor < 0]
    if below:
        raise RuleBroken(
            "provider.tariff_price_negative",
            f"below zero: {', '.join(below)}",
            field="prices",
        )
    return [ProviderTariffPublished(len(provider.tariffs) + 1, command.period, command.prices)]


def registered(provider: Provider) -> Registered:
    """The provider if registered; otherwise the refusal."""
    if isinstance(provider, Registered):
        return provider
    raise WrongStage("provider.not_registered", "no such provider", field="provider_id")
