"""Use cases of emergency contacts: name, correct, remove."""

from dataclasses import dataclass
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, carry_out_on, changed
from domain.emergency_contact import EMERGENCY_CONTACT
from domain.emergency_contact.decide import EmergencyContactCommand, NameEmergencyContact
from domain.emergency_contact.events import Contact
from domain.member import MEMBER
from domain.member.decide import enrolled


@dataclass(frozen=True, slots=True)
class NewContact:
    member_id: UUID
    contact: Contact
    contact_id: UUID | None = None


def name_emergency_contact(desk: Desk, context: Context, request: NewContact) -> Outcome:
    """Name somebody who is to be called for an enrolled member."""

    def decide() -> Decision:
        known = desk.store.load(EMERGENCY_CONTACT, request.contact_id or desk.ids.new())
        enrolled(desk.store.load(MEMBER, request.member_id).state)
        command = NameEmergencyContact(request.member_id, request.contact)
        facts = EMERGENCY_CONTACT.decide(known.state, command)
        return Decision((changed(known, facts),), {"id": str(known.stream_id)})

    return carry_out(desk.store, context, decide)


@dataclass(frozen=True, slots=True)
class ContactStep:
    contact_id: UUID
    command: EmergencyContactCommand


def change_emergency_contact(desk: Desk, context: Context, request: ContactStep) -> Outcome:
    """Correct or remove one."""
    return carry_out_on(desk.store, context, EMERGENCY_CONTACT, request.contact_id, request.command)
