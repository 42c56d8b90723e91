"""Rules about who went where and when: frequency, duplicates, two places at once."""

from datetime import timedelta

from domain.fraud.suspect import Suspect

FREQUENT_WITHIN = timedelta(days=14)
FREQUENT_CLAIMS = 5
NEARLY_SAME_DAY = timedelta(days=3)
SAME_AMOUNTS = 3
SEVERAL = 2


def frequency_abuse(suspect: Suspect) -> str:
    """Five or more claims within two weeks, each from another provider.

    Days of service count, not days of submission: a provider may send a month at once. Any two
    weeks that hold the claim's own day are looked at.
    """
    claim = suspect.claim
    day = claim.service_on
    visits = [(one.service_on, one.provider) for one in suspect.known.recent]
    visits.append((day, claim.provider))
    for first in {on for on, _ in visits if day - FREQUENT_WITHIN <= on <= day}:
        seen = {provider for on, provider in visits if first <= on <= first + FREQUENT_WITHIN}
        if len(seen) >= FREQUENT_CLAIMS:
            return f"claims from {len(seen)} providers within two weeks"
    return ""


def near_duplicate(suspect: Suspect) -> str:
    """The same services, provider and day as an earlier claim of the member."""
    claim = suspect.claim
    same = any(
        one.provider == claim.provider
        and one.service_on == claim.service_on
        and one.codes == claim.codes
        for one in suspect.known.recent
    )
    return "the same services, provider and day as an earlier claim" if same else ""


def billed_again(suspect: Suspect) -> str:
    """The same bill to the last cent, for the same member, by anybody within three days.

    What an honest provider gives daily, such as dialysis, is billed by that provider each day; so
    the same bill there on another day says nothing, and neither do bills of one service, which
    are alike by nature.
    """
    claim = suspect.claim
    if len(claim.lines) < SEVERAL:
        return ""
    again = any(
        one.provider != claim.provider
        and abs(one.service_on - claim.service_on) <= NEARLY_SAME_DAY
        and one.bill == claim.bill
        for one in suspect.known.recent
    )
    return "another provider sent the same bill to the last cent" if again else ""


def same_amounts(suspect: Suspect) -> str:
    """Three earlier claims for the very same amount at other providers."""
    claim = suspect.claim
    same = [
        one
        for one in suspect.known.recent
        if one.billed == claim.billed and one.provider != claim.provider
    ]
    return f"{len(same)} other providers asked the same amount" if len(same) >= SAME_AMOUNTS else ""


def two_places_at_once(suspect: Suspect) -> str:
    """Services on one day in two regions: one of the visits may never have happened."""
    claim = suspect.claim
    elsewhere = {
        one.place
        for one in suspect.known.recent
        if one.service_on == claim.service_on and one.place and one.place != claim.place
    }
    if not claim.place or not elsewhere:
        return ""
    return f"services in {len(elsewhere) + 1} regions on one day"
