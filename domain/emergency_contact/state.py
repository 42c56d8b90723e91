"""Where an emergency contact stands."""

from dataclasses import dataclass
from typing import assert_never

from domain.changing import replace
from domain.emergency_contact.events import (
    Contact,
    EmergencyContactCorrected,
    EmergencyContactEvent,
    EmergencyContactNamed,
    EmergencyContactRemoved,
)
from domain.personal import PersonId


@dataclass(frozen=True, slots=True)
class NotNamed:
    pass


@dataclass(frozen=True, slots=True)
class Named:
    member_id: PersonId
    contact: Contact
    removed: bool = False


EmergencyContact = NotNamed | Named


def evolve(known: EmergencyContact, event: EmergencyContactEvent) -> EmergencyContact:
    if isinstance(event, EmergencyContactNamed):
        return Named(event.member_id, event.contact)
    if isinstance(known, NotNamed):
        return known
    match event:
        case EmergencyContactCorrected():
            return replace(known, contact=event.contact)
        case EmergencyContactRemoved():
            return replace(known, removed=True)
        case _:
            assert_never(event)
