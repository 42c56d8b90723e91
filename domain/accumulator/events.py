"""What can happen to an accumulator: the running totals of one policy and benefit year.

The totals that run for life, and the single uses that frequency limits look back on, stand in an
accumulator of their own.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.adjudication.balances import Entry, Use


@dataclass(frozen=True, slots=True)
class BenefitUsed:
    """A claim was adjudicated and takes these amounts and uses."""

    claim_id: UUID
    claim_number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class BenefitRestored:
    """A claim gave back exactly what it had taken."""

    claim_id: UUID
    claim_number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...] = ()


AccumulatorEvent = BenefitUsed | BenefitRestored
