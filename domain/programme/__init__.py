"""Programme: the register of all treaties that cede the same business, in inuring order."""

from domain.decider import Decider
from domain.programme.decide import ProgrammeCommand, decide
from domain.programme.events import ProgrammeEvent
from domain.programme.state import Programme, evolve

PROGRAMME: Decider[Programme, ProgrammeCommand, ProgrammeEvent] = Decider(
    "programme", Programme(), decide, evolve
)
