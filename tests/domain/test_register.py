"""Values that only one owner may have: a national id, an invoice of a provider."""

from domain.refusals import AlreadyTaken
from domain.register import REGISTER
from domain.register.decide import RegisterValue, ReleaseValue
from domain.register.events import ValueRegistered, ValueReleased
from tests.support.sample_facts import MEMBER, SPOUSE
from tests.support.scenario import given

taken = ValueRegistered("national_id", MEMBER)


def test_who_registers_first_keeps_the_value() -> None:
    (
        given(REGISTER)
        .when(RegisterValue("national_id", MEMBER))
        .then(taken)
        .when(RegisterValue("national_id", MEMBER))
        .then_nothing()
        .when(RegisterValue("national_id", SPOUSE))
        .then_refused("national_id.already_registered", AlreadyTaken, field="national_id")
    )


def test_a_released_value_is_free_for_others() -> None:
    (
        given(REGISTER, taken)
        .when(ReleaseValue(MEMBER))
        .then(ValueReleased(MEMBER))
        .when(RegisterValue("national_id", SPOUSE))
        .then(ValueRegistered("national_id", SPOUSE))
    )


def test_only_the_owner_releases_it() -> None:
    given(REGISTER, taken).when(ReleaseValue(SPOUSE)).then_nothing()
    given(REGISTER).when(ReleaseValue(MEMBER)).then_nothing()
