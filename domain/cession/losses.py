"""The losses of lives as of a day, from the movements that were struck, and what treaties take."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.cession.programme import Chosen, Struck, TreatyVersion, by_life, chosen_for, strike
from domain.money import Money, total
from domain.reinsurance.loss import Loss, Risk

Losses = Sequence[tuple[Loss, Loss]]  # paid and incurred of each claim


@dataclass(frozen=True, slots=True)
class Movement:
    """What one event of a claim moved, gross, and the day that it belongs to."""

    version: int
    on: date
    loss_on: date
    risk: Risk
    paid: Money
    incurred: Money


@dataclass(frozen=True, slots=True)
class StruckClaim:
    """A claim with the movements that were struck, in the order of its versions."""

    claim_id: UUID
    number: str
    moved: tuple[Movement, ...] = ()

    @property
    def version(self) -> int:
        """The last event that was struck."""
        return self.moved[-1].version if self.moved else 0

    def as_of(self, day: date) -> tuple[Loss, Loss] | None:
        """Its paid and its incurred loss as of a day; None where it had not moved by then."""
        known = [one for one in self.moved if one.on <= day]
        if not known:
            return None
        last, currency = known[-1], known[-1].paid.currency
        item = str(self.claim_id)
        paid = total((one.paid for one in known), currency)
        loss = Loss(item, paid, last.risk, claim=item, loss_on=last.loss_on)
        return loss, replace(loss, amount=total((one.incurred for one in known), currency))


def of_life(
    claims: Iterable[StruckClaim], treaties: tuple[TreatyVersion, ...], on: date
) -> tuple[Struck, Struck]:
    """What is ceded of the paid and of the incurred amounts of one life, as of a day."""
    return struck(list(losses_as_of(claims, on)), lambda loss: by_life(chosen_for(treaties, loss)))


def retained(
    claims: Iterable[StruckClaim], treaties: tuple[TreatyVersion, ...], on: date
) -> list[tuple[Loss, Loss]]:
    """What the treaties that are struck life by life leave of each claim as of a day."""
    losses = list(losses_as_of(claims, on))
    paid, incurred = struck(losses, lambda loss: by_life(chosen_for(treaties, loss)))
    return [
        (_with(one, paid.retained[one.item]), _with(other, incurred.retained[other.item]))
        for one, other in losses
    ]


def losses_as_of(claims: Iterable[StruckClaim], on: date) -> Iterator[tuple[Loss, Loss]]:
    """The claims that had moved by a day, in order of loss and number."""
    known = [(one.number, losses) for one in claims if (losses := one.as_of(on)) is not None]
    known.sort(key=lambda one: (one[1][0].loss_on or date.min, one[0]))
    return (losses for _, losses in known)


def struck(losses: Losses, chosen: Callable[[Loss], Chosen]) -> tuple[Struck, Struck]:
    return (
        strike([(paid, chosen(paid)) for paid, _ in losses]),
        strike([(incurred, chosen(incurred)) for _, incurred in losses]),
    )


def _with(loss: Loss, amount: Money) -> Loss:
    return Loss(loss.item, amount, loss.risk, claim=loss.claim, loss_on=loss.loss_on)
