"""Which claims a medical reviewer sees before they are decided: all, a share, or the unusual ones.

What is set for the insurer decides; a claim is drawn by a hash of its id, so that nobody can choose
and everybody can check. The average of a diagnosis is that of claims known before this one.
"""

from decimal import Decimal
from uuid import UUID

from commands.context import ReviewRules
from domain.adjudication.review_selection import Candidate, above_average, at_least, sampled
from domain.claim.state import Submitted
from domain.money import Money

EVERY_ONE = "every claim is reviewed"
DRAWN = "drawn by its number"
UNUSUAL = "its bill is above what is usual for the diagnosis"


def why_reviewed(
    rules: ReviewRules, claim_id: UUID, claim: Submitted, usual: tuple[Money, ...]
) -> str:
    """Why a reviewer sees the claim; empty where none does. `usual` are earlier bills for the same
    diagnosis."""
    diagnosis = claim.diagnoses[0] if claim.diagnoses else ""
    one = (Candidate(str(claim_id), diagnosis, claim.billed),)
    floor = Money(rules.floor_minor, claim.billed.currency)
    if not at_least(one, floor):
        return ""
    if rules.all:
        return EVERY_ONE
    if rules.share_percent and sampled(one, rules.share_percent):
        return DRAWN
    variance = rules.variance_percent
    if variance and above_average(one, {diagnosis: usual}, Decimal(variance), floor):
        return UNUSUAL
    return ""
