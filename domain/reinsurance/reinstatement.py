"""Reinstatement premiums: restoring the limit that a loss has used costs part of the premium."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from domain.money import Money, RoundingMode, round_minor
from domain.periods import Period
from domain.refusals import RuleBroken
from domain.reinsurance.cede import layer_limit
from domain.reinsurance.excess_premium import advance_premium
from domain.reinsurance.premium_terms import Reinstatements
from domain.reinsurance.terms import Section, Treaty


@dataclass(frozen=True, slots=True)
class UsedCover:
    """Loss to the layer at 100 % from one loss; `loss_on` decides the order, and the time left."""

    item: str
    amount: Money
    loss_on: date | None = None


@dataclass(frozen=True, slots=True)
class SliceCharge:
    """The part of one loss that used the k-th limit (1 is the first) and what it costs."""

    slice_no: int
    used: Money
    charge: Fraction


@dataclass(frozen=True, slots=True)
class ReinstatementPremium:
    """What one loss recovers of the cover that was left, and the premium it costs."""

    item: str
    recovered: Money
    premium: Money
    slices: tuple[SliceCharge, ...]


def reinstatement_premiums(
    terms: Reinstatements,
    limit: Money,
    premium: Money,
    losses: Sequence[UsedCover],
    period: Period | None = None,
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> tuple[ReinstatementPremium, ...]:
    """Charge every loss for the slices of cover that it used, in order of loss date.

    n reinstatements give n + 1 limits; the last limit is free, because nothing is left to
    restore. Losses without a date keep the order given; the answer is in the order given too.
    Raises RuleBroken `treaty.missing_loss_date` where the charge depends on time and a loss has
    no date, and `treaty.missing_period` where the treaty has no end.
    """
    capacity = limit.minor * (len(terms.charges) + 1)
    used = 0
    charged: dict[int, ReinstatementPremium] = {}
    order = sorted(range(len(losses)), key=lambda at: losses[at].loss_on or date.min)
    for at in order:
        loss = losses[at]
        recovered = min(max(loss.amount.minor, 0), capacity - used)
        slices = _slices(terms, limit, used, recovered)
        time = _time_left(terms, loss, period) if any(s.charge for s in slices) else Fraction(1)
        exact = sum((s.used.minor * s.charge for s in slices), Fraction(0))
        due = round_minor(premium.minor * exact * time / limit.minor, mode)
        charged[at] = ReinstatementPremium(
            loss.item,
            Money(recovered, limit.currency),
            Money(due, premium.currency),
            slices,
        )
        used += recovered
    return tuple(charged[at] for at in range(len(losses)))


def _slices(
    terms: Reinstatements, limit: Money, used: int, recovered: int
) -> tuple[SliceCharge, ...]:
    slices = []
    while recovered > 0:
        number, inside = divmod(used, limit.minor)
        part = min(recovered, limit.minor - inside)
        charge = terms.charges[number].exact if number < len(terms.charges) else Fraction(0)
        slices.append(SliceCharge(number + 1, Money(part, limit.currency), charge))
        used += part
        recovered -= part
    return tuple(slices)


def _time_left(terms: Reinstatements, loss: UsedCover, period: Period | None) -> Fraction:
    if not terms.by_time:
        return Fraction(1)
    if period is None or period.until_on is None:
        raise RuleBroken("treaty.missing_period", "a charge by time needs the treaty's end")
    if loss.loss_on is None:
        raise RuleBroken(
            "treaty.missing_loss_date",
            f"loss {loss.item!r} has no loss date; its reinstatement is charged by time",
            item=loss.item,
        )
    left = (period.until_on - loss.loss_on).days - (not terms.day_of_loss_is_left)
    return Fraction(max(left, 0), terms.days_in_year)


def charged(treaty: Treaty, section: Section, recovered: Sequence[UsedCover]) -> dict[str, Money]:
    """What restoring the limit costs for each recovery that was paid under a section, by item.

    `recovered` are posted amounts, after the placed share: the cover that they used is the whole
    of which they are that share. The charge is on the premium in advance (`advance_premium`).
    Empty where the section restores nothing. Raises as `reinstatement_premiums` does.
    """
    limit = layer_limit(section)
    if section.premium is None or section.premium.reinstatements is None or limit is None:
        return {}
    placed = section.placed.exact
    used = [
        replace(one, amount=Money(round_minor(one.amount.minor / placed), treaty.currency))
        for one in sorted(recovered, key=lambda one: (one.loss_on or date.min, one.item))
    ]
    premiums = reinstatement_premiums(
        section.premium.reinstatements, limit, advance_premium(section.premium), used,
        treaty.period, treaty.rounding,
    )  # fmt: skip
    return {one.item: one.premium for one in premiums}
