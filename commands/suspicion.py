"""What the fraud rules look at: a claim beside what was known when it was submitted."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from commands.context import Desk
from commands.ports import RecentClaim
from domain.claim.events import BilledLine
from domain.claim.state import Submitted
from domain.fraud.rules import EarlierClaim, PricedLine, Suspect

LOOKED_BACK = timedelta(days=90)


def suspect(desk: Desk, claim_id: UUID, claim: Submitted, as_of: int) -> Suspect:
    """The claim with the member's earlier claims and usual prices, as known at a log position."""
    since = claim.service_from - LOOKED_BACK
    recent = desk.claims_known.recent_claims(claim.member_id, since, as_of)
    return Suspect(
        provider=str(claim.provider_id),
        service_from=claim.service_from,
        billed_minor=claim.billed.minor,
        codes=frozenset(line.code for line in claim.lines),
        lines=tuple(priced(desk, line, as_of) for line in claim.lines),
        earlier=tuple(earlier(known) for known in recent if known.claim_id != claim_id),
    )


def priced(desk: Desk, line: BilledLine, as_of: int) -> PricedLine:
    unit = Decimal(line.billed.minor) / line.quantity
    return PricedLine(line.code, unit, desk.claims_known.usual_price(line.code, as_of))


def earlier(known: RecentClaim) -> EarlierClaim:
    return EarlierClaim(
        provider=str(known.provider_id),
        service_from=known.service_from,
        billed_minor=known.billed.minor,
        codes=known.codes,
    )
