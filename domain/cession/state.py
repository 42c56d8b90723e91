"""What has been ceded so far: of each claim of a life, of each premium movement of a policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from uuid import UUID

from domain.cession.events import CededLine, CessionEvent, CessionRestruck, LossCeded, PremiumCeded
from domain.money import Money
from domain.reinsurance.loss import Loss, Risk

Key = tuple[UUID, str, UUID]  # treaty, section, claim
Figures = tuple[Money, Money]  # paid, incurred


@dataclass(frozen=True, slots=True)
class StruckClaim:
    """A claim as it stood when it was struck last."""

    claim_id: UUID
    number: str
    version: int
    risk: Risk
    loss_on: date
    paid: Money
    incurred: Money
    retained_paid: Money
    retained_incurred: Money

    def loss(self, amount: Money) -> Loss:
        """The claim as treaties read it, with one of its figures."""
        item = str(self.claim_id)
        return Loss(item, amount, self.risk, claim=item, loss_on=self.loss_on)


_NO_CLAIMS: Mapping[UUID, StruckClaim] = MappingProxyType({})
_NO_LINES: Mapping[Key, Figures] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Cession:
    """`posted` are the sums of all lines so far; `premium_version` the last event ceded."""

    claims: Mapping[UUID, StruckClaim] = field(default_factory=lambda: _NO_CLAIMS)
    posted: Mapping[Key, Figures] = field(default_factory=lambda: _NO_LINES)
    premium_version: int = 0


def evolve(cession: Cession, event: CessionEvent) -> Cession:
    match event:
        case LossCeded():
            claim = StruckClaim(
                event.claim_id,
                event.claim_number,
                event.claim_version,
                event.risk,
                event.loss_on,
                event.paid,
                event.incurred,
                event.retained_paid,
                event.retained_incurred,
            )
            claims = {**cession.claims, claim.claim_id: claim}
            return replace(cession, claims=claims, posted=added(cession.posted, event.lines))
        case CessionRestruck():
            return replace(cession, posted=added(cession.posted, event.lines))
        case PremiumCeded():
            return replace(cession, premium_version=event.policy_version)


def added(posted: Mapping[Key, Figures], lines: tuple[CededLine, ...]) -> Mapping[Key, Figures]:
    """The sums with these lines added."""
    sums = dict(posted)
    for line in lines:
        key = line.treaty_id, line.section, line.claim_id
        known = sums.get(key)
        sums[key] = (
            (line.paid, line.incurred)
            if known is None
            else (known[0] + line.paid, known[1] + line.incurred)
        )
    return sums
