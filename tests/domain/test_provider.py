"""Providers: in network while under contract, and paid by the tariff of the day."""

from datetime import date

from domain.periods import Period
from domain.provider import PROVIDER
from domain.provider.decide import (
    AgreeContract,
    ProviderCommand,
    PublishTariff,
    RegisterProvider,
    ReinstateProvider,
    SuspendProvider,
)
from domain.provider.events import (
    Level,
    ProviderContractAgreed,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    ProviderTariffPublished,
    TariffPrice,
)
from domain.provider.state import Registered
from domain.refusals import RuleBroken, WrongStage
from tests.support.sample_facts import YEAR, tzs
from tests.support.scenario import given

REGISTER = RegisterProvider(
    "PRV-2025-00001", "Upanga Dispensary", Level.DISPENSARY, "Dar es Salaam", "0150123456700"
)
registered = ProviderRegistered(
    "PRV-2025-00001", "Upanga Dispensary", Level.DISPENSARY, "Dar es Salaam", "0150123456700"
)
PRICE = TariffPrice("CON-001", "Consultation", "outpatient", tzs(15_000))
DEARER = TariffPrice("CON-001", "Consultation", "outpatient", tzs(18_000))
SECOND_HALF = Period(date(2025, 7, 1), date(2026, 1, 1))


def test_a_provider_is_registered_once() -> None:
    (
        given(PROVIDER)
        .when(REGISTER)
        .then(registered)
        .when(REGISTER)
        .then_refused("provider.already_registered", WrongStage)
    )


def test_it_is_in_network_while_a_contract_holds() -> None:
    after = (
        given(PROVIDER, registered)
        .when(AgreeContract("C-17", YEAR))
        .then(ProviderContractAgreed("C-17", YEAR))
    )
    assert isinstance(after.state, Registered)
    assert [
        after.state.in_network_on(day)
        for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    ] == [False, True, True, False]


def test_a_suspended_provider_is_out_of_network_until_reinstated() -> None:
    suspended = (
        given(PROVIDER, registered, ProviderContractAgreed("C-17", YEAR))
        .when(SuspendProvider("licence"))
        .then(ProviderSuspended("licence"))
        .when(SuspendProvider("again"))
        .then_nothing()
    )
    assert isinstance(suspended.state, Registered)
    assert not suspended.state.in_network_on(date(2025, 6, 2))
    back = (
        suspended.when(ReinstateProvider("renewed"))
        .then(ProviderReinstated("renewed"))
        .when(ReinstateProvider("again"))
        .then_nothing()
    )
    assert isinstance(back.state, Registered)
    assert back.state.in_network_on(date(2025, 6, 2))


def test_the_tariff_published_last_holds_where_two_hold_the_same_day() -> None:
    after = (
        given(PROVIDER, registered)
        .when(PublishTariff(YEAR, (PRICE,)))
        .then(ProviderTariffPublished(1, YEAR, (PRICE,)))
        .when(PublishTariff(SECOND_HALF, (DEARER,)))
        .then(ProviderTariffPublished(2, SECOND_HALF, (DEARER,)))
    )
    assert isinstance(after.state, Registered)
    numbers = {
        day: tariff.tariff_no if (tariff := after.state.tariff_on(day)) else None
        for day in (date(2024, 12, 31), date(2025, 6, 30), date(2025, 7, 1), date(2026, 1, 1))
    }
    assert list(numbers.values()) == [None, 1, 2, None]


def test_a_tariff_prices_something_each_code_once_and_never_below_zero() -> None:
    provider = given(PROVIDER, registered)
    provider.when(PublishTariff(YEAR, ())).then_refused(
        "provider.tariff_empty", RuleBroken, field="prices"
    )
    provider.when(PublishTariff(YEAR, (PRICE, DEARER))).then_refused("provider.tariff_code_twice")
    below = TariffPrice("LAB-014", "Malaria test", "outpatient", tzs(-1))
    provider.when(PublishTariff(YEAR, (PRICE, below))).then_refused(
        "provider.tariff_price_negative"
    )
    free = TariffPrice("VAC-001", "Vaccination", "outpatient", tzs(0))
    provider.when(PublishTariff(YEAR, (free,))).onwards()


def test_nothing_is_done_to_a_provider_nobody_registered() -> None:
    commands: tuple[ProviderCommand, ...] = (
        AgreeContract("C-17", YEAR),
        PublishTariff(YEAR, (PRICE,)),
        SuspendProvider("x"),
        ReinstateProvider("x"),
    )
    for command in commands:
        given(PROVIDER).when(command).then_refused(
            "provider.not_registered", WrongStage, field="provider_id"
        )
