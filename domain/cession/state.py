"""What has been ceded so far: of each claim of a life, of each premium movement of a policy."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from uuid import UUID

from domain.cession.events import CededLine, CessionEvent, CessionRestruck, LossCeded, PremiumCeded
from domain.cession.losses import Movement, StruckClaim
from domain.money import Money

Key = tuple[UUID, str, UUID]  # treaty, section, claim
Figures = tuple[Money, Money]  # paid, incurred


_NO_CLAIMS: Mapping[UUID, StruckClaim] = MappingProxyType({})
_NO_LINES: Mapping[date, Mapping[Key, Figures]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Cession:
    """`posted` are the sums of all lines by day; `premium_version` the last event ceded."""

    claims: Mapping[UUID, StruckClaim] = field(default_factory=lambda: _NO_CLAIMS)
    posted: Mapping[date, Mapping[Key, Figures]] = field(default_factory=lambda: _NO_LINES)
    premium_version: int = 0

    def posted_by(self, day: date) -> dict[Key, Figures]:
        """The sums of all lines that belong to days up to this one."""
        sums: dict[Key, Figures] = {}
        for on, lines in self.posted.items():
            if on <= day:
                for key, (paid, incurred) in lines.items():
                    known = sums.get(key)
                    sums[key] = (
                        (paid, incurred)
                        if known is None
                        else (known[0] + paid, known[1] + incurred)
                    )
        return sums


def evolve(cession: Cession, event: CessionEvent) -> Cession:
    match event:
        case LossCeded():
            movement = Movement(
                event.claim_version,
                event.on,
                event.loss_on,
                event.risk,
                event.paid,
                event.incurred,
            )
            known = cession.claims.get(event.claim_id) or StruckClaim(
                event.claim_id, event.claim_number
            )
            claim = replace(known, moved=(*known.moved, movement))
            claims = {**cession.claims, claim.claim_id: claim}
            posted = added(cession.posted, event.on, event.lines)
            return replace(cession, claims=claims, posted=posted)
        case CessionRestruck():
            return replace(cession, posted=added(cession.posted, event.on, event.lines))
        case PremiumCeded():
            return replace(cession, premium_version=event.policy_version)


def added(
    posted: Mapping[date, Mapping[Key, Figures]], on: date, lines: tuple[CededLine, ...]
) -> Mapping[date, Mapping[Key, Figures]]:
    """The sums with the lines of a day added."""
    if not lines:
        return posted
    sums = dict(posted.get(on, {}))
    for line in lines:
        key = line.treaty_id, line.section, line.claim_id
        known = sums.get(key)
        sums[key] = (
            (line.paid, line.incurred)
            if known is None
            else (known[0] + line.paid, known[1] + line.incurred)
        )
    return {**posted, on: sums}
