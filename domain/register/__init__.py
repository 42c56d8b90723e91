"""Values that only one owner may have: who registered first keeps it until it is released."""

from domain.decider import Decider
from domain.register.decide import RegisterCommand, decide
from domain.register.events import RegisterEvent
from domain.register.state import Entry, evolve

REGISTER: Decider[Entry, RegisterCommand, RegisterEvent] = Decider(
    "register", Entry(), decide, evolve
)
