"""Sliding-scale commission: struck on cumulated figures, with deficit and credit carried."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from domain.money import Money, RoundingMode, round_minor, share
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.commission_terms import Commission, SlidingScale


@dataclass(frozen=True, slots=True)
class Experience:
    """Cumulated figures of a treaty year; what earlier years carried in comes with them."""

    earned_premium: Money
    incurred: Money
    debit_in: Money | None = None
    credit_in: Money | None = None


@dataclass(frozen=True, slots=True)
class CommissionResult:
    """`adjustment` is what is still to post beyond the provisional commission."""

    loss_ratio: Ratio
    rate: Ratio
    provisional: Money
    adjusted: Money
    adjustment: Money
    debit_out: Money
    credit_out: Money


def strike_commission(
    terms: Commission, experience: Experience, mode: RoundingMode = RoundingMode.HALF_UP
) -> CommissionResult:
    """Commission of a treaty year at this valuation, and the debit and credit it carries out.

    The loss ratio is incurred losses plus the debit and less the credit carried in, over earned
    premium; everything is exact until an amount is posted. Raises RuleBroken
    `treaty.no_earned_premium` where there is no premium to measure losses by.
    """
    premium = experience.earned_premium
    ratio = loss_ratio(experience)
    rate = rate_at(terms.scale, ratio) if terms.scale else terms.rate.exact
    provisional = share(premium, terms.rate.exact, mode)
    adjusted = share(premium, rate, mode)
    debit, credit = _carried(terms.scale, ratio, premium, mode)
    return CommissionResult(
        Ratio.of(ratio),
        Ratio.of(rate),
        provisional,
        adjusted,
        adjusted - provisional,
        debit,
        credit,
    )


def loss_ratio(experience: Experience) -> Fraction:
    """Losses with what is carried in, over earned premium; exact."""
    premium = experience.earned_premium
    if premium.minor <= 0:
        raise RuleBroken(
            "treaty.no_earned_premium", f"an earned premium of {premium} has no loss ratio"
        )
    losses = experience.incurred
    losses = losses + experience.debit_in if experience.debit_in else losses
    losses = losses - experience.credit_in if experience.credit_in else losses
    return Fraction(losses.minor, premium.minor)


def rate_at(scale: SlidingScale, ratio: Fraction) -> Fraction:
    """The rate of the scale at a loss ratio: linear between points, flat outside them."""
    points = [(point.loss_ratio.exact, point.rate.exact) for point in scale.points]
    if ratio <= points[0][0]:
        return points[0][1]
    for (low, at_low), (high, at_high) in pairwise(points):
        if ratio <= high:
            return at_low + (at_high - at_low) * (ratio - low) / (high - low)
    return points[-1][1]


def _carried(
    scale: SlidingScale | None, ratio: Fraction, premium: Money, mode: RoundingMode
) -> tuple[Money, Money]:
    nothing = Money.zero(premium.currency)
    if scale is None:
        return nothing, nothing

    def beyond(distance: Fraction, most: Ratio | None) -> Money:
        part = max(distance, Fraction(0))
        part = part if most is None else min(part, most.exact)
        return Money(round_minor(premium.minor * part, mode), premium.currency)

    above, below = scale.deficit_above, scale.credit_below
    debit = beyond(ratio - above.exact, scale.deficit_most) if above else nothing
    credit = beyond(below.exact - ratio, scale.credit_most) if below else nothing
    return debit, credit
