"""Codes mean what was said of them on the day of care, and end without hurting the past."""

from datetime import date
from decimal import Decimal

from domain.adjudication.case import Service
from domain.code import CODE
from domain.code.decide import PublishCode, RetireCode
from domain.code.events import CodePublished, CodeRetired, System
from domain.code.state import Published
from tests.support.scenario import given

SPRING, SUMMER, AUTUMN = date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)
CHEAP = Service("LAB-014", base_price=Decimal(8_000))
DEAR = Service("LAB-014", base_price=Decimal(9_500))


def published(service: Service, day: date) -> CodePublished:
    return CodePublished(System.SERVICE, "LAB-014", "Malaria test", day, service)


def on(day: date, *facts: CodePublished | CodeRetired) -> Service | None:
    state = CODE.fold(facts)
    assert isinstance(state, Published)
    return state.service_on(day)


def test_a_code_means_what_was_in_use_on_the_day() -> None:
    facts = (published(CHEAP, SPRING), published(DEAR, SUMMER))
    assert on(date(2025, 2, 28), *facts) is None
    assert on(date(2025, 5, 31), *facts) == CHEAP
    assert on(SUMMER, *facts) == DEAR


def test_what_is_told_later_for_the_same_day_wins() -> None:
    assert on(SPRING, published(CHEAP, SPRING), published(DEAR, SPRING)) == DEAR


def test_a_retired_code_is_retired_from_its_day_on_and_may_come_back() -> None:
    facts = (published(CHEAP, SPRING), CodeRetired(SUMMER))
    before, after = on(date(2025, 5, 31), *facts), on(SUMMER, *facts)
    assert before == CHEAP
    assert after is not None
    assert after.retired
    assert on(AUTUMN, *facts, published(DEAR, AUTUMN)) == DEAR


def test_a_service_has_an_entry_and_a_diagnosis_has_none() -> None:
    bare = PublishCode(System.SERVICE, "LAB-014", "Malaria test", SPRING)
    given(CODE).when(bare).then_refused("code.service_expected")
    full = PublishCode(System.DIAGNOSIS, "B54", "Malaria", SPRING, CHEAP)
    given(CODE).when(full).then_refused("code.service_expected")


def test_prices_below_zero_and_unknown_groups_are_refused() -> None:
    def publish(service: Service) -> PublishCode:
        return PublishCode(System.SERVICE, "LAB-014", "Malaria test", SPRING, service)

    below = Service("LAB-014", base_price=Decimal(-1))
    given(CODE).when(publish(below)).then_refused("code.below_zero")
    strange = Service("LAB-014", who=("adult", "pilots"))
    given(CODE).when(publish(strange)).then_refused("code.unknown_group")
    named_otherwise = Service("OTHER", base_price=Decimal(8_000))
    given(CODE).when(publish(named_otherwise)).then(published(CHEAP, SPRING))


def test_a_code_is_retired_once_and_only_if_it_is_there() -> None:
    given(CODE).when(RetireCode(SUMMER)).then_refused("code.not_found")
    (
        given(CODE, published(CHEAP, SPRING))
        .when(RetireCode(SUMMER, "LAB-015"))
        .then(CodeRetired(SUMMER, "LAB-015"))
        .when(RetireCode(AUTUMN))
        .then_refused("code.already_retired")
    )
