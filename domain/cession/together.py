"""Claims of one life to which the same treaties apply; only what may have changed is struck.

A limit over a life makes claims depend on each other, in the order of their losses: what the
earlier ones have used of it is carried along, and a movement strikes its own claim and those after
it. Without such a limit a claim stands for itself. So the work does not grow with the history.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction
from uuid import UUID

from domain.cession.losses import Movement
from domain.cession.programme import Chosen, Taken, TreatyVersion, taken_of
from domain.money import Money
from domain.reinsurance.cede import Opened, RiskOfSection, risk_of
from domain.reinsurance.loss import Loss
from domain.reinsurance.programme import apply_programme
from domain.reinsurance.scope import ceded_share
from domain.reinsurance.terms import NO_COVER_TERMS, Attribution, RiskLevel, Section

Figures = tuple[Money, Money]  # paid, incurred
SectionKey = tuple[UUID, str]  # treaty and section
Place = tuple[date, str, UUID]  # day of loss, number, claim: the order in which limits serve
Used = dict[RiskOfSection, tuple[Fraction, Fraction]]  # of limits over the life: paid, incurred


@dataclass(slots=True)
class Standing:
    """A claim as of a day. `took` is what each section has of it, `struck` the way to that."""

    claim_id: UUID
    number: str
    last: Movement
    paid: Money
    incurred: Money
    took: dict[SectionKey, Figures] = field(default_factory=dict)
    struck: dict[SectionKey, tuple[Taken, Taken]] = field(default_factory=dict)
    used: Used = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return self.last.loss_on, self.number, self.claim_id

    def losses(self) -> tuple[Loss, Loss]:
        """Its paid and its incurred loss."""
        item, last = str(self.claim_id), self.last
        return (
            Loss(item, self.paid, last.risk, claim=item, loss_on=last.loss_on),
            Loss(item, self.incurred, last.risk, claim=item, loss_on=last.loss_on),
        )


class Shares(Enum):
    """Which other claims a movement may concern."""

    NONE = "a claim stands for itself"
    LATER = "the earlier loss is served first: those after it"
    ALL = "every loss bears its proportion: all of them"


@dataclass(slots=True)
class Together:
    """The claims in the order of their places; `touched` places are to be struck again."""

    chosen: Chosen
    shares: Shares = field(init=False)
    claims: dict[Place, Standing] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    touched: set[Place] = field(default_factory=set)
    used: Used = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shares = max(
            (_shares(section) for _, section in self._sections()),
            key=list(Shares).index,
            default=Shares.NONE,
        )

    def put(self, claim: Standing) -> None:
        """Let a claim stand among the others, with what its sections have of it."""
        insort(self.places, claim.place)
        self.claims[claim.place] = claim
        self._count(claim, 1)

    def take_out(self, place: Place) -> None:
        """Let a claim go elsewhere; those that shared a limit with it are touched."""
        self._count(self.claims.pop(place), -1)
        del self.places[bisect_left(self.places, place)]
        self.touched.add(place)

    def stand(self, claim: Standing, took: dict[SectionKey, Figures]) -> None:
        """Take for granted what the sections have of a claim, instead of striking it."""
        self._count(claim, -1)
        claim.took = took
        self._count(claim, 1)
        self.touched.clear()

    def strike(self) -> list[Standing]:
        """Strike what was touched, on the paid and on the incurred amounts; the claims struck.

        Raises RuleBroken as `apply_programme` does.
        """
        claims = self._to_strike()
        self.touched.clear()
        for claim in claims:
            self._count(claim, -1)  # what is left in `used` are the claims before these
            claim.struck = {}
        if self.chosen and claims:
            self._apply(claims)
        for claim in claims:
            claim.took = {key: (paid.ceded, all_.ceded) for key, (paid, all_) in
                          claim.struck.items()}  # fmt: skip
            self._count(claim, 1)
        return claims

    def _to_strike(self) -> list[Standing]:
        if not self.touched:
            return []
        if self.shares is Shares.NONE:
            return [self.claims[place] for place in sorted(self.touched) if place in self.claims]
        first = 0
        if self.shares is Shares.LATER:
            first = bisect_left(self.places, min(self.touched))
        return [self.claims[place] for place in self.places[first:]]

    def _apply(self, claims: list[Standing]) -> None:
        terms = [one.terms for one in self.chosen]
        losses = [claim.losses() for claim in claims]
        of_paid, of_incurred = (
            taken_of(apply_programme(terms, [pair[side] for pair in losses], self._opened(side)),
                     self.chosen)
            for side in (0, 1)
        )  # fmt: skip
        by_item = {str(claim.claim_id): claim for claim in claims}
        for paid, incurred in zip(of_paid, of_incurred, strict=True):
            key = paid.version.treaty_id, paid.section
            by_item[paid.item].struck[key] = paid, incurred

    def _opened(self, side: int) -> Opened:
        return {risk: used[side] for risk, used in self.used.items()}

    def _count(self, claim: Standing, sign: int) -> None:
        """Add what the claim uses of limits over the life, or take out what it used so far."""
        if self.shares is not Shares.LATER:
            return
        if sign > 0:
            claim.used = dict(self._used_by(claim))
        for risk, (paid, incurred) in claim.used.items():
            known = self.used.get(risk, (Fraction(0), Fraction(0)))
            self.used[risk] = known[0] + sign * paid, known[1] + sign * incurred

    def _used_by(
        self, claim: Standing
    ) -> Iterator[tuple[RiskOfSection, tuple[Fraction, Fraction]]]:
        """What enters each limit: the share of what earlier priorities have left of the loss."""
        loss, _ = claim.losses()
        priority = {one.treaty_id: one.terms.priority for one in self.chosen}
        for version, section in self._sections():
            if _shares(section) is not Shares.LATER:
                continue
            earlier = [
                took for (treaty, _), took in claim.took.items()
                if priority.get(treaty, version.terms.priority) < version.terms.priority
            ]  # fmt: skip
            share = ceded_share(section, loss.risk)
            paid = claim.paid.minor - sum(took[0].minor for took in earlier)
            incurred = claim.incurred.minor - sum(took[1].minor for took in earlier)
            yield risk_of(version.terms, section, loss), (share * paid, share * incurred)

    def _sections(self) -> Iterator[tuple[TreatyVersion, Section]]:
        return ((one, section) for one in self.chosen for section in one.terms.sections)


def _shares(section: Section) -> Shares:
    if section.risk == NO_COVER_TERMS or section.risk_level is RiskLevel.CLAIM:
        return Shares.NONE
    by_the_whole = section.risk.franchise or section.risk.nothing_above is not None
    if by_the_whole or section.attribution is Attribution.IN_PROPORTION:
        return Shares.ALL
    return Shares.LATER
