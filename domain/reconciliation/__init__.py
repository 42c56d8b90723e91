"""Reconciliation: a bank statement held against our payments."""

from domain.decider import Decider
from domain.reconciliation.decide import ReconcileStatement, decide
from domain.reconciliation.events import ReconciliationEvent
from domain.reconciliation.state import NotReconciled, Reconciliation, evolve

RECONCILIATION: Decider[Reconciliation, ReconcileStatement, ReconciliationEvent] = Decider(
    "reconciliation", NotReconciled(), decide, evolve
)
