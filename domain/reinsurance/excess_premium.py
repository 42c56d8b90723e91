"""Premium of an excess cover: deposit in instalments, then adjusted to what the year earned."""

from dataclasses import dataclass
from fractions import Fraction

from domain.money import Money, RoundingMode, share, split
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.premium_terms import BurningCost, ExcessPremium


@dataclass(frozen=True, slots=True)
class AdjustedPremium:
    """Final premium and what is still due beyond the deposit (negative is paid back)."""

    rate: Ratio | None
    final: Money
    adjustment: Money


def instalments(terms: ExcessPremium) -> tuple[Money, ...]:
    """The deposit in equal parts that add up to it; nothing where there is no deposit."""
    if terms.deposit is None:
        return ()
    return split(terms.deposit, [1] * terms.instalments)


def advance_premium(terms: ExcessPremium) -> Money:
    """The premium before any adjustment: fixed, else the deposit, else the minimum.

    Raises RuleBroken `treaty.premium_unknown` when the terms name none of them.
    """
    for amount in (terms.fixed, terms.deposit, terms.minimum):
        if amount is not None:
            return amount
    raise RuleBroken("treaty.premium_unknown", "the cover has no fixed, deposit or minimum premium")


def adjust_premium(
    terms: ExcessPremium,
    subject_premium: Money,
    losses: Money | None = None,
    mode: RoundingMode = RoundingMode.HALF_UP,
) -> AdjustedPremium:
    """The premium of the year once its subject premium (GNPI) and losses are known.

    A fixed premium stays; a rate, or a burning-cost rate held between its bounds, is applied to
    the subject premium and never falls below the minimum. Raises RuleBroken
    `treaty.premium_unknown` when there is neither, and `treaty.no_subject_premium` where a
    burning cost has nothing to be measured by.
    """
    paid = advance_premium(terms) if _has_advance(terms) else Money.zero(subject_premium.currency)
    if terms.burning_cost is not None:
        rate = burning_rate(terms.burning_cost, subject_premium, losses)
    elif terms.rate is not None:
        rate = terms.rate.exact
    elif terms.fixed is not None:
        return AdjustedPremium(None, terms.fixed, terms.fixed - paid)
    else:
        raise RuleBroken("treaty.premium_unknown", "the cover has no fixed premium and no rate")
    final = share(subject_premium, rate, mode)
    if terms.minimum is not None:
        final = max(final, terms.minimum)
    return AdjustedPremium(Ratio.of(rate), final, final - paid)


def burning_rate(terms: BurningCost, subject_premium: Money, losses: Money | None) -> Fraction:
    """Loaded losses over subject premium, held between the least and the most rate."""
    if subject_premium.minor <= 0:
        raise RuleBroken("treaty.no_subject_premium", "a burning cost needs a subject premium")
    burnt = Fraction(losses.minor if losses else 0, subject_premium.minor) * terms.loading.exact
    return min(max(burnt, terms.least.exact), terms.most.exact)


def _has_advance(terms: ExcessPremium) -> bool:
    return any((terms.fixed, terms.deposit, terms.minimum))
