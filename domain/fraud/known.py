"""What is known of a member's claims when a new one is looked at."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.money import Money


@dataclass(frozen=True, slots=True)
class RecentClaim:
    """A claim of the same member as the claims desk knows it."""

    claim_id: UUID
    provider_id: UUID
    service_from: date
    billed: Money
    codes: frozenset[str]
