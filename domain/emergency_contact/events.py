"""What can happen to an emergency contact of a member."""

from dataclasses import dataclass

from domain.personal import ContactText, PersonId


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is called and how; `kinship` is what they are to the member, in the member's words."""

    full_name: ContactText
    phone: ContactText
    kinship: str = ""
    email: ContactText = ""
    priority: int = 1


@dataclass(frozen=True, slots=True)
class EmergencyContactNamed:
    """The contact's data is sealed with the member's key: it is erased together with theirs."""

    member_id: PersonId
    contact: Contact


@dataclass(frozen=True, slots=True)
class EmergencyContactCorrected:
    contact: Contact


@dataclass(frozen=True, slots=True)
class EmergencyContactRemoved:
    """Nobody is to call them any longer; the history stays."""

    reason: str


EmergencyContactEvent = EmergencyContactNamed | EmergencyContactCorrected | EmergencyContactRemoved
