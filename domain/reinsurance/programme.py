"""Several treaties on the same losses: in inuring order, each reads what the earlier ones left."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from domain.money import Money, round_minor, total
from domain.ratio import Ratio
from domain.refusals import RuleBroken
from domain.reinsurance.cede import Opened, cede
from domain.reinsurance.cession import CededEvent, CededLoss, Cession
from domain.reinsurance.loss import Loss
from domain.reinsurance.terms import ExpenseRule, Overspill, Posting, Section, Treaty


@dataclass(frozen=True, slots=True)
class ProgrammeResult:
    """Every cession in inuring order, and the losses that stay with the cedant."""

    cessions: tuple[Cession, ...]
    net: tuple[Loss, ...]
    currency: str

    @property
    def retained(self) -> Money:
        return total((_whole(loss) for loss in self.net), self.currency)

    def of(self, treaty_id: str) -> tuple[Cession, ...]:
        return tuple(x for x in self.cessions if x.treaty_id == treaty_id)

    def recovered(self, treaty_id: str) -> Money:
        """What all sections of one treaty recover; zero for an unknown treaty."""
        return total((x.recovered for x in self.of(treaty_id)), self.currency)

    def overspill(self, treaty_id: str) -> Money:
        """What the event limits of one treaty gave back to the cedant."""
        return total((x.overspill for x in self.of(treaty_id)), self.currency)


@dataclass(frozen=True, slots=True)
class _Made:
    treaty: Treaty
    section: Section
    cession: Cession

    @property
    def returns_to_event(self) -> bool:
        return self.treaty.overspill is Overspill.TO_THE_EVENT and bool(self.cession.overspill)

    def taken(self, line: CededLoss) -> Money:
        """What a loss gives to the section; an overspill is given back to the event, not to it."""
        return line.before_limit if self.returns_to_event else line.total


def apply_programme(
    treaties: Sequence[Treaty], losses: Sequence[Loss], opened: Opened | None = None
) -> ProgrammeResult:
    """Pass the losses through all treaties, lower priority number first.

    Treaties of one priority read the same incoming loss. Each priority reads amounts that the one
    before has rounded. `opened` is what earlier losses of a risk brought to each section (`cede`).
    Raises RuleBroken `treaty.over_ceded`, with `sum_of_cessions`, where the treaties of a priority
    together take more than a loss: nothing is capped silently.
    """
    cessions: list[Cession] = []
    current = tuple(losses)
    for together in by_priority(treaties):
        made = [
            _Made(treaty, section, cede(treaty, section, current, opened or {}))
            for treaty in together
            for section in treaty.sections
        ]
        _refuse_over_cession(made, current)
        made = _without_excess_rounding(made, current)
        current = tuple(_left(made, current))
        cessions.extend(one.cession for one in made)
    return ProgrammeResult(tuple(cessions), current, treaties[0].currency)


def by_priority(treaties: Sequence[Treaty]) -> Iterator[list[Treaty]]:
    """The treaties that read the same loss, in inuring order."""
    ordered = sorted(treaties, key=lambda treaty: treaty.priority)
    for _, together in groupby(ordered, key=lambda treaty: treaty.priority):
        yield list(together)


def over_ceded(ratio: Fraction, of: str, treaties: Sequence[Treaty]) -> RuleBroken:
    """The refusal of a programme whose treaties of one priority take more than there is."""
    names = ", ".join(dict.fromkeys(treaty.treaty_id for treaty in treaties))
    return RuleBroken(
        "treaty.over_ceded",
        f"treaties {names} of one priority together take {Ratio.of(ratio)} of {of}: "
        "lower a share or change the inuring order",
        sum_of_cessions=Ratio.of(ratio),
    )


def _refuse_over_cession(made: Sequence[_Made], losses: Sequence[Loss]) -> None:
    asked: dict[str, Fraction] = defaultdict(Fraction)
    for one in made:
        for line in one.cession.losses:
            if one.returns_to_event:
                asked[line.item] += line.before_limit.minor
            else:
                asked[line.item] += line.exact + line.exact_expenses
    for loss in losses:
        whole = loss.minor + (loss.expenses.minor if loss.expenses else 0)
        if abs(asked[loss.item]) > abs(whole):
            ratio = asked[loss.item] / (whole or 1)
            raise over_ceded(ratio, f"loss {loss.item!r}", [one.treaty for one in made])


def _without_excess_rounding(made: list[_Made], losses: Sequence[Loss]) -> list[_Made]:
    """Take back the minor unit by which lines of one priority, each rounded up, pass the loss.

    The treaty listed last gives it back, as a split serves the first listed.
    """
    taken: dict[str, int] = defaultdict(int)
    for one in made:
        if one.treaty.posting is Posting.ALLOCATED:
            continue
        for line in one.cession.losses:
            taken[line.item] += abs(one.taken(line).minor)
    excess = {
        loss.item: taken[loss.item] - abs(_whole(loss).minor)
        for loss in losses
        if taken[loss.item] > abs(_whole(loss).minor)
    }
    if not excess:
        return made
    trimmed = [replace(one, cession=_trimmed(one.cession, excess)) for one in reversed(made)]
    return trimmed[::-1]


def _trimmed(cession: Cession, excess: dict[str, int]) -> Cession:
    lines = list(cession.losses)
    for at, line in enumerate(lines):
        if excess.get(line.item) and abs(line.recovered.minor) > abs(line.exact):
            excess[line.item] -= 1
            unit = Money(1 if line.recovered.minor > 0 else -1, cession.currency)
            lines[at] = replace(line, recovered=line.recovered - unit)
    return replace(cession, losses=tuple(lines))


def _left(made: Sequence[_Made], losses: Sequence[Loss]) -> Iterator[Loss]:
    """The losses of the next priority, with what event limits returned as losses of their own."""
    lines = [(one, one.cession.by_item()) for one in made]
    for loss in losses:
        left = loss
        for one, by_item in lines:
            if loss.item in by_item:
                left = _reduced(left, one, by_item[loss.item])
        yield left
    first = {loss.occurrence: loss for loss in reversed(losses)}
    for one in made:
        if one.returns_to_event:
            for event in one.cession.events:
                if event.overspill:
                    yield _returned(one, event, first[event.event])


def _returned(one: _Made, event: CededEvent, first: Loss) -> Loss:
    return Loss(
        f"overspill of {one.treaty.treaty_id}/{one.section.section_id}: {event.event}",
        event.overspill,
        event=event.event,
        loss_on=first.loss_on,
        returned_from=one.treaty.treaty_id,
    )


def _reduced(loss: Loss, one: _Made, line: CededLoss) -> Loss:
    if one.treaty.posting is Posting.ALLOCATED:
        left = loss.minor - line.exact
        return replace(loss, amount=_rounded(left, one.treaty), exact=left)
    if one.section.expenses is ExpenseRule.INCLUDED:
        return _less(replace(loss, expenses=None), one.taken(line), loss.expenses)
    if line.recovered_expenses and loss.expenses:
        rest = loss.expenses - line.recovered_expenses
        return replace(_less(loss, line.recovered), expenses=rest)
    return _less(loss, one.taken(line))


def _less(loss: Loss, taken: Money, more: Money | None = None) -> Loss:
    """The loss without what was taken of it, and with `more`."""
    change = more - taken if more else -taken
    exact = None if loss.exact is None else loss.exact + change.minor
    return replace(loss, amount=loss.amount + change, exact=exact)


def _rounded(exact: Fraction, treaty: Treaty) -> Money:
    return Money(round_minor(exact, treaty.rounding), treaty.currency)


def _whole(loss: Loss) -> Money:
    return loss.amount + loss.expenses if loss.expenses else loss.amount
