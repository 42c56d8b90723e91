"""Terms made ready for deciding many claims: look-ups by name, and which totals must be kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from domain.adjudication.balances import LIFE
from domain.adjudication.case import Case
from domain.adjudication.product import (
    Benefit,
    Counts,
    Limit,
    RoundAt,
    Scope,
    Setting,
    Span,
    StayRule,
    Terms,
    Threshold,
)
from domain.periods import plan_year

if TYPE_CHECKING:
    from domain.adjudication.working import Rule

HOSPITAL_LEVEL = "hospital"


@dataclass(frozen=True, slots=True)
class Tracked:
    """A total that a line adds to: `year` empty = the benefit year, or LIFE."""

    measure: str
    what: str
    life: bool = False


@dataclass(slots=True)
class Prepared:
    """One product version, indexed. Holds nothing that is not derived from `terms`."""

    terms: Terms
    by_code: Mapping[str, Benefit]
    by_category: Mapping[str, Benefit]
    orders: Mapping[str, tuple[str, ...]]
    followed: frozenset[str]
    named_limits: Mapping[str, Limit]
    exact: bool
    rules: dict[str, tuple[tuple[str, "Rule"], ...]] = field(default_factory=dict)
    _tracked: dict[tuple[str, Setting], tuple[Tracked, ...]] = field(default_factory=dict)
    _years: dict[date, str] = field(default_factory=dict)

    def benefit_for(self, code: str, category: str) -> Benefit | None:
        """What is promised for a service: by its code first, else by its category."""
        return self.by_code.get(code) or self.by_category.get(category)

    def steps_for(self, kind: str) -> tuple[str, ...]:
        steps = self.orders.get(kind)
        return steps if steps is not None else self.orders.get("", ())

    def setting_of(self, case: Case) -> Setting:
        """Hospital care or not, as this product tells them apart."""
        if self.terms.stay_rule is StayRule.STAY:
            hospital = case.is_stay
        else:
            hospital = case.facility_level == HOSPITAL_LEVEL
        return Setting.INPATIENT if hospital else Setting.OUTPATIENT

    def year_of(self, day: date) -> str:
        """The name of the plan year that holds a day: its first day."""
        name = self._years.get(day)
        if name is None:
            name = plan_year(day, self.terms.year_start).from_on.isoformat()
            self._years[day] = name
        return name

    def tracked(self, benefit: Benefit, setting: Setting) -> tuple[Tracked, ...]:
        """The totals that a line of this benefit adds to, in this setting.

        Deductible, out-of-pocket and paid are always kept; anything else only where the terms
        measure it.
        """
        key = (benefit.key, setting)
        found = self._tracked.get(key)
        if found is None:
            found = self._tracked[key] = tuple(_tracked(self.terms, benefit, setting))
        return found


def prepare(terms: Terms) -> Prepared:
    """Index the terms. The same terms object is indexed once."""
    known = _PREPARED.get(id(terms))
    if known is not None and known.terms is terms:
        return known
    prepared = Prepared(
        terms,
        {b.code: b for b in terms.benefits if b.code},
        {b.category: b for b in terms.benefits if b.category},
        {order.kind: order.steps for order in terms.orders},
        _followed(terms),
        {limit.name: limit for limit in _all_limits(terms)},
        terms.rounding.at is RoundAt.LINE_END,
    )
    if len(_PREPARED) >= _KEPT:
        _PREPARED.clear()
    _PREPARED[id(terms)] = prepared
    return prepared


# Keyed by identity because hashing a whole product for every claim costs more than deciding it;
# the value holds the terms, so an id is never reused while it stands here.
_PREPARED: dict[int, Prepared] = {}
_KEPT = 4096


def what_of(threshold_or_limit: Threshold | Limit, measure: str, category: str = "") -> str:
    """The name of the total that a threshold or limit is measured against."""
    name = f"{measure}:{category}" if category else measure
    setting = threshold_or_limit.setting
    return name if setting is Setting.ANY else f"{name}:{setting.value}"


def limit_what(limit: Limit, benefit: Benefit) -> str:
    """The name of the total that fills a limit."""
    return what_of(limit, limit.counts.value, benefit.key if limit.by_category else "")


def year_name(span: Span, year: str) -> str:
    return LIFE if span is Span.LIFE else year


def _all_limits(terms: Terms) -> list[Limit]:
    return [*(limit for b in terms.benefits for limit in b.limits), *terms.limits]


def _followed(terms: Terms) -> frozenset[str]:
    """Benefits whose single uses matter: for a frequency, or a quantity in a cover period."""
    keys: set[str] = set()
    for benefit in terms.benefits:
        if benefit.frequency is not None:
            keys.update(benefit.frequency.group or (benefit.key,))
        if benefit.max_quantity.adult is not None or benefit.max_quantity.child is not None:
            keys.add(benefit.key)
    return frozenset(keys)


def _tracked(terms: Terms, benefit: Benefit, setting: Setting) -> list[Tracked]:
    found = [
        Tracked("deductible", "deductible"),
        Tracked("oop", "oop"),
        Tracked("paid", "paid"),
    ]
    if benefit.deductible_cap is not None:
        found.append(Tracked("deductible", f"deductible:{benefit.key}"))
    if benefit.visit_limit is not None or benefit.tiers:
        found.append(Tracked("visits", f"visits:{benefit.key}"))
    found += [Tracked("deductible", what_of(t, "deductible")) for t in terms.deductibles]
    found += [Tracked("oop", what_of(t, "oop")) for t in terms.out_of_pocket]
    for limit in (*benefit.limits, *terms.limits):
        if limit.scope in (Scope.MEMBER, Scope.FAMILY):
            measure = "paid" if limit.counts is Counts.PAID else f"allowed at {limit.name}"
            found.append(Tracked(measure, limit_what(limit, benefit), limit.span is Span.LIFE))
    other = {Setting.INPATIENT: ":outpatient", Setting.OUTPATIENT: ":inpatient"}[setting]
    return [t for t in dict.fromkeys(found) if not t.what.endswith(other)]
