"""The shape of every aggregate: a first state, what we allow, and how facts change the state."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, C, E]):
    """An aggregate as three values and two functions.

    `decide` refuses or returns facts and never changes anything; `evolve` never refuses and
    never computes. `state_version` is raised when the state class changes its meaning, so that
    stored snapshots of the old shape are set aside.
    """

    name: str
    initial: S
    decide: Callable[[S, C], Sequence[E]]
    evolve: Callable[[S, E], S]
    state_version: int = 1

    def fold(self, facts: Iterable[E], state: S | None = None) -> S:
        """The state after `facts`, from the first state or from `state`."""
        folded = self.initial if state is None else state
        for fact in facts:
            folded = self.evolve(folded, fact)
        return folded
