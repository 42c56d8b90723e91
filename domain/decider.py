"""The shape of every aggregate: a first state, what we allow, and how facts change the state."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic, TypeVar

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, C, E]):
    """An aggregate as three values and two functions.

    `decide` refuses or returns facts and never changes anything; `evolve` never refuses and
    never computes. `state_version` is raised when the state class changes its meaning, so that
    stored snapshots of the old shape are set aside. `together` says for a kind of fact of which
    many follow each other what all of them come to at once: the same as one after another.
    """

    name: str
    initial: S
    decide: Callable[[S, C], Sequence[E]]
    evolve: Callable[[S, E], S]
    state_version: int = 1
    together: Mapping[type, Callable[[S, Sequence[Any]], S]] = field(default_factory=dict)

    def fold(self, facts: Iterable[E], state: S | None = None) -> S:
        """The state after `facts`, from the first state or from `state`."""
        folded = self.initial if state is None else state
        if self.together:
            return self._by_runs(facts, folded)
        for fact in facts:
            folded = self.evolve(folded, fact)
        return folded

    def _by_runs(self, facts: Iterable[E], folded: S) -> S:
        """Facts of one kind that follow each other are taken together where that is known."""
        for kind, run in groupby(facts, type):
            at_once = self.together.get(kind)
            if at_once is not None:
                folded = at_once(folded, list(run))
                continue
            for fact in run:
                folded = self.evolve(folded, fact)
        return folded
