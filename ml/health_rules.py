"""The named fraud rules on the same claims, so that a model is always seen beside them."""

from domain.fraud.known import Known, SeenClaim
from domain.fraud.rules import ALERT_AT, Score, score
from domain.fraud.suspect import Suspect

FLAGS_AT = float(ALERT_AT)


def judged_by_rules(claim: SeenClaim, known: Known) -> Score:
    """What the rules say of a claim beside what was known when it came in."""
    return score(Suspect(claim, known))
