"""Given facts, when a command, then facts or a refusal: how deciders are tested.

    (given(CLAIM, submitted)
     .when(WithdrawClaim("entered twice"))
     .then(ClaimWithdrawn("entered twice")))

`then` hands back what holds afterwards, so that a story goes on with the next `when`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest

from domain.decider import Decider
from domain.refusals import Refused

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Given(Generic[S, C, E]):
    """An aggregate with a history."""

    decider: Decider[S, C, E]
    history: tuple[E, ...]

    @property
    def state(self) -> S:
        """Where it stands after its history."""
        return self.decider.fold(self.history)

    def when(self, command: C) -> "When[S, C, E]":
        """Decide once more than needed: the same state and command always decide the same."""
        state = self.state
        decided = _decided(self.decider, state, command)
        assert _same(_decided(self.decider, state, command), decided), "not the same twice"
        assert state == self.state, "deciding changed what was decided on"
        return When(self, command, decided)


@dataclass(frozen=True, slots=True)
class When(Generic[S, C, E]):
    """What came of a command: facts, or the refusal."""

    given: Given[S, C, E]
    command: C
    decided: Sequence[E] | Refused

    def then(self, *facts: E) -> Given[S, C, E]:
        """Exactly these facts, in this order."""
        assert list(self.facts) == list(facts)
        return self.onwards()

    def then_nothing(self) -> Given[S, C, E]:
        """No fact and no refusal: it was so already."""
        return self.then()

    def then_refused(
        self, code: str, kind: type[Refused] = Refused, **facts: Any
    ) -> Given[S, C, E]:
        """Refused with this code, being of this kind and saying (at least) this."""
        if not isinstance(self.decided, Refused):
            pytest.fail(f"{self.command} was allowed: {self.decided}", pytrace=False)
        assert self.decided.code == code
        assert isinstance(self.decided, kind)
        assert facts.items() <= dict(self.decided.facts).items()
        assert self.decided.detail, "a refusal says what is wrong"
        return self.given

    @property
    def facts(self) -> Sequence[E]:
        """The facts; a refusal fails the test."""
        if isinstance(self.decided, Refused):
            pytest.fail(f"{self.command} was refused: {self.decided}", pytrace=False)
        return self.decided

    def onwards(self) -> Given[S, C, E]:
        """The aggregate with the new facts in its history; they must fold."""
        after = Given(self.given.decider, (*self.given.history, *self.facts))
        assert after.state is not None
        return after


def given(decider: Decider[S, C, E], *history: E) -> Given[S, C, E]:
    """An aggregate to which this has happened; without facts it has not begun."""
    return Given(decider, history)


def _decided(decider: Decider[S, C, E], state: S, command: C) -> Sequence[E] | Refused:
    try:
        return tuple(decider.decide(state, command))
    except Refused as refusal:
        return refusal


def _same(one: object, other: object) -> bool:
    if isinstance(one, Refused) and isinstance(other, Refused):
        return (one.code, one.detail) == (other.code, other.detail)
    return one == other
