"""What contradicts itself in the terms of a product: refused before anybody can buy it.

Every fault is told, not the first alone, so that whoever wrote the product can mend it at once.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from domain.adjudication.benefit_check import benefit_faults
from domain.adjudication.claim_checks import CLAIM_CHECKS
from domain.adjudication.faults import Fault
from domain.adjudication.prepared import all_limits
from domain.adjudication.product import Limit, RoundAt, Scope, Setting, Span, Terms, Threshold
from domain.adjudication.steps import RULES
from domain.money import BadAmount, Money, exponent

# A step that reads what another one found out must come after it.
NEEDS = {
    "age": "benefit",
    "waiting_period": "benefit",
    "quantity_limit": "benefit",
    "visit_limit": "benefit",
    "price": "benefit",
    "unit_cap": "price",
    "deductible": "price",
    "copay": "price",
    "coinsurance": "price",
    "out_of_pocket": "price",
    "limits": "price",
}
# A step that is no use any more once another one has been taken.
TOO_LATE = {
    "out_of_pocket": ("deductible", "copay", "coinsurance"),
    "price": ("reviewer", "quantity_limit"),
}
KINDS = ("", "item", "service")


def check(terms: Terms) -> tuple[Fault, ...]:
    """Every contradiction in the terms of one version, field by field."""
    return tuple(_faults(terms))


def check_versions(versions: Sequence[Terms]) -> tuple[Fault, ...]:
    """Versions of a product that are numbered alike or hold on the same day."""
    faults = [
        Fault("version", f"{number} is used {times} times")
        for number, times in Counter(terms.version for terms in versions).items()
        if times > 1
    ]
    dated = sorted(versions, key=_starts)
    for earlier, later in pairwise(dated):
        if earlier.effective_until is None or _starts(later) < earlier.effective_until:
            faults.append(
                Fault(
                    "effective_from",
                    f"version {later.version} starts before version {earlier.version} ends",
                )
            )
    return tuple(faults)


def _starts(terms: Terms) -> date:
    return terms.effective_from or date.min


def _faults(terms: Terms) -> Iterator[Fault]:
    yield from _general(terms)
    yield from _orders(terms)
    keys = {benefit.key for benefit in terms.benefits}
    for key, times in Counter(benefit.key for benefit in terms.benefits).items():
        if times > 1:
            yield Fault(f"benefits.{key}", f"is described {times} times")
    for benefit in terms.benefits:
        yield from benefit_faults(benefit, keys)
    yield from _thresholds("deductibles", terms.deductibles)
    yield from _thresholds("out_of_pocket", terms.out_of_pocket)
    yield from _limits(terms)
    for count in terms.claim_counts:
        if count.most < 0:
            yield Fault(f"claim_counts.{count.category}", f"{count.most} is below zero")
        if count.category not in terms.category_ranking:
            yield Fault(f"claim_counts.{count.category}", "is no category of the ranking")


def _general(terms: Terms) -> Iterator[Fault]:
    try:
        exponent(terms.currency)
    except BadAmount as bad:
        yield Fault("currency", str(bad))
    foreign = {m.currency for m in _amounts(terms)} - {terms.currency}
    if foreign:
        yield Fault("currency", f"amounts in {', '.join(sorted(foreign))}, not {terms.currency}")
    start, end = terms.effective_from, terms.effective_until
    if start is not None and end is not None and end <= start:
        yield Fault("effective_until", f"{end} is not after {start}")
    month, first = terms.year_start
    if not 1 <= month <= 12 or not 1 <= first <= monthrange(2001, month)[1]:
        yield Fault("year_start", f"{month}-{first} is not a day of every year")
    if terms.rounding.unit_minor < 1:
        yield Fault("rounding.unit_minor", "is below one minor unit")
    if terms.rounding.at is RoundAt.LINE_END and terms.rounding.unit_minor != 1:
        yield Fault("rounding.unit_minor", "rounding at the end of a line is to one minor unit")
    if terms.adult_age < 0:
        yield Fault("adult_age", f"{terms.adult_age} is below zero")
    for name in terms.claim_checks:
        if name not in CLAIM_CHECKS:
            yield Fault("claim_checks", f"{name!r} is not known; {_one_of(CLAIM_CHECKS)}")


def _orders(terms: Terms) -> Iterator[Fault]:
    names = {limit.name for limit in all_limits(terms)}
    if not terms.orders:
        yield Fault("orders", "there is no order of steps")
    for kind in (*terms.line_order, *(order.kind for order in terms.orders)):
        if kind not in KINDS:
            yield Fault("orders", f"{kind!r} is no kind of line; {_one_of(KINDS)}")
    for order in terms.orders:
        where = f"orders.{order.kind or 'all'}"
        for step, times in Counter(order.steps).items():
            if times > 1:
                yield Fault(where, f"{step} comes {times} times")
            if step not in RULES and step not in names:
                yield Fault(where, f"{step!r} is neither a step nor a limit; {_one_of(RULES)}")
        for step, needed in NEEDS.items():
            if step in order.steps and needed not in order.steps[: order.steps.index(step)]:
                yield Fault(where, f"{step} needs {needed} before it")
        for step, others in TOO_LATE.items():
            later = order.steps[order.steps.index(step) :] if step in order.steps else ()
            for other in others:
                if other in later:
                    yield Fault(where, f"{other} comes after {step} and would have no effect there")


def _thresholds(name: str, thresholds: tuple[Threshold, ...]) -> Iterator[Fault]:
    for threshold in thresholds:
        where = f"{name}.{threshold.scope.value}"
        if threshold.amount.minor < 0:
            yield Fault(where, f"{threshold.amount} is below zero")
        if threshold.scope in (Scope.LINE, Scope.UNIT):
            yield Fault(where, "is measured against a claim, a member or a family")
        if threshold.growth is not None and threshold.scope is not Scope.FAMILY:
            yield Fault(where, "grows with the members, but is not the family's")
    counted = Counter((t.scope, t.setting) for t in thresholds)
    for (scope, setting), times in counted.items():
        if times > 1:
            yield Fault(f"{name}.{scope.value}", f"{setting.value} is given {times} times")
        if setting is not Setting.ANY and (scope, Setting.ANY) in counted:
            yield Fault(f"{name}.{scope.value}", f"both for any care and for {setting.value}")


def _limits(terms: Terms) -> Iterator[Fault]:
    for benefit in terms.benefits:
        yield from _limits_of(f"benefits.{benefit.key}.limits", benefit.limits)
    yield from _limits_of("limits", terms.limits)


def _limits_of(where: str, limits: tuple[Limit, ...]) -> Iterator[Fault]:
    for limit in limits:
        at = f"{where}.{limit.name}"
        if limit.amount.minor < 0:
            yield Fault(at, f"{limit.amount} is below zero")
        if limit.name in RULES or not limit.name:
            yield Fault(at, "has no name of its own")
        if limit.span is Span.LIFE and limit.scope not in (Scope.MEMBER, Scope.FAMILY):
            yield Fault(at, f"a limit for each {limit.scope.value} cannot run for life")
        if limit.growth is not None and limit.scope is not Scope.FAMILY:
            yield Fault(at, "grows with the members, but is not the family's")
    for (name, _, setting), times in Counter(
        (limit.name, limit.claim_category, limit.setting) for limit in limits
    ).items():
        if times > 1:
            yield Fault(f"{where}.{name}", f"{setting.value} is given {times} times")


def _amounts(value: Any) -> Iterator[Money]:
    """Every amount anywhere in the terms."""
    if isinstance(value, Money):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _amounts(each)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _amounts(getattr(value, part.name))


def _one_of(words: Iterable[str]) -> str:
    return f"one of {', '.join(word or '(all)' for word in words)}"
