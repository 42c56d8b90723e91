"""Stop loss: an excess cover over a whole year, as amounts or as loss ratios of the premium."""

from dataclasses import dataclass
from fractions import Fraction

from domain.money import Money, RoundingMode, share
from domain.ratio import WHOLE, Ratio
from domain.reinsurance.commission import Experience, loss_ratio
from domain.reinsurance.terms import Cover


@dataclass(frozen=True, slots=True)
class StopLoss:
    """`limit` in excess of `attachment`, both ratios of subject premium (GNPI)."""

    attachment: Ratio
    limit: Ratio | None = None
    placed: Ratio = WHOLE


@dataclass(frozen=True, slots=True)
class StopLossResult:
    """Loss to the layer at 100 %, and the recovery from its placed share."""

    loss_ratio: Ratio
    layer: Money
    recovered: Money


def stop_loss(
    terms: StopLoss,
    subject_premium: Money,
    incurred: Money,
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> StopLossResult:
    """What a stop loss pays on a year's losses; attachment and limit become amounts first.

    Raises RuleBroken `treaty.no_earned_premium` where there is no premium to measure by.
    """
    ratio = loss_ratio(Experience(subject_premium, incurred))
    above = max(ratio - terms.attachment.exact, Fraction(0))
    part = above if terms.limit is None else min(above, terms.limit.exact)
    return StopLossResult(
        Ratio.of(ratio),
        share(subject_premium, part, mode),
        share(subject_premium, part * terms.placed.exact, mode),
    )


def yearly_cover_of(
    terms: StopLoss, subject_premium: Money, mode: RoundingMode = RoundingMode.HALF_UP
) -> Cover:
    """The same cover in money, for a treaty section once the subject premium is known."""
    return Cover(
        share(subject_premium, terms.attachment.exact, mode),
        share(subject_premium, terms.limit.exact, mode) if terms.limit else None,
    )
