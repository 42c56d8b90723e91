"""What holds for every aggregate, whatever is asked of it and in whatever order."""

from collections.abc import Sequence
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.codec import Codec
from domain.accumulator import ACCUMULATOR
from domain.accumulator.decide import AccumulatorCommand
from domain.claim import CLAIM
from domain.claim.decide import ClaimCommand
from domain.claim.events import ClaimSubmitted, ClaimTakenOver
from domain.decider import Decider
from domain.dispute import DISPUTE
from domain.dispute.decide import DisputeCommand
from domain.dispute.events import DisputeOpened
from domain.events import CATALOGUE
from domain.fraud_model import FRAUD_MODEL
from domain.fraud_model.decide import FraudModelCommand
from domain.fraud_model.events import ModelRegistered
from domain.member import MEMBER
from domain.member.decide import MemberCommand
from domain.movement_book import MOVEMENT_BOOK
from domain.movement_book.decide import MovementBookCommand
from domain.payment import PAYMENT
from domain.payment.decide import PaymentCommand
from domain.payment.events import PaymentScheduled
from domain.policy import POLICY
from domain.policy.decide import PolicyCommand
from domain.policy.events import PolicyIssued
from domain.product import PRODUCT
from domain.product.decide import ProductCommand
from domain.product.events import ProductVersionPublished
from domain.provider import PROVIDER
from domain.provider.decide import ProviderCommand
from domain.refusals import Refused
from domain.register import REGISTER
from domain.register.decide import RegisterCommand
from domain.underwriting import UNDERWRITING
from domain.underwriting.decide import UnderwritingCommand
from domain.underwriting.events import UnderwritingCaseOpened
from tests.support.made_up import made_up
from tests.support.sample_facts import SAMPLES

CODEC = Codec(CATALOGUE)
DECIDERS: Sequence[tuple[Decider[Any, Any, Any], Any]] = (
    (ACCUMULATOR, AccumulatorCommand),
    (CLAIM, ClaimCommand),
    (DISPUTE, DisputeCommand),
    (FRAUD_MODEL, FraudModelCommand),
    (MEMBER, MemberCommand),
    (MOVEMENT_BOOK, MovementBookCommand),
    (PAYMENT, PaymentCommand),
    (POLICY, PolicyCommand),
    (PRODUCT, ProductCommand),
    (PROVIDER, ProviderCommand),
    (REGISTER, RegisterCommand),
    (UNDERWRITING, UnderwritingCommand),
)
# A first fact for those aggregates that random commands would hardly ever begin.
BEGUN: dict[str, tuple[type, ...]] = {
    "claim": (ClaimSubmitted, ClaimTakenOver),
    "dispute": (DisputeOpened,),
    "fraud_model": (ModelRegistered,),
    "payment": (PaymentScheduled,),
    "policy": (PolicyIssued,),
    "product": (ProductVersionPublished,),
    "underwriting": (UnderwritingCaseOpened,),
}
every_aggregate = pytest.mark.parametrize(
    ("decider", "commands"), DECIDERS, ids=[decider.name for decider, _ in DECIDERS]
)


@every_aggregate
@settings(max_examples=100)
@given(data=st.data())
def test_whatever_is_asked_is_refused_or_becomes_facts_that_fold(
    decider: Decider[Any, Any, Any], commands: Any, data: st.DataObject
) -> None:
    """A fact that cannot be folded would make its stream unreadable for ever."""
    history = list(data.draw(_beginnings(decider)))
    state = decider.fold(history)
    for command in data.draw(st.lists(_any_command(commands), max_size=8)):
        try:
            facts = decider.decide(state, command)
        except Refused:
            continue
        for fact in facts:
            state = decider.evolve(state, fact)
            history.append(fact)
    assert decider.fold(history) == state, "step by step and at once must agree"
    stored = [CODEC.encode(fact) for fact in history]
    again = [CODEC.decode(one.name, one.schema_version, one.data) for one in stored]
    assert again == history, "what is stored must be what happened"


@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=lambda entry: entry.name)
@settings(max_examples=15)
@given(data=st.data())
def test_every_fact_survives_storing(entry: Any, data: st.DataObject) -> None:
    fact = data.draw(made_up(entry.type))
    stored = CODEC.encode(fact)
    assert CODEC.decode(stored.name, stored.schema_version, stored.data) == fact


@every_aggregate
def test_an_aggregate_can_be_folded_whatever_its_events_are_first(
    decider: Decider[Any, Any, Any], commands: Any
) -> None:
    """Folding never refuses: an event before the beginning leaves the first state as it is."""
    for entry in CATALOGUE.entries:
        if entry.name.startswith(f"{decider.name}."):
            decider.evolve(decider.initial, _sample(entry.type))


def _beginnings(decider: Decider[Any, Any, Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    begun = [(_sample(kind),) for kind in BEGUN.get(decider.name, ())]
    return st.sampled_from([(), *begun])


def _sample(kind: type) -> Any:
    return next(fact for fact in SAMPLES if type(fact) is kind)


def _any_command(commands: Any) -> st.SearchStrategy[Any]:
    return st.one_of([made_up(command) for command in get_args(commands) or (commands,)])
