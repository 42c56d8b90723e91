"""Rules about what was billed: prices, dearer services, parts for the whole, visits from a
template, services that do not go with the diagnosis."""

from decimal import Decimal
from itertools import combinations

from domain.fraud.suspect import Suspect, median

FAR_ABOVE_USUAL = 3
DEAR = Decimal("1.6")
FEWEST_LIKE = 30
"""Claims for the diagnosis; below that nobody can say what is usual for it."""
FEWEST_HERE = 6
FROM_TEMPLATE = 2
MANY_SERVICES = 2
NEVER_WITH = 90


def price_outlier(suspect: Suspect) -> str:
    """A unit price of three times the median or more."""
    usual = suspect.known.usual_prices
    far = [
        line.code
        for line in suspect.claim.lines
        if (price := usual.get(line.code)) and line.unit >= FAR_ABOVE_USUAL * price
    ]
    return f"{', '.join(far)} at three times the usual price or more" if far else ""


def upcoding(suspect: Suspect) -> str:
    """A bill far above the usual one for the diagnosis, from a provider whose bills for it mostly
    are: dearer services than the illness needs.

    One dear bill alone may be a severe case; a provider with severe cases only is looked into.
    """
    like = suspect.known.like
    if len(like) < FEWEST_LIKE or suspect.claim.billed < (dear := DEAR * like.usual_total):
        return ""
    here = suspect.same_illness_here
    if len(here) < FEWEST_HERE or median([one.billed for one in here]) < dear:
        return ""
    return "the provider's bills for this diagnosis are mostly far above those of others"


def unbundling(suspect: Suspect) -> str:
    """Twice the usual number of services for the diagnosis, of which some are hardly ever billed
    together: parts of what has a price as a whole."""
    like, claim = suspect.known.like, suspect.claim
    if len(like) < FEWEST_LIKE:
        return ""
    codes = sorted(claim.codes)
    if len(codes) < MANY_SERVICES * like.usual_services:
        return ""
    if all(like.with_both(one, other) for one, other in combinations(codes, 2)):
        return ""
    usual = like.usual_services
    return f"{len(codes)} services where {usual} are usual, some never billed together"


def phantom_billing(suspect: Suspect) -> str:
    """The same bill to the last cent for several other people on one day: visits from a template.

    Bills of one service are alike by nature and say nothing.
    """
    claim = suspect.claim
    if len(claim.lines) < MANY_SERVICES:
        return ""
    alike = {
        one.member
        for one in suspect.known.here
        if one.service_on == claim.service_on
        and one.member != claim.member
        and one.bill == claim.bill
    }
    if len(alike) < FROM_TEMPLATE:
        return ""
    return f"the same bill to the last cent for {len(alike)} others that day"


def diagnosis_mismatch(suspect: Suspect) -> str:
    """A service that nobody has billed for the diagnosis, though much is known of it."""
    like = suspect.known.like
    if len(like) < NEVER_WITH:
        return ""
    strange = [code for code in sorted(suspect.claim.codes) if not like.with_service(code)]
    return f"{', '.join(strange)} is not otherwise billed for the diagnosis" if strange else ""
