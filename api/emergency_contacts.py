"""Emergency contacts over HTTP: whom we call for a member; name, correct, remove."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from api.answers import done, made
from api.documentation import listed, single
from api.fields import Asked, Count, Id, Name, Word
from api.history import HISTORY, add_history
from api.members import Email, Phone
from api.ownership import OfRow
from api.readable import CONTACTS, MEMBERS
from api.reads import Read, Reads
from api.roles import CHANGE_PROFILE
from api.routing import resource_router
from api.writing import Write, Writes
from commands import emergency_contacts
from domain.emergency_contact.decide import CorrectEmergencyContact, RemoveEmergencyContact
from domain.emergency_contact.events import Contact

CREATED = "/api/v1/emergency-contacts"
router = resource_router("/api/v1", "Emergency Contact")

Changes = Annotated[Write, Depends(Writes(CHANGE_PROFILE, whose=OfRow(CONTACTS)))]


class ContactBody(Asked):
    """Who is called and how; the lowest `priority` first."""

    full_name: Name = Field(examples=["Baraka Mwakalinga"])
    phone: Phone = Field(examples=["+255 713 000 009"])
    kinship: Word = Field("", examples=["brother"])
    email: Email = ""
    priority: Annotated[Count, Field(ge=1, le=99)] = 1

    def contact(self) -> Contact:
        return Contact(
            self.full_name.strip(), self.phone.strip(), self.kinship.strip(), self.email.strip(),
            self.priority,
        )  # fmt: skip


class NewContact(ContactBody):
    id: UUID | None = Field(None, description="Made by the client; the ledger makes one if not.")


@router.get("/members/{member_id}/emergency-contact", **listed(CONTACTS))
async def list_emergency_contacts(
    member_id: UUID,
    read: Annotated[Read, Depends(Reads(CONTACTS))],
    member: Annotated[Read, Depends(Reads(MEMBERS))],
) -> Response:
    """Whom we call for a member, in the order of calling."""
    await member.check_there(member_id)
    return await read.only(member_id=member_id, stage="named").page()


@router.post("/members/{member_id}/emergency-contact", **made())
async def name_emergency_contact(
    member_id: UUID,
    body: NewContact,
    write: Annotated[
        Write,
        Depends(Writes(CHANGE_PROFILE, creates=CREATED, whose=OfRow(MEMBERS, "member_id"))),
    ],
) -> Response:
    """Name somebody who is to be called for a member."""
    new = emergency_contacts.NewContact(member_id, body.contact(), body.id)
    return await write(body, emergency_contacts.name_emergency_contact, new)


@router.get("/emergency-contacts/{id}", **single(CONTACTS))
async def show_emergency_contact(
    contact_id: Id, read: Annotated[Read, Depends(Reads(CONTACTS, past=True))]
) -> Response:
    """One emergency contact, now or as known then."""
    return await read.shown(contact_id)


@router.put("/emergency-contacts/{id}", **done())
async def correct_emergency_contact(contact_id: Id, body: ContactBody, write: Changes) -> Response:
    """Say anew who it is and how they are reached."""
    step = emergency_contacts.ContactStep(contact_id, CorrectEmergencyContact(body.contact()))
    return await write(body, emergency_contacts.change_emergency_contact, step)


@router.delete("/emergency-contacts/{id}", **done())
async def remove_emergency_contact(contact_id: Id, write: Changes) -> Response:
    """They are not to be called any longer; the history stays."""
    step = emergency_contacts.ContactStep(contact_id, RemoveEmergencyContact(write.why(None)))
    return await write(None, emergency_contacts.change_emergency_contact, step)


add_history(router, CONTACTS, HISTORY, prefix="/emergency-contacts")
