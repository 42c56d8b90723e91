"""Cession: what the treaties take of a life's claims and of a policy's premium, as it is posted."""

from domain.cession.decide import CessionCommand, decide
from domain.cession.events import CessionEvent
from domain.cession.state import Cession, evolve
from domain.decider import Decider

CESSION: Decider[Cession, CessionCommand, CessionEvent] = Decider(
    "cession", Cession(), decide, evolve
)
