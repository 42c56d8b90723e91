"""Designation: how a member's beneficiaries share the whole; in force once it adds up."""

from domain.decider import Decider
from domain.designation.decide import DesignationCommand, decide
from domain.designation.events import DesignationEvent
from domain.designation.state import Designation, evolve

DESIGNATION: Decider[Designation, DesignationCommand, DesignationEvent] = Decider(
    "designation", Designation(), decide, evolve
)
