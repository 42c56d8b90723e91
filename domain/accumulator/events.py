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


@dataclass(frozen=True, slots=True)
class BalanceBroughtForward:
    """What had been used when the policy came here from another system; `origin` names it."""

    policy_id: UUID
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class BenefitReserved:
    """A pre-authorisation keeps these amounts and uses for the claim that is to come."""

    preauthorisation_id: UUID
    preauthorisation_number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class BenefitReleased:
    """What a pre-authorisation had kept is free again: its claim came, or it ended."""

    preauthorisation_id: UUID
    preauthorisation_number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...] = ()


AccumulatorEvent = (
    BenefitUsed | BenefitRestored | BalanceBroughtForward | BenefitReserved | BenefitReleased
)
