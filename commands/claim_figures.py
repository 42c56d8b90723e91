"""What a claim cost after each of its movements, read from its own events: paid and incurred.

The same reading as the read model of movements: the reserve is what an adjudicated claim still
has to be paid, and incurred is paid plus reserve.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.envelope import Recorded
from domain.claim.events import (
    ClaimAdjudicated,
    ClaimDenied,
    ClaimPaid,
    ClaimPaymentPosted,
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
    paid: Money
    incurred: Money
    because: str


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """`history` holds one entry for each event that moved paid or incurred."""

    claim_id: UUID
    number: str
    member_id: UUID
    policy_id: UUID | None
    service_from: date
    currency: str
    history: tuple[ClaimMovement, ...]


def figures_of(events: Iterable[Recorded]) -> ClaimFigures | None:
    """The figures of a claim from its stream; None where there is no claim."""
    submitted: Recorded | None = None
    history: list[ClaimMovement] = []
    paid = reserve = Money.zero("TZS")
    for event in events:
        fact = event.fact
        if isinstance(fact, ClaimSubmitted | ClaimTakenOver):
            submitted = event
            paid = reserve = Money.zero(fact.billed.currency)
            continue
        moved = _moved(event, paid, reserve)
        if moved is None or moved[:2] == (paid, reserve):
            continue
        paid, reserve, on = moved
        history.append(ClaimMovement(event.version, on, paid, paid + reserve, event.name))
    if submitted is None:
        return None
    first = submitted.fact
    return ClaimFigures(
        submitted.stream_id,
        first.number,
        first.member_id,
        first.policy_id,
        first.service_from,
        first.billed.currency,
        tuple(history),
    )


def _moved(event: Recorded, paid: Money, reserve: Money) -> tuple[Money, Money, date] | None:
    """Paid and reserve after an event, and the day that its movement belongs to."""
    day, nothing = event.meta.effective_on, Money.zero(paid.currency)
    match event.fact:
        case ClaimAdjudicated() as fact:
            return paid, fact.payable, day
        case ClaimPaid() as fact:
            return paid + fact.amount, reserve - fact.amount, fact.paid_on
        case ClaimPaymentPosted() as fact if fact.source != "patient":
            return paid + fact.amount, reserve, fact.posted_on
        case ClaimDenied() | ClaimWithdrawn():
            return paid, nothing, day
        case ClaimReversed() as fact:
            return paid, -fact.to_recover, fact.reversed_on
        case _:
            return None
