"""Apply one section of a treaty to losses: share, per risk, per occurrence, per year, placed."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from domain.money import Money, round_minor, split
from domain.refusals import RuleBroken
from domain.reinsurance.cession import CededLoss, Cession, Step
from domain.reinsurance.cover import covered, increments
from domain.reinsurance.loss import Loss
from domain.reinsurance.scope import attaches, ceded_share, row_of
from domain.reinsurance.terms import (
    NO_COVER_TERMS,
    Attribution,
    Cover,
    ExpenseRule,
    Kind,
    Posting,
    RiskLevel,
    Section,
    Treaty,
)

RiskOfSection = tuple[str, str, Hashable]  # treaty, section, and who is one risk under it
Opened = Mapping[RiskOfSection, Fraction]
"""What earlier losses, which are not among those to cede, brought to a risk: minor units."""

_NOTHING_OPENED: Opened = {}
_PROPORTIONAL = (Kind.QUOTA_SHARE, Kind.SURPLUS, Kind.FACULTATIVE)
_READS_OVERSPILL = (Kind.CATASTROPHE_EXCESS, Kind.AGGREGATE_EXCESS)


@dataclass(slots=True)
class _Taken:
    """A loss on its way through the section, in exact minor units after each step."""

    loss: Loss
    incoming: Fraction
    share: Fraction
    risk: Fraction = Fraction(0)
    occurrence: Fraction = Fraction(0)
    aggregate: Fraction = Fraction(0)
    placed: Fraction = Fraction(0)

    @property
    def order(self) -> date:
        return self.loss.loss_on or date.min


def cede(
    treaty: Treaty, section: Section, losses: Sequence[Loss], opened: Opened = _NOTHING_OPENED
) -> Cession:
    """What `section` recovers on `losses`, which are all the losses of the treaty period; or the
    last of them, where the earlier ones have `opened` covers per risk that serve in order.

    Limits are shared as the section's attribution says; the year's limits always serve the
    earlier occurrence first. Raises RuleBroken where a loss has another currency than the treaty
    (`treaty.other_currency`), lacks the date that attaches it or the sum insured of a surplus.
    """
    taken = [_enter(treaty, section, loss) for loss in losses if _reads(treaty, section, loss)]
    _per_risk(treaty, section, taken, opened)
    _per_occurrence(section, taken)
    _per_year(section, taken)
    for one in taken:
        one.placed = one.aggregate * section.placed.exact
    return _post(treaty, section, taken)


def layer_limit(section: Section) -> Money | None:
    """The limit that reinstatements restore: any one occurrence, else any one risk."""
    return section.occurrence.limit or section.risk.limit


def yearly_cover(section: Section) -> Cover:
    """The cover over the year; n reinstatements give n + 1 limits unless the terms say less."""
    terms = section.premium.reinstatements if section.premium else None
    limit = layer_limit(section)
    if terms is None or limit is None:
        return section.aggregate
    whole = Money(limit.minor * (len(terms.charges) + 1), limit.currency)
    own = section.aggregate.limit
    return replace(section.aggregate, limit=whole if own is None else min(own, whole))


def _reads(treaty: Treaty, section: Section, loss: Loss) -> bool:
    if loss.returned_from and section.kind not in _READS_OVERSPILL:
        return False
    return row_of(section, loss.risk) is not None and attaches(treaty, loss)


def _enter(treaty: Treaty, section: Section, loss: Loss) -> _Taken:
    if loss.amount.currency != treaty.currency:
        raise RuleBroken(
            "treaty.other_currency",
            f"loss {loss.item!r} is in {loss.amount.currency}; {treaty.treaty_id} is in "
            f"{treaty.currency}: convert it at a dated rate first",
        )
    incoming = loss.minor
    if section.expenses is ExpenseRule.INCLUDED and loss.expenses:
        incoming += loss.expenses.minor
    return _Taken(loss, incoming, incoming * ceded_share(section, loss.risk))


def risk_of(treaty: Treaty, section: Section, loss: Loss) -> RiskOfSection:
    """The risk to which a loss belongs under a section."""
    return treaty.treaty_id, section.section_id, _risk(section, loss)


def _risk(section: Section, loss: Loss) -> Hashable:
    risk = loss.risk
    match section.risk_level:
        case RiskLevel.CLAIM:
            return loss.claim or loss.item
        case RiskLevel.MEMBER:
            return risk.portfolio, risk.account, risk.member
        case RiskLevel.POLICY:
            return risk.portfolio, risk.account, risk.policy
        case RiskLevel.ACCOUNT:
            return risk.portfolio, risk.account
        case RiskLevel.WHOLE_SCOPE:
            return section.section_id


def _per_risk(treaty: Treaty, section: Section, taken: list[_Taken], opened: Opened) -> None:
    if section.risk == NO_COVER_TERMS:
        for one in taken:
            one.risk = one.share
        return
    for group in _groups(taken, lambda one: _risk(section, one.loss)):
        before = opened.get(risk_of(treaty, section, group[0].loss), Fraction(0))
        shares = [one.share for one in group]
        parts = _spread(section.risk, shares, section.attribution, before)
        for one, part in zip(group, parts, strict=True):
            one.risk = part


def _per_occurrence(section: Section, taken: list[_Taken]) -> None:
    for group in _groups(taken, lambda one: one.loss.occurrence):
        lives = {one.loss.risk.member or one.loss.item for one in group if one.incoming > 0}
        if len(lives) < section.minimum_lives:
            continue
        parts = _spread(section.occurrence, [one.risk for one in group], section.attribution)
        for one, part in zip(group, parts, strict=True):
            one.occurrence = part


def _per_year(section: Section, taken: list[_Taken]) -> None:
    groups = _groups(taken, lambda one: one.loss.occurrence)
    sums = [sum((one.occurrence for one in group), Fraction(0)) for group in groups]
    for group, whole, part in zip(
        groups, sums, increments(yearly_cover(section), sums), strict=True
    ):
        for one in group:
            one.aggregate = one.occurrence * part / whole if whole else Fraction(0)


def _groups(taken: list[_Taken], key: Callable[[_Taken], Hashable]) -> list[list[_Taken]]:
    """Groups in order of their first date, losses inside by date; ties keep the order given."""
    groups: dict[Hashable, list[_Taken]] = {}
    for one in sorted(taken, key=lambda one: one.order):
        groups.setdefault(key(one), []).append(one)
    return list(groups.values())


def _spread(
    cover: Cover,
    losses: list[Fraction],
    attribution: Attribution,
    opened: Fraction = Fraction(0),
) -> list[Fraction]:
    if cover == NO_COVER_TERMS:
        return losses
    if attribution is Attribution.IN_ORDER:
        return increments(cover, losses, opened)
    whole = sum(losses, Fraction(0))
    part = covered(cover, whole)
    return [loss * part / whole if whole else Fraction(0) for loss in losses]


def _post(treaty: Treaty, section: Section, taken: list[_Taken]) -> Cession:
    posted: dict[str, CededLoss] = {}
    for group in _groups(taken, lambda one: one.loss.occurrence):
        amounts = _posted(treaty, [one.placed for one in group])
        for one, amount in zip(group, amounts, strict=True):
            posted[one.loss.item] = _line(treaty, section, one, amount)
    return Cession(
        treaty.treaty_id,
        section.section_id,
        treaty.currency,
        treaty.posting,
        treaty.rounding,
        section.kind in _PROPORTIONAL and section.occurrence.attachment is None,
        tuple(posted[one.loss.item] for one in taken),
    )


def _posted(treaty: Treaty, exact: list[Fraction]) -> list[Money]:
    each = [Money(round_minor(part, treaty.rounding), treaty.currency) for part in exact]
    if treaty.posting is not Posting.EVENT or min(exact) < 0 or not any(exact):
        return each
    whole = Money(round_minor(sum(exact, Fraction(0)), treaty.rounding), treaty.currency)
    return list(split(whole, exact))


def _line(treaty: Treaty, section: Section, one: _Taken, recovered: Money) -> CededLoss:
    def shown(exact: Fraction) -> Money:
        return Money(round_minor(exact, treaty.rounding), treaty.currency)

    expenses = Fraction(0)
    if section.expenses is ExpenseRule.IN_PROPORTION and one.loss.expenses and one.incoming:
        expenses = one.loss.expenses.minor * one.placed / one.incoming
    return CededLoss(
        item=one.loss.item,
        event=one.loss.occurrence,
        incoming=shown(one.incoming),
        exact=one.placed,
        exact_expenses=expenses,
        layer=shown(one.aggregate),
        before_limit=shown(one.risk * section.placed.exact),
        recovered=recovered,
        recovered_expenses=shown(expenses),
        steps=(
            Step("ceded share", shown(one.share)),
            Step("per risk", shown(one.risk)),
            Step("per occurrence", shown(one.occurrence)),
            Step("per year", shown(one.aggregate)),
            Step("placed share", shown(one.placed)),
        ),
    )
