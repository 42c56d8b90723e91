"""The claims of the whole book under other terms: what is asked, and what is answered.

`replaying` reads the log once, in order, and decides every claim again from what stood when it was
decided; what claims use up is counted in memory, policy by policy, in the order of processing.
Policies have nothing to do with each other, so that several processes may share the book.
Nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.adjudication.product import Order, Terms
from domain.adjudication.product_check import check
from domain.money import Money, total
from domain.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What is different: the terms of one product, or the order of steps, or both.

    `product_id` None = every product. `terms` hold for each claim of the product, whichever
    version decided it. Only claims with services from `from_on` and before `until_on` are
    decided again; the others keep what they took.
    """

    product_id: UUID | None = None
    terms: Terms | None = None
    order: tuple[str, ...] = ()
    from_on: date = date.min
    until_on: date = date.max

    def concerns(self, product_id: UUID, day: date) -> bool:
        return self.product_id in (None, product_id) and self.from_on <= day < self.until_on


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that was decided again; amounts are what the plan pays. `position` is the place of
    its decision in the log."""

    position: int
    claim_id: UUID
    number: str
    pays: Money
    would_pay: Money
    reasons: tuple[str, ...]

    @property
    def difference(self) -> Money:
        return self.would_pay - self.pays


@dataclass(frozen=True, slots=True)
class Answer:
    """`claims` counts those decided again; the totals are over these, changed or not."""

    claims: int
    pays: Money
    would_pay: Money
    changed: tuple[Change, ...]

    @property
    def difference(self) -> Money:
        return self.would_pay - self.pays


def answered(again: Sequence[Change], currency: str) -> Answer:
    """The answer from claims that were decided again; `currency` holds where there are none."""
    again = sorted(again, key=lambda change: change.position)
    currency = again[0].pays.currency if again else currency
    return Answer(
        len(again),
        total((change.pays for change in again), currency),
        total((change.would_pay for change in again), currency),
        tuple(change for change in again if change.difference),
    )


def made_otherwise(otherwise: Otherwise, in_force: Terms) -> Terms:
    """The terms that hold instead of those in force; raises RuleBroken for faults in them."""
    terms = otherwise.terms or in_force
    if terms.currency != in_force.currency:
        raise RuleBroken(
            "product.currency_differs",
            f"{in_force.product} is in {in_force.currency}, the other terms in {terms.currency}",
            field="terms.currency",
        )
    if otherwise.order:
        terms = replace(terms, orders=(Order("", otherwise.order),))
    terms = replace(terms, product=in_force.product, version=in_force.version)
    faults = check(terms)
    if faults:
        raise RuleBroken(
            "product.contradicts_itself",
            "; ".join(f"{fault.field}: {fault.detail}" for fault in faults),
            field="terms",
            faults=[{"field": fault.field, "reason": fault.detail} for fault in faults],
        )
    return terms
