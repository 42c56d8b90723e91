"""Which terms hold for a loss, and what the treaties together take of many losses.

Treaties whose limits concern a claim or a life alone are struck life by life, as claims move. From
the first priority on that has a limit over an event or a year, all losses of the treaty year must
be known at once: those treaties are struck for the year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.money import Money
from domain.periods import Period
from domain.reinsurance.loss import Loss
from domain.reinsurance.programme import ProgrammeResult, apply_programme
from domain.reinsurance.terms import (
    NO_COVER_TERMS,
    Basis,
    Posting,
    RiskLevel,
    Section,
    Treaty,
)


@dataclass(frozen=True, slots=True)
class TreatyVersion:
    """One version of a treaty's terms. `effective_from` None holds from the beginning; nothing
    that attaches from `until_on` on is ceded."""

    treaty_id: UUID
    number: int
    terms: Treaty
    effective_from: date | None = None
    until_on: date | None = None

    @property
    def code(self) -> str:
        return self.terms.treaty_id


Chosen = tuple[TreatyVersion, ...]


def chosen_for(versions: Iterable[TreatyVersion], loss: Loss) -> Chosen:
    """For each treaty that the loss attaches to, the version in force on the day that attaches."""
    by_treaty: dict[UUID, TreatyVersion] = {}
    for version in versions:
        day = _attaching(version.terms, loss)
        if day is None or not _holds(version, day):
            continue
        known = by_treaty.get(version.treaty_id)
        if known is None or version.number > known.number:
            by_treaty[version.treaty_id] = version
    return tuple(sorted(by_treaty.values(), key=lambda one: (one.terms.priority, one.code)))


def _attaching(terms: Treaty, loss: Loss) -> date | None:
    return loss.loss_on if terms.basis is Basis.LOSSES_OCCURRING else loss.risk.inception_on


def _holds(version: TreatyVersion, day: date) -> bool:
    period: Period | None = version.terms.period
    if period is not None and not period.holds(day):
        return False
    if version.until_on is not None and day >= version.until_on:
        return False
    return version.effective_from is None or version.effective_from <= day


def struck_by_life(terms: Treaty) -> bool:
    """Whether nothing but the losses of one life decides what the treaty takes of them."""
    return (
        terms.hours_clause is None
        and terms.posting is Posting.LOSS
        and all(_of_one_life(section) for section in terms.sections)
    )


def _of_one_life(section: Section) -> bool:
    reinstated = section.premium is not None and section.premium.reinstatements is not None
    level = section.risk_level in {RiskLevel.CLAIM, RiskLevel.MEMBER}
    return (
        section.occurrence == NO_COVER_TERMS
        and section.aggregate == NO_COVER_TERMS
        and not reinstated
        and not section.minimum_lives
        and (level or section.risk == NO_COVER_TERMS)
    )


def by_life(chosen: Chosen) -> Chosen:
    """The leading priorities that are struck life by life."""
    first_whole = min(
        (one.terms.priority for one in chosen if not struck_by_life(one.terms)), default=None
    )
    return tuple(one for one in chosen if first_whole is None or one.terms.priority < first_whole)


def by_year(chosen: Chosen) -> Chosen:
    """The rest: struck for all losses of the year together."""
    early = by_life(chosen)
    return tuple(one for one in chosen if one not in early)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one section takes of one claim, to date, with the loss that reached it and why."""

    version: TreatyVersion
    section: str
    item: str
    base: Money
    ceded: Money
    why: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class Struck:
    taken: tuple[Taken, ...]
    retained: Mapping[str, Money]


def strike(losses: Sequence[tuple[Loss, Chosen]]) -> Struck:
    """Apply to each loss its own treaties; losses with the same treaties are applied together.

    Raises RuleBroken as `apply_programme` does.
    """
    groups: dict[tuple[tuple[UUID, int], ...], tuple[Chosen, list[Loss]]] = {}
    for loss, chosen in losses:
        which = tuple((one.treaty_id, one.number) for one in chosen)
        groups.setdefault(which, (chosen, []))[1].append(loss)
    taken: list[Taken] = []
    retained: dict[str, Money] = {}
    for chosen, together in groups.values():
        retained.update({loss.item: loss.amount for loss in together})
        if not chosen:
            continue
        result = apply_programme([one.terms for one in chosen], together)
        taken += taken_of(result, chosen)
        retained.update({loss.item: loss.amount for loss in result.net if loss.item in retained})
    return Struck(tuple(taken), retained)


def taken_of(result: ProgrammeResult, chosen: Chosen) -> list[Taken]:
    """What the sections took, in inuring order, each with the version it goes by."""
    version_of = {one.code: one for one in chosen}
    return [
        Taken(
            version_of[cession.treaty_id],
            cession.section_id,
            line.item,
            line.incoming,
            line.total,
            tuple((step.rule, step.amount) for step in line.steps),
        )
        for cession in result.cessions
        for line in cession.losses
    ]
