"""What can happen to a member's card."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Medium(StrEnum):
    DIGITAL = "digital"
    PHYSICAL = "physical"


@dataclass(frozen=True, slots=True)
class CardIssued:
    """`expires_on` is the first day on which it no longer counts. A digital card counts at once,
    a physical one when the member has it (`activated`). `replaces` is the card it comes after."""

    number: str
    member_id: UUID
    member_number: str
    medium: Medium
    expires_on: date
    issued_by: str
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class CardPrinted:
    """A physical card was made; it is on its way to the member."""

    printed_by: str


@dataclass(frozen=True, slots=True)
class CardActivated:
    activated_by: str


@dataclass(frozen=True, slots=True)
class CardRevoked:
    """It counts no longer, for good: lost, stolen, replaced, or the member left."""

    reason: str
    revoked_by: str


CardEvent = CardIssued | CardPrinted | CardActivated | CardRevoked
