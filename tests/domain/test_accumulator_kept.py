"""What is brought forward counts from the start; what is kept for an approval is nobody else's."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given as made_up
from hypothesis import strategies as st

from domain.accumulator import ACCUMULATOR
from domain.accumulator.decide import (
    BringForward,
    ReleaseBenefit,
    ReserveBenefit,
    UseBenefit,
)
from domain.accumulator.events import BalanceBroughtForward, BenefitReleased, BenefitReserved
from domain.adjudication.balances import Balances, Entry
from tests.support.sample_facts import CLAIM, ENTRIES, POLICY, PREAUTHORISATION, USES
from tests.support.scenario import given

NUMBER = "PRE-2025-00001"
RESERVE = ReserveBenefit(PREAUTHORISATION, NUMBER, ENTRIES, USES)
RESERVED = BenefitReserved(PREAUTHORISATION, NUMBER, ENTRIES, USES)
RELEASED = BenefitReleased(
    PREAUTHORISATION, NUMBER, tuple(-e for e in ENTRIES), tuple(-use for use in USES)
)
FORWARD = BringForward(POLICY, ENTRIES, (), "the former insurer")


def test_balances_are_brought_forward_once_and_before_anything_else() -> None:
    brought = BalanceBroughtForward(POLICY, ENTRIES, (), "the former insurer")
    given(ACCUMULATOR).when(FORWARD).then(brought).when(FORWARD).then_refused(
        "accumulator.already_begun"
    )
    given(ACCUMULATOR, RESERVED).when(FORWARD).then_refused("accumulator.already_begun")


def test_nothing_below_zero_is_brought_forward() -> None:
    below = replace(FORWARD, entries=(Entry("A", "2025-01-01", "paid", -1),))
    given(ACCUMULATOR).when(below).then_refused("accumulator.brought_forward_negative")


def test_an_approval_keeps_its_benefit_once() -> None:
    given(ACCUMULATOR).when(RESERVE).then(RESERVED).when(RESERVE).then_refused(
        "accumulator.already_reserved"
    )


def test_what_is_released_leaves_no_trace_and_is_released_once() -> None:
    after = given(ACCUMULATOR, RESERVED).when(ReleaseBenefit(PREAUTHORISATION)).then(RELEASED)
    assert after.state == ACCUMULATOR.initial
    after.when(ReleaseBenefit(PREAUTHORISATION)).then_nothing()


def test_its_own_claim_does_not_see_what_is_kept_and_others_do() -> None:
    state = given(ACCUMULATOR, RESERVED).state
    assert state.without(PREAUTHORISATION) == Balances()
    assert state.without(None) == state.balances != Balances()


AMOUNTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=8)


@made_up(AMOUNTS, st.data())
def test_whatever_is_kept_and_freed_in_any_order_the_rest_stands(
    amounts: list[int], data: st.DataObject
) -> None:
    """Approvals are kept one after another and freed in another order; one claim stands amid."""
    state = ACCUMULATOR.initial
    claimed = Entry("A", "2025-01-01", "paid", 5)
    state = ACCUMULATOR.fold(ACCUMULATOR.decide(state, UseBenefit(CLAIM, "C", (claimed,))), state)
    only_claim = state
    for number, amount in enumerate(amounts):
        entry = Entry("A", "2025-01-01", "paid", amount)
        command = ReserveBenefit(UUID(int=number), str(number), (entry,))
        state = ACCUMULATOR.fold(ACCUMULATOR.decide(state, command), state)
    assert state.balances.total("A", "2025-01-01", "paid") == 5 + sum(amounts)
    for number in data.draw(st.permutations(range(len(amounts)))):
        freed = ACCUMULATOR.decide(state, ReleaseBenefit(UUID(int=number)))
        state = ACCUMULATOR.fold(freed, state)
    assert state == only_claim
