"""Pre-authorisation: a planned service that is asked for, answered, and paid for as answered."""

from domain.decider import Decider
from domain.preauthorisation.decide import PreauthorisationCommand, decide
from domain.preauthorisation.events import PreauthorisationEvent
from domain.preauthorisation.state import NotRequested, Preauthorisation, evolve

PREAUTHORISATION: Decider[Preauthorisation, PreauthorisationCommand, PreauthorisationEvent] = (
    Decider("preauthorisation", NotRequested(), decide, evolve, state_version=2)
)
