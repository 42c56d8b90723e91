"""What a treaty took of each loss, with the amount after every step: a cession explains itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from domain.money import Money, RoundingMode, round_minor, total
from domain.reinsurance.terms import Posting


@dataclass(frozen=True, slots=True)
class Step:
    """The amount that is left after one rule, rounded for reading only."""

    rule: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CededLoss:
    """One loss under one section: `exact` minor units, and the posted lines made of them.

    `layer` is the loss to the section before the placed share, `before_limit` the placed
    amount before the limits of event and year.
    """

    item: str
    event: str
    incoming: Money
    exact: Fraction
    exact_expenses: Fraction
    layer: Money
    before_limit: Money
    recovered: Money
    recovered_expenses: Money
    steps: tuple[Step, ...]

    @property
    def total(self) -> Money:
        return self.recovered + self.recovered_expenses


@dataclass(frozen=True, slots=True)
class CededEvent:
    """All losses of one occurrence; `overspill` is what the limits of event and year cut off a
    proportional share (an excess cover that leaves the top uncovered spills nothing)."""

    event: str
    before_limit: Money
    recovered: Money
    overspill: Money


@dataclass(frozen=True, slots=True)
class Cession:
    """What one section of a treaty takes of a set of losses."""

    treaty_id: str
    section_id: str
    currency: str
    posting: Posting
    rounding: RoundingMode
    proportional: bool
    losses: tuple[CededLoss, ...]

    @property
    def recovered(self) -> Money:
        """The sum of the posted lines, expenses included."""
        return total((event.recovered for event in self.events), self.currency)

    @property
    def layer(self) -> Money:
        """Loss to the section at 100 %, before the placed share."""
        return total((loss.layer for loss in self.losses), self.currency)

    @property
    def events(self) -> tuple[CededEvent, ...]:
        """The losses added up by occurrence, in the order of their first loss."""
        by_event: dict[str, list[CededLoss]] = {}
        for loss in self.losses:
            by_event.setdefault(loss.event, []).append(loss)
        return tuple(self._event(name, losses) for name, losses in by_event.items())

    @property
    def overspill(self) -> Money:
        return total((event.overspill for event in self.events), self.currency)

    def by_item(self) -> dict[str, CededLoss]:
        return {loss.item: loss for loss in self.losses}

    def _event(self, name: str, losses: list[CededLoss]) -> CededEvent:
        before = total((loss.before_limit for loss in losses), self.currency)
        after = self._posted(losses)
        over = before - after if self.proportional else Money.zero(self.currency)
        return CededEvent(name, before, after, over)

    def _posted(self, losses: list[CededLoss]) -> Money:
        if self.posting is not Posting.ALLOCATED:
            return total((loss.total for loss in losses), self.currency)
        exact = sum((loss.exact + loss.exact_expenses for loss in losses), Fraction(0))
        return Money(round_minor(exact, self.rounding), self.currency)


def explain(cession: Cession) -> Iterator[str]:
    """The way of every loss through the section, one line of text a step."""
    for loss in cession.losses:
        yield f"{cession.treaty_id}/{cession.section_id} {loss.item}: {loss.incoming}"
        for step in loss.steps:
            yield f"  {step.rule}: {step.amount}"
        yield f"  posted: {loss.total}"
