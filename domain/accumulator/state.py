"""What has been used, by which claims, and what is kept for services that were approved."""

from dataclasses import dataclass, field, replace
from typing import assert_never
from uuid import UUID

from domain.accumulator.events import (
    AccumulatorEvent,
    BalanceBroughtForward,
    BenefitReleased,
    BenefitReserved,
    BenefitRestored,
    BenefitUsed,
)
from domain.adjudication.balances import Balances, Entry, Use


@dataclass(frozen=True, slots=True)
class Posted:
    """What one claim has taken and not given back."""

    claim_id: UUID
    claim_number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Reserved:
    """What one pre-authorisation keeps."""

    preauthorisation_id: UUID
    number: str
    entries: tuple[Entry, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Accumulator:
    """`balances` count what is reserved like what is used: nobody else may take it."""

    balances: Balances = field(default_factory=Balances)
    posted: tuple[Posted, ...] = ()
    reserved: tuple[Reserved, ...] = ()

    def of(self, claim_id: UUID) -> Posted | None:
        """What a claim has taken here; None where it holds nothing."""
        return next((p for p in self.posted if p.claim_id == claim_id), None)

    def reserved_for(self, preauthorisation_id: UUID | None) -> Reserved | None:
        """What is kept here for a pre-authorisation; None where nothing is."""
        return next(
            (r for r in self.reserved if r.preauthorisation_id == preauthorisation_id), None
        )

    def without(self, preauthorisation_id: UUID | None) -> Balances:
        """The balances as they stand for a claim that may use what was reserved for it."""
        kept = self.reserved_for(preauthorisation_id)
        if kept is None:
            return self.balances
        return self.balances.apply((-e for e in kept.entries), (-use for use in kept.uses))

    @property
    def untouched(self) -> bool:
        return self.balances == Balances() and not self.posted and not self.reserved


def evolve(accumulator: Accumulator, event: AccumulatorEvent) -> Accumulator:
    after = replace(accumulator, balances=accumulator.balances.apply(event.entries, event.uses))
    match event:
        case BenefitUsed():
            taken = Posted(event.claim_id, event.claim_number, event.entries, event.uses)
            return replace(after, posted=(*after.posted, taken))
        case BenefitRestored():
            kept = tuple(p for p in after.posted if p.claim_id != event.claim_id)
            return replace(after, posted=kept)
        case BalanceBroughtForward():
            return after
        case BenefitReserved():
            mine = Reserved(
                event.preauthorisation_id,
                event.preauthorisation_number,
                event.entries,
                event.uses,
            )
            return replace(after, reserved=(*after.reserved, mine))
        case BenefitReleased():
            others = tuple(
                r for r in after.reserved if r.preauthorisation_id != event.preauthorisation_id
            )
            return replace(after, reserved=others)
        case _:
            assert_never(event)
