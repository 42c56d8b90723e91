"""How often a bank statement has been held against our payments."""

from dataclasses import dataclass

from domain.reconciliation.events import ReconciliationEvent


@dataclass(frozen=True, slots=True)
class NotReconciled:
    pass


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`runs` is how often; `still_open` how many differences the last time left."""

    number: str
    runs: int
    still_open: int


Reconciliation = NotReconciled | Reconciled


def evolve(_before: Reconciliation, event: ReconciliationEvent) -> Reconciliation:
    still_open = sum(not one.booked for one in event.differences)
    return Reconciled(event.number, event.run, still_open)
