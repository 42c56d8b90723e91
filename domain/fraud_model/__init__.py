"""Fraud models: which trained model judges claims of a line, who decided so, and the way back."""

from domain.decider import Decider
from domain.fraud_model.decide import FraudModelCommand, decide
from domain.fraud_model.events import FraudModelEvent
from domain.fraud_model.state import ModelLine, evolve

FRAUD_MODEL: Decider[ModelLine, FraudModelCommand, FraudModelEvent] = Decider(
    "fraud_model", ModelLine(), decide, evolve
)
