"""What can happen to a request for approval before a service, until its claim comes or it ends."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.adjudication.determination import Determination
from domain.diagnoses import Diagnoses
from domain.money import Money
from domain.personal import NoteText, PersonId


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """A service that is planned; its sequence number is its own for ever.

    `estimated` is what the provider expects to bill for the whole quantity. `change` tells what
    the last update did to it: changed, added, or nothing.
    """

    sequence: int
    code: str
    description: str
    category: str
    quantity: Decimal
    estimated: Money
    cancelled: bool = False
    change: str = ""


@dataclass(frozen=True, slots=True)
class PreauthorisationRequested:
    number: str
    member_id: PersonId
    policy_id: UUID
    provider_id: UUID
    kind: str
    service_from: date
    service_until: date
    diagnoses: Diagnoses
    items: tuple[PlannedItem, ...]
    estimated: Money
    requested_by: str
    requested_on: date
    visit_type: str = "ordinary"


@dataclass(frozen=True, slots=True)
class PreauthorisationPended:
    """It cannot be answered yet: `wanted` is what has to come first."""

    wanted: tuple[str, ...]
    note: NoteText = ""


@dataclass(frozen=True, slots=True)
class PreauthorisationUpdated:
    """All items as they stand now, with what this update changed; it waits for an answer again."""

    items: tuple[PlannedItem, ...]
    estimated: Money
    updated_by: str = ""


@dataclass(frozen=True, slots=True)
class PreauthorisationApproved:
    """The plan will pay `approved` for these services before `valid_until`; the benefit for it
    is reserved. The determination tells how, as if the claim came today."""

    determination: Determination
    approved: Money
    valid_until: date
    approved_by: str
    product_id: UUID
    product_version: int
    note: NoteText = ""


@dataclass(frozen=True, slots=True)
class PreauthorisationRejected:
    reasons: tuple[str, ...]
    rejected_by: str
    note: NoteText = ""


@dataclass(frozen=True, slots=True)
class PreauthorisationCancelled:
    """The provider or member took the request back; what was reserved is free again."""

    reason: str


@dataclass(frozen=True, slots=True)
class PreauthorisationExpired:
    """No claim came in time; what was reserved is free again."""

    expired_on: date


@dataclass(frozen=True, slots=True)
class PreauthorisationUsed:
    """Its claim was adjudicated and takes the place of the reservation."""

    claim_id: UUID
    claim_number: str


PreauthorisationEvent = (
    PreauthorisationRequested
    | PreauthorisationPended
    | PreauthorisationUpdated
    | PreauthorisationApproved
    | PreauthorisationRejected
    | PreauthorisationCancelled
    | PreauthorisationExpired
    | PreauthorisationUsed
)
