"""The same claims under other terms: what would have been paid, and for which claims.

Nothing is posted; the history that is asked stays as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.adjudication.history import History, InOrder, Readjudicated, readjudicate, total_paid
from domain.adjudication.product import Terms
from domain.money import Money


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What was paid, what would have been paid, and the claims that would differ, in order."""

    actual: Money
    counterfactual: Money
    changed: tuple[Readjudicated, ...]

    @property
    def difference(self) -> Money:
        return self.counterfactual - self.actual


def what_if(history: History, terms: Terms, order: InOrder = InOrder.PROCESSING) -> WhatIf:
    """Replay the live claims of one history under other terms."""
    cascade = readjudicate(history, terms, order)
    return WhatIf(
        total_paid((claim.was for claim in cascade.claims), terms.currency),
        total_paid((claim.now for claim in cascade.claims), terms.currency),
        cascade.changed,
    )


def what_if_for_all(histories: Iterable[History], terms: Terms) -> Iterator[WhatIf]:
    """The same question for a whole book, family by family, so that progress can be shown."""
    for history in histories:
        yield what_if(history, terms)
