"""What we allow for emergency contacts: name, correct, remove."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.emergency_contact.events import (
    Contact,
    EmergencyContactCorrected,
    EmergencyContactEvent,
    EmergencyContactNamed,
    EmergencyContactRemoved,
)
from domain.emergency_contact.state import EmergencyContact, Named, NotNamed
from domain.refusals import RuleBroken, WrongStage


@dataclass(frozen=True, slots=True)
class NameEmergencyContact:
    member_id: UUID
    contact: Contact


@dataclass(frozen=True, slots=True)
class CorrectEmergencyContact:
    contact: Contact


@dataclass(frozen=True, slots=True)
class RemoveEmergencyContact:
    reason: str


EmergencyContactCommand = NameEmergencyContact | CorrectEmergencyContact | RemoveEmergencyContact


def decide(
    known: EmergencyContact, command: EmergencyContactCommand
) -> Sequence[EmergencyContactEvent]:
    match command:
        case NameEmergencyContact():
            if not isinstance(known, NotNamed):
                raise WrongStage(
                    "emergency_contact.already_named", "this contact has been named before"
                )
            reachable(command.contact)
            return [EmergencyContactNamed(command.member_id, command.contact)]
        case CorrectEmergencyContact():
            same = there(known).contact == command.contact
            reachable(command.contact)
            return [] if same else [EmergencyContactCorrected(command.contact)]
        case RemoveEmergencyContact():
            there(known)
            return [EmergencyContactRemoved(command.reason)]
        case _:
            assert_never(command)


def reachable(contact: Contact) -> None:
    """A contact whom nobody can call is none."""
    if not contact.phone.strip():
        raise RuleBroken(
            "emergency_contact.without_phone", "say by which telephone they are reached",
            field="phone",
        )  # fmt: skip


def there(known: EmergencyContact) -> Named:
    """The contact if it is there; otherwise the refusal."""
    if isinstance(known, NotNamed):
        raise WrongStage("emergency_contact.not_found", "there is no such emergency contact")
    if known.removed:
        raise WrongStage("emergency_contact.removed", "this emergency contact was removed")
    return known
