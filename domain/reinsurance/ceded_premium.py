"""Ceded premium and ceding commission, line by line in inuring order, and what goes back when a
policy is cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.money import Money, round_minor, share
from domain.periods import Period, days_in
from domain.ratio import NOTHING
from domain.refusals import RuleBroken
from domain.reinsurance.loss import Premium
from domain.reinsurance.posting import shared
from domain.reinsurance.programme import by_priority, over_ceded
from domain.reinsurance.scope import ceded_share
from domain.reinsurance.terms import Kind, Section, Treaty

_PROPORTIONAL = (Kind.QUOTA_SHARE, Kind.SURPLUS, Kind.FACULTATIVE)


@dataclass(frozen=True, slots=True)
class CededPremium:
    """Premium of one policy movement under one section, and the commission on it."""

    treaty_id: str
    section_id: str
    item: str
    premium: Money
    commission: Money


@dataclass(frozen=True, slots=True)
class PremiumResult:
    """The posted lines and what the cedant keeps of each premium, by item."""

    lines: tuple[CededPremium, ...]
    net: dict[str, Money]


def cede_premiums(treaties: Sequence[Treaty], premiums: Sequence[Premium]) -> PremiumResult:
    """Cede premium through the proportional sections; each priority reads the rounded rest.

    A section cedes its share, less what is not placed. Excess sections have premiums of their
    own. Raises RuleBroken `treaty.over_ceded` where one priority takes more than the premium.
    """
    lines: list[CededPremium] = []
    net = {one.item: one.amount for one in premiums}
    for together in by_priority(treaties):
        pairs = [(t, s) for t in together for s in t.sections if is_proportional(s)]
        for one in premiums:
            incoming = net[one.item]
            parts = [ceded_share(s, one.risk) * s.placed.exact for _, s in pairs]
            if sum(parts) > 1:
                raise over_ceded(sum(parts, Fraction(0)), f"premium {one.item!r}", together)
            for (treaty, section), part in zip(pairs, parts, strict=True):
                if not part:
                    continue
                ceded = _at_most(share(incoming, part, treaty.rounding), net[one.item])
                lines.append(_line(treaty, section, one.item, ceded))
                net[one.item] -= ceded
    return PremiumResult(tuple(lines), net)


def is_proportional(section: Section) -> bool:
    """Whether a section shares premium and loss; a facultative excess does not."""
    return section.kind in _PROPORTIONAL and section.risk.attachment is None


def commission_on(section: Section, premium: Money, treaty: Treaty) -> Money:
    """Flat or provisional ceding commission on a posted premium line."""
    rate = section.commission.rate if section.commission else NOTHING
    return share(premium, rate.exact, treaty.rounding)


def premium_by_reinsurer(
    treaty: Treaty, section: Section, premium: Money
) -> dict[str, tuple[Money, Money]]:
    """A posted premium line shared among the reinsurers: each one's premium and commission.

    A reinsurer with a rate of its own is charged by it; the others share the section's posted
    commission, so that it adds up. Raises RuleBroken `treaty.no_participants`.
    """
    parts = shared(premium, treaty.participants)
    common = commission_on(section, premium, treaty)
    even = shared(common, treaty.participants)
    return {
        one.reinsurer: (
            parts[one.reinsurer],
            even[one.reinsurer]
            if one.commission is None
            else share(parts[one.reinsurer], one.commission.exact, treaty.rounding),
        )
        for one in treaty.participants
    }


@dataclass(frozen=True, slots=True)
class ReturnPremium:
    """What a cancellation gives back; ceded premium and commission are negative lines."""

    days_on_risk: int
    return_premium: Money
    ceded: tuple[CededPremium, ...]


def cancel(treaty: Treaty, premium: Premium, cover: Period, cancelled_on: date) -> ReturnPremium:
    """Return the premium of the days from `cancelled_on` on, and the ceded part of it.

    The day of cancellation is not covered. Raises RuleBroken `treaty.cancelled_outside_cover`
    for a day outside the cover.
    """
    if cover.until_on is None or not cover.from_on <= cancelled_on <= cover.until_on:
        raise RuleBroken(
            "treaty.cancelled_outside_cover",
            f"{cancelled_on} lies outside the cover from {cover.from_on} until {cover.until_on}",
        )
    on_risk = (cancelled_on - cover.from_on).days
    left = Fraction(days_in(cover) - on_risk, days_in(cover))
    returned = Money(
        round_minor(premium.amount.minor * left, treaty.rounding), premium.amount.currency
    )
    back = Premium(premium.item, -returned, premium.risk, cancelled_on)
    return ReturnPremium(on_risk, returned, cede_premiums([treaty], [back]).lines)


def _line(treaty: Treaty, section: Section, item: str, ceded: Money) -> CededPremium:
    commission = commission_on(section, ceded, treaty)
    return CededPremium(treaty.treaty_id, section.section_id, item, ceded, commission)


def _at_most(ceded: Money, left: Money) -> Money:
    """Two halves of an odd unit both round up; the last listed takes what is left."""
    return left if abs(ceded.minor) > abs(left.minor) else ceded
