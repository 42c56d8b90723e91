"""What a claim cost after each of its movements, read from its own events: paid and incurred.

The same reading as the read model of movements (a test compares them): the reserve is what an
adjudicated claim still has to be paid, and incurred is paid plus reserve.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.envelope import Recorded
from domain.claim.desk_events import ClaimRecovered
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimCorrected,
    ClaimDenied,
    ClaimPaid,
    ClaimPaymentPosted,
    ClaimReadjudicated,
    ClaimReversed,
    ClaimSubmitted,
    ClaimTakenOver,
    ClaimWithdrawn,
)
from domain.money import Money


@dataclass(frozen=True, slots=True)
class ClaimMovement:
    """The figures to date after one event (`version`), which belongs to the day `on`."""

    version: int
    on: date
    loss_on: date
    paid: Money
    incurred: Money
    because: str


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """`history` holds one entry for each event that moved paid, incurred or the day of loss."""

    claim_id: UUID
    number: str
    member_id: UUID
    policy_id: UUID | None
    service_from: date
    currency: str
    history: tuple[ClaimMovement, ...]


@dataclass(slots=True)
class _Standing:
    """A claim on the way through its events."""

    loss_on: date
    paid: Money
    reserve: Money

    @property
    def figures(self) -> tuple[date, Money, Money]:
        return self.loss_on, self.paid, self.paid + self.reserve


def figures_of(events: Iterable[Recorded]) -> ClaimFigures | None:
    """The figures of a claim from its stream; None where there is no claim."""
    first: Recorded | None = None
    standing = _Standing(date.min, Money.zero("TZS"), Money.zero("TZS"))
    history: list[ClaimMovement] = []
    for event in events:
        fact = event.fact
        if isinstance(fact, ClaimSubmitted | ClaimTakenOver):
            first, nothing = event, Money.zero(fact.billed.currency)
            standing = _Standing(fact.service_from, nothing, nothing)
            continue
        before = standing.figures
        day = _apply(standing, event)
        if standing.figures != before and first is not None:
            if isinstance(fact, ClaimCorrected) and not history:
                continue  # nothing was incurred yet, so no day of loss has to move
            history.append(ClaimMovement(event.version, day, *standing.figures, event.name))
    if first is None:
        return None
    return ClaimFigures(
        first.stream_id,
        first.fact.number,
        first.fact.member_id,
        first.fact.policy_id,
        standing.loss_on,
        first.fact.billed.currency,
        tuple(history),
    )


def _apply(claim: _Standing, event: Recorded) -> date:
    """Change the figures as an event says, and tell the day that this belongs to."""
    day, nothing = event.meta.effective_on, Money.zero(claim.paid.currency)
    match event.fact:
        case ClaimAdjudicated() as fact:
            claim.reserve = fact.payable + min(claim.reserve, nothing)
        case ClaimReadjudicated() as fact:
            claim.reserve = fact.payable - claim.paid
        case ClaimCorrected() as fact:
            claim.loss_on = fact.service_from
        case ClaimPaid() as fact:
            claim.paid, claim.reserve = claim.paid + fact.amount, claim.reserve - fact.amount
            day = fact.paid_on
        case ClaimPaymentPosted() as fact if fact.source != "patient":
            claim.paid, day = claim.paid + fact.amount, fact.posted_on
        case ClaimRecovered() as fact:
            claim.paid, claim.reserve = claim.paid - fact.amount, claim.reserve + fact.amount
            day = fact.recovered_on
        case ClaimDenied() as fact:
            to_come_back: Money | None = getattr(fact, "to_recover", None)
            claim.reserve = -to_come_back if to_come_back else nothing
        case ClaimWithdrawn():
            claim.reserve = nothing
        case ClaimReversed() as fact:
            claim.reserve, day = -fact.to_recover, fact.reversed_on
        case _:
            pass
    return day
