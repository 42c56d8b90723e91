"""What contradicts itself in the terms of a product: refused before anybody can buy it."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.adjudication.product import Benefit, ShareKind, Terms


@dataclass(frozen=True, slots=True)
class Fault:
    """One contradiction: the field of the terms it stands in, and what is wrong with it."""

    field: str
    detail: str


def check(terms: Terms) -> tuple[Fault, ...]:
    """Every contradiction in the terms of one version, in the order of the fields."""
    return tuple(_faults(terms))


def _faults(terms: Terms) -> Iterator[Fault]:
    for limit in terms.limits:
        if limit.amount.minor < 0:
            yield Fault(f"limits.{limit.name}", "a limit is not below zero")
    for benefit in terms.benefits:
        yield from _benefit_faults(benefit)


def _benefit_faults(benefit: Benefit) -> Iterator[Fault]:
    where = f"benefits.{benefit.key}"
    for share in benefit.shares:
        for rate in (share.adult, share.child):
            if share.kind is ShareKind.PERCENT and rate is not None and not 0 <= rate <= 1:
                yield Fault(f"{where}.shares", f"{rate} is not between 0 and 1")
