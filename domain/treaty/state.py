"""Where a treaty stands, and which version of its terms holds for what attaches on a day."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from domain.reinsurance.terms import Treaty as Terms
from domain.treaty.administration import Administration
from domain.treaty.events import (
    PortfolioTransferred,
    TreatyCancelled,
    TreatyCommuted,
    TreatyEndorsed,
    TreatyEvent,
    TreatyPlaced,
    TreatySigned,
)


@dataclass(frozen=True, slots=True)
class NotPlaced:
    pass


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the terms; `effective_from` None holds from the beginning."""

    number: int
    effective_from: date | None
    terms: Terms
    administration: Administration


@dataclass(frozen=True, slots=True)
class Placed:
    """A treaty from its slip on. `signed` tells that it binds."""

    code: str
    name: str
    versions: tuple[Version, ...]
    signed: bool = False
    cancelled_from: date | None = None
    commuted_on: date | None = None

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    @property
    def in_force(self) -> bool:
        return self.signed and self.commuted_on is None


Treaty = NotPlaced | Placed


def evolve(treaty: Treaty, event: TreatyEvent) -> Treaty:
    if isinstance(event, TreatyPlaced):
        version = Version(1, None, event.terms, event.administration)
        return Placed(event.code, event.name, (version,))
    if isinstance(treaty, NotPlaced):
        return treaty
    match event:
        case TreatySigned():
            first = treaty.latest
            terms = replace(first.terms, participants=event.participants)
            return replace(treaty, versions=(replace(first, terms=terms),), signed=True)
        case TreatyEndorsed():
            version = Version(
                event.treaty_version, event.effective_from, event.terms, event.administration
            )
            return replace(treaty, versions=(*treaty.versions, version))
        case TreatyCancelled():
            return replace(treaty, cancelled_from=event.from_on)
        case TreatyCommuted():
            return replace(treaty, commuted_on=event.commuted_on)
        case PortfolioTransferred():
            return treaty
        case _:
            assert_never(event)
