"""Underwriting case: what risk an applicant brings and on which terms cover is given."""

from domain.decider import Decider
from domain.underwriting.decide import UnderwritingCommand, decide
from domain.underwriting.events import UnderwritingEvent
from domain.underwriting.state import NotOpened, UnderwritingCase, evolve

UNDERWRITING: Decider[UnderwritingCase, UnderwritingCommand, UnderwritingEvent] = Decider(
    "underwriting", NotOpened(), decide, evolve
)
