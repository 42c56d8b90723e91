"""Terms made ready for deciding many claims: look-ups by name, and which totals must be kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from domain.adjudication.case import Case
from domain.adjudication.product import (
    Benefit,
    Counts,
    Exemption,
    Growth,
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
    from domain.adjudication.working import Course

HOSPITAL_LEVEL = "hospital"
# What an exempt benefit paid is kept apart: exempt_paid beside paid.
EXEMPT = "exempt_"


@dataclass(frozen=True, slots=True)
class Tracked:
    """A total that a line adds to, and the figure of the line that is added."""

    measure: str
    what: str
    life: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """A total that starts afresh with every claim, and the figure of the line that is added."""

    measure: str
    name: str
    exemptible: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A limit as a benefit meets it: the total that fills it, and the figure of a line that
    does."""

    limit: Limit
    what: str
    measure: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A threshold as it is measured: whose total, its name, and the amount it may reach."""

    scope: Scope
    what: str
    amount_minor: int
    growth: Growth | None
    name: str


@dataclass(slots=True)
class Prepared:
    """One product version, indexed. Holds nothing that is not derived from `terms`."""

    terms: Terms
    by_code: Mapping[str, Benefit]
    by_category: Mapping[str, Benefit]
    orders: Mapping[str, tuple[str, ...]]
    followed: frozenset[str]
    exact: bool
    exempts: bool
    courses: dict[str, "Course"] = field(default_factory=dict)
    _tracked: dict[tuple[str, Setting], tuple[Tracked, ...]] = field(default_factory=dict)
    _within: dict[tuple[str, Setting], tuple[Within, ...]] = field(default_factory=dict)
    _held: dict[tuple[str, tuple[str, ...]], tuple[Held, ...]] = field(default_factory=dict)
    _bounds: dict[tuple[str, Setting], tuple[Bound, ...]] = field(default_factory=dict)
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

    def bounds(self, measure: str, setting: Setting) -> tuple[Bound, ...]:
        """The thresholds of the deductible (`deductible`) or of the most a member pays (`oop`)."""
        key = (measure, setting)
        found = self._bounds.get(key)
        if found is None:
            held = self.terms.deductibles if measure == "deductible" else self.terms.out_of_pocket
            found = self._bounds[key] = tuple(
                _bound(threshold, measure)
                for threshold in held
                if threshold.setting in (Setting.ANY, setting)
            )
        return found

    def tracked(self, benefit: Benefit, setting: Setting) -> tuple[Tracked, ...]:
        """The totals that a line of this benefit adds to, in this setting.

        Deductible, out-of-pocket and paid are always kept; anything else only where the terms
        measure it.
        """
        key = (benefit.key, setting)
        found = self._tracked.get(key)
        if found is None:
            found = self._tracked[key] = _tracked(self.terms, benefit, setting)
        return found

    def within_claim(self, benefit: Benefit, setting: Setting) -> tuple[Within, ...]:
        """The totals within one claim that a line of this benefit adds to, in this setting."""
        key = (benefit.key, setting)
        found = self._within.get(key)
        if found is None:
            bounds = self.bounds("deductible", setting)
            found = self._within[key] = _within(self.terms, benefit, bounds)
        return found

    def limits_beside(self, benefit: Benefit, steps: tuple[str, ...]) -> tuple[Held, ...]:
        """The limits that an order of steps does not name: the benefit's own, then the plan's."""
        key = (benefit.key, steps)
        found = self._held.get(key)
        if found is None:
            held = self.limits_of(benefit)
            found = self._held[key] = tuple(one for one in held if one.limit.name not in steps)
        return found

    def limits_named(self, benefit: Benefit, name: str) -> tuple[Held, ...]:
        """The limits of this name that a line of this benefit meets."""
        return tuple(one for one in self.limits_of(benefit) if one.limit.name == name)

    def limits_of(self, benefit: Benefit) -> tuple[Held, ...]:
        """Every limit that a line of this benefit may meet: its own, then the plan's."""
        return tuple(
            Held(limit, limit_what(limit, benefit), limit_measure(limit))
            for limit in (*benefit.limits, *self.terms.limits)
        )


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
        terms.rounding.at is RoundAt.LINE_END,
        any(b.exempt != Exemption() for b in terms.benefits),
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


def limit_measure(limit: Limit) -> str:
    """The figure of a line that fills a limit: what is paid, or what it was when it got there."""
    return "paid" if limit.counts is Counts.PAID else f"allowed at {limit.name}"


def all_limits(terms: Terms) -> tuple[Limit, ...]:
    """The limits of every benefit, then those of the product."""
    return (*(limit for b in terms.benefits for limit in b.limits), *terms.limits)


def _bound(threshold: Threshold, measure: str) -> Bound:
    what, scope = what_of(threshold, measure), threshold.scope
    return Bound(scope, what, threshold.amount.minor, threshold.growth, f"{scope.value} {what}")


def _followed(terms: Terms) -> frozenset[str]:
    """Benefits whose single uses matter: for a frequency, or a quantity in a cover period."""
    keys: set[str] = set()
    for benefit in terms.benefits:
        if benefit.frequency is not None:
            keys.update(benefit.frequency.group or (benefit.key,))
        if benefit.max_quantity.adult is not None or benefit.max_quantity.child is not None:
            keys.add(benefit.key)
    return frozenset(keys)


def _within(terms: Terms, benefit: Benefit, bounds: tuple[Bound, ...]) -> tuple[Within, ...]:
    found = [] if benefit.copay is None else [Within("copay", f"copay:{benefit.key}")]
    found += [
        Within("deductible", f"{terms.product}|{bound.what}")
        for bound in bounds
        if bound.scope is Scope.CLAIM
    ]
    found += [
        Within("paid", f"{terms.product}|{limit.name}", limit.exemptible)
        for limit in (*benefit.limits, *terms.limits)
        if limit.scope is Scope.CLAIM
    ]
    return tuple(found)


def _tracked(terms: Terms, benefit: Benefit, setting: Setting) -> tuple[Tracked, ...]:
    found = [Tracked(name, name) for name in ("deductible", "oop", "paid")]
    if benefit.deductible_cap is not None:
        found.append(Tracked("deductible", f"deductible:{benefit.key}"))
    if benefit.visit_limit is not None or benefit.tiers:
        found.append(Tracked("visits", f"visits:{benefit.key}"))
    for measure, thresholds in (("deductible", terms.deductibles), ("oop", terms.out_of_pocket)):
        found += [
            Tracked(measure, what_of(threshold, measure))
            for threshold in thresholds
            if threshold.setting in (Setting.ANY, setting)
        ]
    found += [
        Tracked(limit_measure(limit), limit_what(limit, benefit), limit.span is Span.LIFE)
        for limit in (*benefit.limits, *terms.limits)
        if limit.scope in (Scope.MEMBER, Scope.FAMILY) and limit.setting in (Setting.ANY, setting)
    ]
    return tuple(dict.fromkeys(found))
