"""Accumulators: what members and families have used of deductibles, limits and visits.

A total is named `who|year|what`: who = a member or a family, year = the first day of the benefit
year or LIFE, what = deductible, oop, paid, exempt_paid, allowed, visits, claims, followed by
`:category` or `:inpatient` where a product counts these apart. Money totals are minor units.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

LIFE = "LIFE"


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of one total, in minor units of the product's currency or as a plain count."""

    who: str
    year: str
    what: str
    amount_minor: int = 0
    count: int = 0

    @property
    def key(self) -> str:
        return f"{self.who}|{self.year}|{self.what}"

    def __neg__(self) -> "Entry":
        return Entry(self.who, self.year, self.what, -self.amount_minor, -self.count)


@dataclass(frozen=True, slots=True)
class Use:
    """One accepted use of a service, for frequency and quantity limits.

    `benefit` is the key of the benefit it was paid under. `times` is 1, or -1 where a reversal
    takes the use back (then `quantity` is negative too).
    """

    member: str
    code: str
    on: date
    quantity: Decimal
    site: str = ""
    claim_id: str = ""
    times: int = 1
    benefit: str = ""

    def __neg__(self) -> "Use":
        return replace(self, quantity=-self.quantity, times=-self.times)


@dataclass(frozen=True, slots=True)
class Balances:
    """Totals by name and uses by member at one moment; `apply` gives the next moment."""

    totals: Mapping[str, int] = field(default_factory=dict)
    uses: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)

    def total(self, who: str, year: str, what: str) -> int:
        return self.totals.get(f"{who}|{year}|{what}", 0)

    def apply(self, entries: Iterable[Entry], uses: Iterable[Use] = ()) -> "Balances":
        """The balances after these changes; totals and uses that cancel out leave no trace."""
        totals = dict(self.totals)
        for entry in entries:
            key = entry.key
            changed = totals.get(key, 0) + entry.amount_minor + entry.count
            if changed:
                totals[key] = changed
            else:
                totals.pop(key, None)
        by_member = dict(self.uses)
        for use in uses:
            kept = after_use(by_member.get(use.member, ()), use)
            if kept:
                by_member[use.member] = kept
            else:
                by_member.pop(use.member, None)
        return Balances(totals, by_member)


def after_use(uses: tuple[Use, ...], use: Use) -> tuple[Use, ...]:
    """Uses with one more; a use and its reversal cancel, in whichever order they arrive."""
    opposite = -use
    if opposite in uses:
        at = uses.index(opposite)
        return uses[:at] + uses[at + 1 :]
    return (*uses, use)
