"""What has been used, and by which claims."""

from dataclasses import dataclass, field
from typing import assert_never
from uuid import UUID

from domain.accumulator.events import AccumulatorEvent, BenefitRestored, BenefitUsed
from domain.adjudication.balances import Balances, Entry, Use


@dataclass(frozen=True, slots=True)
class Posted:
    """What one claim has taken and not given back."""

    claim_id: UUID
    claim_number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Accumulator:
    balances: Balances = field(default_factory=Balances)
    posted: tuple[Posted, ...] = ()

    def of(self, claim_id: UUID) -> Posted | None:
        """What a claim has taken here; None where it holds nothing."""
        return next((p for p in self.posted if p.claim_id == claim_id), None)


def evolve(accumulator: Accumulator, event: AccumulatorEvent) -> Accumulator:
    balances = accumulator.balances.apply(event.entries, event.uses)
    match event:
        case BenefitUsed():
            taken = Posted(event.claim_id, event.claim_number, event.entries, event.uses)
            return Accumulator(balances, (*accumulator.posted, taken))
        case BenefitRestored():
            kept = tuple(p for p in accumulator.posted if p.claim_id != event.claim_id)
            return Accumulator(balances, kept)
        case _:
            assert_never(event)
