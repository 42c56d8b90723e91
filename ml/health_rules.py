"""The named fraud rules on the same claims, so that a model is always seen beside them."""

from decimal import Decimal

from domain.fraud.rules import EarlierClaim, PricedLine, Score, Suspect, score
from ml.claim_history import ClaimHistory
from ml.health_claim import HealthClaim

SUSPENDS_AT = 0.80
"""The share from which the rules suspend a claim, as the settings have it by default."""


def judged_by_rules(claim: HealthClaim, before: ClaimHistory) -> Score:
    """What the rules say of a claim beside what was known when it came in."""
    return score(
        Suspect(
            provider=claim.provider,
            service_from=claim.service_on,
            billed_minor=claim.billed,
            codes=claim.codes,
            lines=tuple(
                PricedLine(line.code, Decimal(line.unit), _exact(before.usual_price(line.code)))
                for line in claim.lines
            ),
            earlier=tuple(
                EarlierClaim(one.provider, one.service_on, one.billed, one.codes)
                for one in before.recent(claim)
            ),
        )
    )


def _exact(price: float | None) -> Decimal | None:
    return None if price is None else Decimal(price)
