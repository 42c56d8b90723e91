"""Accumulators: a claim takes what it was granted once, and gives exactly that back."""

from uuid import UUID

from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.accumulator import ACCUMULATOR
from domain.accumulator.decide import RestoreBenefit, UseBenefit
from domain.accumulator.events import BenefitRestored, BenefitUsed
from domain.accumulator.state import Accumulator
from domain.adjudication.balances import Balances, Entry
from domain.refusals import WrongStage
from tests.support.sample_facts import CLAIM, ENTRIES, MEMBER, USES
from tests.support.scenario import given

OTHER = UUID("01890000-0000-7000-8000-0000000000ff")
NUMBER = "CLM-2025-00001"
used = BenefitUsed(CLAIM, NUMBER, ENTRIES, USES)
restored = BenefitRestored(
    CLAIM, NUMBER, tuple(-entry for entry in ENTRIES), tuple(-use for use in USES)
)


def test_a_claim_takes_its_benefit_once() -> None:
    after = (
        given(ACCUMULATOR)
        .when(UseBenefit(CLAIM, NUMBER, ENTRIES, USES))
        .then(used)
        .when(UseBenefit(CLAIM, NUMBER, ENTRIES, USES))
        .then_refused("accumulator.already_posted", WrongStage)
    )
    assert after.state.balances.total(str(MEMBER), "2025-01-01", "copay") == 150_000
    assert after.state.balances.total(str(MEMBER), "2025-01-01", "visits:outpatient") == 1


def test_what_takes_nothing_leaves_no_trace() -> None:
    given(ACCUMULATOR).when(UseBenefit(CLAIM, NUMBER, ())).then_nothing()


def test_a_claim_gives_back_exactly_what_it_took_and_once() -> None:
    after = (
        given(ACCUMULATOR, used)
        .when(RestoreBenefit(CLAIM))
        .then(restored)
        .when(RestoreBenefit(CLAIM))
        .then_nothing()
    )
    assert after.state == Accumulator()


def test_a_claim_that_gave_back_may_take_again() -> None:
    given(ACCUMULATOR, used, restored).when(UseBenefit(CLAIM, NUMBER, ENTRIES, USES)).then(used)


def test_claims_do_not_give_back_what_others_took() -> None:
    after = given(ACCUMULATOR, used).when(RestoreBenefit(OTHER)).then_nothing()
    assert after.state.of(CLAIM) is not None
    assert after.state.of(OTHER) is None


@any_of(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(1, 10**9)), max_size=30))
def test_the_balance_is_what_claims_hold_whatever_came_and_went(
    steps: list[tuple[int, bool, int]],
) -> None:
    """Totals tie to the claims that stand; nothing stays of those that gave back."""
    state, held = Accumulator(), dict[int, int]()
    for claim, takes, amount in steps:
        claim_id = UUID(int=claim + 1)
        if takes and claim not in held:
            entry = Entry("asha", "2025-01-01", "paid", amount_minor=amount)
            facts = ACCUMULATOR.decide(state, UseBenefit(claim_id, str(claim), (entry,)))
            held[claim] = amount
        else:
            facts = ACCUMULATOR.decide(state, RestoreBenefit(claim_id))
            held.pop(claim, None)
        state = ACCUMULATOR.fold(facts, state)
    assert state.balances.total("asha", "2025-01-01", "paid") == sum(held.values())
    assert len(state.posted) == len(held)
    if not held:
        assert state.balances == Balances()
