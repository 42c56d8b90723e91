"""What can happen to a beneficiary: nominated by the member, approved by somebody else."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from domain.periods import first_of_year
from domain.personal import IdentityText, NoteText, Personal, PersonId


class Kinship(StrEnum):
    """What a beneficiary is to the member."""

    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Nominee:
    """Who the person is. `guardian` receives the share of one who is not of age."""

    full_name: IdentityText
    kinship: Kinship
    born_on: Annotated[date, Personal("identity", coarse=first_of_year)]
    national_id: IdentityText = ""
    phone: IdentityText = ""
    guardian: IdentityText = ""


@dataclass(frozen=True, slots=True)
class BeneficiaryNominated:
    """`share_bps` of the whole (10,000), waiting for approval."""

    member_id: PersonId
    nominee: Nominee
    share_bps: int
    nominated_by: str


@dataclass(frozen=True, slots=True)
class BeneficiaryCorrected:
    """Who it is, or the share, is another; it waits for approval again."""

    nominee: Nominee
    share_bps: int
    corrected_by: str


@dataclass(frozen=True, slots=True)
class BeneficiaryApproved:
    approved_by: str


@dataclass(frozen=True, slots=True)
class BeneficiaryRejected:
    rejected_by: str
    reasons: tuple[str, ...]
    note: NoteText = ""


@dataclass(frozen=True, slots=True)
class BeneficiaryRemoved:
    reason: str
    removed_by: str


BeneficiaryEvent = (
    BeneficiaryNominated
    | BeneficiaryCorrected
    | BeneficiaryApproved
    | BeneficiaryRejected
    | BeneficiaryRemoved
)
