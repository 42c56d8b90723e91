"""Use cases of providers: register, agree contracts, publish tariffs, suspend, reinstate."""

from dataclasses import dataclass, replace
from uuid import UUID

from adapters.envelope import Loaded
from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import PROVIDER as PROVIDER_SERIES
from domain.ids import numbered
from domain.periods import Period
from domain.provider import PROVIDER
from domain.provider.decide import (
    AgreeContract,
    ProviderCommand,
    PublishTariff,
    RegisterProvider,
    ReinstateProvider,
    SuspendProvider,
    registered,
)
from domain.provider.events import Level, TariffPrice
from domain.provider.state import Provider


@dataclass(frozen=True, slots=True)
class Registration:
    """A provider and, where it is in network from the start, its contract."""

    name: str
    level: Level
    region: str
    payee_account: str = ""
    contract_no: str = ""
    contract_period: Period | None = None
    provider_id: UUID | None = None
    origin: str = ""
    advice_to: str = ""


def register_provider(desk: Desk, context: Context, request: Registration) -> Outcome:
    """Register a provider under the next number; with a contract it is in network."""

    def decide() -> Decision:
        provider = desk.store.load(PROVIDER, request.provider_id or desk.ids.new())
        command = RegisterProvider(
            "", request.name, request.level, request.region, request.payee_account, request.origin
        )
        PROVIDER.decide(provider.state, command)  # refuse before a number is used up
        year = context.effective_on.year
        number = numbered(PROVIDER_SERIES, year, desk.numbers.take(f"{PROVIDER_SERIES}|{year}")[0])
        facts = list(PROVIDER.decide(provider.state, replace(command, number=number)))
        if request.contract_period is not None:
            state = PROVIDER.fold(facts, provider.state)
            contract_no = request.contract_no or number
            contract = AgreeContract(contract_no, request.contract_period, request.advice_to)
            facts += PROVIDER.decide(state, contract)
        answer = {"id": str(provider.stream_id), "number": number}
        return Decision((changed(provider, facts),), answer)

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class Contract:
    provider_id: UUID
    contract_no: str
    period: Period
    advice_to: str = ""


def agree_contract(desk: Desk, context: Context, request: Contract) -> Outcome:
    command = AgreeContract(request.contract_no, request.period, request.advice_to)
    return _simply(desk, context, request.provider_id, command)


@dataclass(frozen=True, slots=True)
class TariffPublication:
    provider_id: UUID
    period: Period
    prices: tuple[TariffPrice, ...]


def publish_tariff(desk: Desk, context: Context, request: TariffPublication) -> Outcome:
    command = PublishTariff(request.period, request.prices)
    return _simply(desk, context, request.provider_id, command)


def suspend_provider(desk: Desk, context: Context, provider_id: UUID) -> Outcome:
    return _simply(desk, context, provider_id, SuspendProvider(context.reason))


def reinstate_provider(desk: Desk, context: Context, provider_id: UUID) -> Outcome:
    return _simply(desk, context, provider_id, ReinstateProvider(context.reason))


def _simply(desk: Desk, context: Context, provider_id: UUID, command: ProviderCommand) -> Outcome:
    def decide() -> Decision:
        provider: Loaded[Provider] = desk.store.load(PROVIDER, provider_id)
        facts = PROVIDER.decide(provider.state, command)
        number = registered(provider.state).number
        return Decision((changed(provider, facts),), {"id": str(provider_id), "number": number})

    return carry_out(desk.store, context, decide)
