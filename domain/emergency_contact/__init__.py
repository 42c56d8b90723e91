"""Emergency contact: whom we call when something has happened to a member."""

from domain.decider import Decider
from domain.emergency_contact.decide import EmergencyContactCommand, decide
from domain.emergency_contact.events import EmergencyContactEvent
from domain.emergency_contact.state import EmergencyContact, NotNamed, evolve

EMERGENCY_CONTACT: Decider[EmergencyContact, EmergencyContactCommand, EmergencyContactEvent] = (
    Decider("emergency_contact", NotNamed(), decide, evolve)
)
