"""What a household pays into a scheme for one cover period.

Contribution: a lump sum for the core family, with a price per head above its threshold, or a
price per adult and child. Assembly and registration are fees, as a sum or per head; registration
is for new policies only. A discount, where one applies, comes off the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.money import Money, share
from domain.periods import age_on

ADULT_AGE = 18


@dataclass(frozen=True, slots=True)
class ContributionRates:
    """The prices of a scheme product; None or zero where the product has no such price.

    `threshold`: heads of the core family that the lump sum covers (None = all of them).
    `max_members`: heads that are counted at all (None = all of them).
    """

    currency: str
    lump_sum: Money | None = None
    threshold: int | None = None
    per_adult: Money | None = None
    per_child: Money | None = None
    assembly_sum: Money | None = None
    assembly_fee: Money | None = None
    registration_sum: Money | None = None
    registration_fee: Money | None = None
    max_members: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A person of the household; `outside` = a relative outside the core family."""

    born_on: date
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Heads:
    """Heads that are counted, by kind."""

    adults: int
    children: int
    outside_children: int
    outside_adults: int

    @property
    def total(self) -> int:
        return self.adults + self.children + self.outside_children + self.outside_adults


def counted_heads(household: Iterable[Head], on: date, most: int | None) -> Heads:
    """Heads by kind on a day. Places go to adults, children, outside children, outside adults."""
    people = list(household)

    def number(*, outside: bool, adult: bool) -> int:
        return sum(
            1
            for head in people
            if head.outside is outside and (age_on(head.born_on, on) >= ADULT_AGE) is adult
        )

    places = len(people) if most is None else most
    counts = []
    for outside, adult in ((False, True), (False, False), (True, False), (True, True)):
        taken = min(places, number(outside=outside, adult=adult))
        counts.append(taken)
        places -= taken
    return Heads(*counts)


def contribution(
    rates: ContributionRates,
    household: Iterable[Head],
    on: date,
    *,
    renewal: bool = False,
    discount_percent: Decimal = Decimal(0),
) -> Money:
    """What the household pays, rounded half up to the minor unit after the discount."""
    heads = counted_heads(household, on, rates.max_members)
    value = _for_heads(rates, heads)
    value += _fee(rates.assembly_sum, rates.assembly_fee, heads, rates.currency)
    if not renewal:
        value += _fee(rates.registration_sum, rates.registration_fee, heads, rates.currency)
    return share(value, 1 - Fraction(discount_percent) / 100)


def _for_heads(rates: ContributionRates, heads: Heads) -> Money:
    adults, children, lump = heads.adults, heads.children, Money.zero(rates.currency)
    if rates.lump_sum:
        lump = rates.lump_sum
        within = adults + children if rates.threshold is None else rates.threshold
        adults, places = max(0, adults - within), max(0, within - adults)
        children = max(0, children - places)
    adults += heads.outside_adults
    children += heads.outside_children
    return lump + _times(rates.per_adult, adults, lump) + _times(rates.per_child, children, lump)


def _fee(whole: Money | None, per_head: Money | None, heads: Heads, currency: str) -> Money:
    return whole or _times(per_head, heads.total, Money.zero(currency))


def _times(price: Money | None, number: int, like: Money) -> Money:
    return Money(price.minor * number if price else 0, like.currency)
