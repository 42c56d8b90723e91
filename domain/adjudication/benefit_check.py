"""What contradicts itself in one benefit of a product."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from domain.adjudication.faults import Fault
from domain.adjudication.product import Benefit, ShareKind, Window
from domain.money import Money


def benefit_faults(benefit: Benefit, keys: set[str]) -> Iterator[Fault]:
    """Every contradiction in a benefit; `keys` are the benefits that the product has."""
    where = f"benefits.{benefit.key or '?'}"
    if bool(benefit.code) is bool(benefit.category):
        yield Fault(where, "names a code or a category, and not both")
    yield from _amounts(benefit, where)
    yield from _shares(benefit, where)
    yield from _tiers(benefit, where)
    yield from _numbers(benefit, where)
    yield from _frequency(benefit, where, keys)


def _amounts(benefit: Benefit, where: str) -> Iterator[Fault]:
    amounts: dict[str, Money | None] = {
        "coinsurance_min": benefit.coinsurance_min,
        "coinsurance_max": benefit.coinsurance_max,
        "copay": benefit.copay.amount if benefit.copay is not None else None,
        "deductible_cap": benefit.deductible_cap,
    }
    for name, amount in amounts.items():
        if amount is not None and amount.minor < 0:
            yield Fault(f"{where}.{name}", f"{amount} is below zero")
    least, most = benefit.coinsurance_min, benefit.coinsurance_max
    if least is not None and most is not None and most.minor < least.minor:
        yield Fault(f"{where}.coinsurance_max", f"{most} is below the least of {least}")


def _shares(benefit: Benefit, where: str) -> Iterator[Fault]:
    for visit_type, times in Counter(share.visit_type for share in benefit.shares).items():
        if times > 1:
            yield Fault(f"{where}.shares.{visit_type}", f"is given {times} times")
    for share in benefit.shares:
        for group, figure in (("adult", share.adult), ("child", share.child)):
            at = f"{where}.shares.{share.visit_type}.{group}"
            if figure is None:
                continue
            if share.kind is ShareKind.PERCENT:
                yield from _rate(at, figure)
            elif figure < 0:
                yield Fault(at, f"{figure} is below zero")


def _rate(where: str, rate: Decimal) -> Iterator[Fault]:
    if not 0 <= rate <= 1:
        yield Fault(where, f"{(rate * 100).normalize():f} percent is not between 0 and 100")


def _tiers(benefit: Benefit, where: str) -> Iterator[Fault]:
    reached = 0
    for tier in benefit.tiers:
        at = f"{where}.tiers.{tier.upto}"
        if tier.upto <= reached:
            yield Fault(at, f"does not go beyond visit {reached}")
        reached = tier.upto
        yield from _rate(at, tier.rate)


def _numbers(benefit: Benefit, where: str) -> Iterator[Fault]:
    low, high = benefit.age_min, benefit.age_max
    if low is not None and high is not None and high < low:
        yield Fault(f"{where}.age_max", f"{high} is below the lowest age {low}")
    numbers: dict[str, int | Decimal | None] = {
        "visit_limit": benefit.visit_limit,
        "age_min": low,
        "waiting.adult": benefit.waiting.adult,
        "waiting.child": benefit.waiting.child,
        "max_quantity.adult": benefit.max_quantity.adult,
        "max_quantity.child": benefit.max_quantity.child,
    }
    for name, number in numbers.items():
        if number is not None and number < 0:
            yield Fault(f"{where}.{name}", f"{number} is below zero")


def _frequency(benefit: Benefit, where: str, keys: set[str]) -> Iterator[Fault]:
    rule = benefit.frequency
    if rule is None:
        return
    at = f"{where}.frequency"
    if rule.count < 1:
        yield Fault(at, f"allows {rule.count} uses; a service that is never paid is not covered")
    if rule.window is not Window.YEAR and rule.length < 1:
        yield Fault(at, f"a window of {rule.length} {rule.window.value} holds nothing")
    for key in rule.group:
        if key not in keys:
            yield Fault(at, f"{key!r} is counted together with it, but is no benefit here")
