"""What a fraud model reads of a health claim: the same function for learning and for scoring."""

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations

from domain.fraud.alike import Alike
from domain.fraud.known import Known, SeenClaim
from ml.claim_history import in_order
from ml.declaring import Feature, FeatureSet, Sort, Value

LINE = "health"
FREQUENCY, PHANTOM, RING = "frequency", "phantom", "ring"
UPCODING, UNBUNDLING = "upcoding", "unbundling"
NO_KIND = ""
TWO_WEEKS = timedelta(days=14)
SAME_COURSE = timedelta(days=3)
FEWEST_LIKE = 10
"""Claims for the diagnosis; below that nobody can say what is usual for it."""


def _number(name: str, says: str, kind: str, rising: int = 1, *, optional: bool = False) -> Feature:
    return Feature(name, Sort.NUMBER, says, rising=rising, optional=optional, speaks_of=kind)


FEATURES = FeatureSet(
    LINE,
    (
        _number("claims_in_14_days", "{value} other claims of the member in two weeks", FREQUENCY),
        _number("providers_in_14_days", "{value} other providers in two weeks", FREQUENCY),
        _number("same_again_elsewhere", "{value} times the same elsewhere in two weeks", FREQUENCY),
        _number("claims_in_90_days", "{value} other claims of the member in 90 days", FREQUENCY),
        _number("same_bill_again", "{value} earlier bills like it for the same visit", PHANTOM),
        _number("elsewhere_that_day", "{value} claims of other providers that day", PHANTOM, 0),
        _number("far_from_home", "provider in another region ({value})", PHANTOM, 0),
        _number("visits_before", "{value} earlier visits to this provider", PHANTOM, 0),
        _number("busy_day", "{value} times the provider's usual claims of a day", PHANTOM),
        _number("identical_bills", "{value} % of the provider's bills are identical", PHANTOM),
        _number("same_bill_that_day", "{value} bills of that day are the same", PHANTOM),
        _number("days_to_submission", "sent in {value} days after the service", PHANTOM, 0),
        _number("total_beside_usual", "{value} times the usual bill for the diagnosis", UPCODING, 0,
                optional=True),
        _number("price_beside_usual", "{value} times the usual price of a service", UPCODING, 0,
                optional=True),
        _number("seldom_for_diagnosis", "a service seldom given for the diagnosis ({value} bits)",
                NO_KIND, 0),
        _number("provider_beside_usual", "the provider's bills for it are {value} times the usual",
                UPCODING, 0, optional=True),
        _number("provider_oddity", "the provider's services for it are unusual ({value} bits)",
                UPCODING, 0, optional=True),
        _number("lines_beside_usual", "{value} times the usual number of services", UNBUNDLING, 0,
                optional=True),
        _number("seldom_together", "services seldom billed together ({value} bits)", UNBUNDLING, 0),
        _number("visits_of_course", "{value} claims there for the same within three days",
                UNBUNDLING, 0),
        _number("provider_lines", "the provider bills {value} times the usual services for it",
                UNBUNDLING, 0, optional=True),
        _number("phone_shared", "{value} other families use the member's phone", RING),
        _number("account_shared", "{value} other providers are paid to this account", RING),
        _number("companions", "{value} others were at the same three places of late", RING),
        _number("phone_at_provider", "{value} claims there from other families on this phone",
                RING),
    ),
    outcome="planted",
    afterwards=frozenset({"decision", "paid", "finding"}),
)  # fmt: skip


def features(claim: SeenClaim, known: Known) -> dict[str, Value]:
    """The features of a claim beside what was known when it came in."""
    return {
        **_of_member(claim, known),
        **_of_visit(claim, known),
        **_of_bill(claim, known),
        "phone_shared": known.families_on_phone,
        "account_shared": known.providers_on_account,
        "companions": known.companions,
        "phone_at_provider": known.phone_here,
    }


def features_of(claims: Iterable[SeenClaim]) -> list[dict[str, Value]]:
    """The features of all claims of a history, in the order in which they came in."""
    return [features(claim, known) for claim, known in in_order(claims)]


def _of_member(claim: SeenClaim, known: Known) -> dict[str, Value]:
    recent = known.recent
    close = [one for one in recent if abs(one.service_on - claim.service_on) <= TWO_WEEKS]
    elsewhere = [one for one in close if one.provider != claim.provider]
    there = [one for one in close if one.provider == claim.provider]
    return {
        "claims_in_14_days": len(close),
        "providers_in_14_days": len({one.provider for one in elsewhere}),
        "same_again_elsewhere": sum(_alike(one, claim) for one in elsewhere),
        "claims_in_90_days": len(recent),
        "same_bill_again": sum(
            one.service_on == claim.service_on and one.codes == claim.codes for one in there
        ),
        "elsewhere_that_day": sum(one.service_on == claim.service_on for one in elsewhere),
        "visits_of_course": sum(
            one.diagnosis == claim.diagnosis
            and abs(one.service_on - claim.service_on) <= SAME_COURSE
            for one in there
        ),
        "visits_before": min(sum(one.provider == claim.provider for one in recent), 5),
    }


def _alike(one: SeenClaim, other: SeenClaim) -> bool:
    """The same illness, or half of the services or more."""
    common = len(one.codes & other.codes)
    return one.diagnosis == other.diagnosis or 2 * common >= len(one.codes | other.codes)


def _of_visit(claim: SeenClaim, known: Known) -> dict[str, Value]:
    here, bill, day = known.here, claim.bill, claim.service_on
    days = [one.service_on for one in here]
    that_day = days.count(day)
    same = [one for one in here if one.bill == bill]
    return {
        "far_from_home": int(bool(claim.home and claim.place) and claim.home != claim.place),
        "days_to_submission": (claim.submitted_on - day).days,
        "busy_day": that_day * len(set(days)) / len(here) if here else 0.0,
        "identical_bills": 100 * sum(one.member != claim.member for one in same) / (len(here) + 10),
        "same_bill_that_day": sum(one.service_on == day for one in same),
    }


def _of_bill(claim: SeenClaim, known: Known) -> dict[str, Value]:
    like = known.like
    usual = [(line.unit, known.usual_prices.get(line.code)) for line in claim.lines]
    prices = [float(unit / price) for unit, price in usual if price]
    told: dict[str, Value] = {
        "total_beside_usual": None,
        "lines_beside_usual": None,
        "provider_beside_usual": None,
        "provider_lines": None,
        "provider_oddity": None,
        "price_beside_usual": max(prices, default=None),
        "seldom_for_diagnosis": _seldom_for_diagnosis(claim, like),
        "seldom_together": _seldom_together(claim, like),
    }
    if len(like) >= FEWEST_LIKE:
        total, services = max(like.usual_total, 1), max(like.usual_services, 1)
        told["total_beside_usual"] = claim.billed / total
        told["lines_beside_usual"] = len(claim.codes) / services
        if same := [one for one in known.here if one.diagnosis == claim.diagnosis]:
            told["provider_beside_usual"] = _mean([one.billed / total for one in same])
            told["provider_lines"] = _mean([len(one.codes) / services for one in same])
            told["provider_oddity"] = _mean([_seldom_for_diagnosis(one, like) for one in same])
    return told


def _seldom_for_diagnosis(claim: SeenClaim, like: Alike) -> float:
    """How surprising the oddest service is for the diagnosis, in bits."""
    fewest = min((like.with_service(code) for code in claim.codes), default=0)
    return math.log2((len(like) + 2) / (fewest + 1))


def _seldom_together(claim: SeenClaim, like: Alike) -> float:
    """How much more seldom two of the services meet than each alone lets expect, in bits."""
    most = 1.0
    for one, other in combinations(sorted(claim.codes), 2):
        expected = like.with_service(one) * like.with_service(other) / max(len(like), 1)
        most = max(most, (expected + 1) / (like.with_both(one, other) + 1))
    return math.log2(most)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
