"""What can happen to a dispute, from the grounds to the last word."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.money import Money
from domain.personal import HealthText, PersonId


class Outcome(StrEnum):
    """Upheld: the one who disputes is right, and the claim is decided again."""

    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    """`lines` are the disputed lines of the claim, none = the whole; `claimed` what is wanted."""

    number: str
    claim_id: UUID
    claim_number: str
    member_id: PersonId
    lines: tuple[int, ...]
    grounds: HealthText
    opened_by: str
    claimed: Money | None = None


@dataclass(frozen=True, slots=True)
class DisputeAmended:
    """The grounds or the amount were put right while nobody had decided."""

    grounds: HealthText
    amended_by: str
    claimed: Money | None = None


@dataclass(frozen=True, slots=True)
class DisputeDecided:
    """The first word, or after an appeal the last."""

    outcome: Outcome
    why: HealthText
    decided_by: str


@dataclass(frozen=True, slots=True)
class DisputeAppealed:
    """A rejection is not accepted; somebody else decides now, and for good."""

    grounds: HealthText
    appealed_by: str


@dataclass(frozen=True, slots=True)
class DisputeWithdrawn:
    withdrawn_by: str


DisputeEvent = DisputeOpened | DisputeAmended | DisputeDecided | DisputeAppealed | DisputeWithdrawn
