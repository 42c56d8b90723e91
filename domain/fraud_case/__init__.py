"""Fraud cases: what becomes of a suspicion, from the alert to the finding and what follows it."""

from domain.decider import Decider
from domain.fraud_case.decide import FraudCaseCommand, decide
from domain.fraud_case.events import FraudCaseEvent
from domain.fraud_case.state import FraudCase, NoSuspicion, evolve

FRAUD_CASE: Decider[FraudCase, FraudCaseCommand, FraudCaseEvent] = Decider(
    "fraud_case", NoSuspicion(), decide, evolve
)
