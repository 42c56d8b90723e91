"""What a fraud model reads of a health claim: the same function for learning and for scoring."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from ml.claim_history import ClaimHistory
from ml.declaring import Feature, FeatureSet, Sort, Value
from ml.health_claim import HealthClaim

LINE = "health"
FREQUENCY, PHANTOM, RING = "frequency", "phantom", "ring"
UPCODING, UNBUNDLING = "upcoding", "unbundling"
NO_KIND = ""
TWO_WEEKS = timedelta(days=14)
SAME_COURSE = timedelta(days=3)


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
        _number("provider_beside_usual", "the provider's bills are {value} times the usual",
                UPCODING, 0, optional=True),
        _number("provider_oddity", "the provider's services are unusual ({value} bits)",
                UPCODING, 0, optional=True),
        _number("lines_beside_usual", "{value} times the usual number of services", UNBUNDLING, 0,
                optional=True),
        _number("seldom_together", "services seldom billed together ({value} bits)", UNBUNDLING, 0),
        _number("visits_of_course", "{value} claims there for the same within three days",
                UNBUNDLING, 0),
        _number("provider_lines", "the provider bills {value} times the usual services",
                UNBUNDLING, 0, optional=True),
        _number("phone_shared", "{value} families use the member's phone", RING),
        _number("account_shared", "{value} providers are paid to this account", RING),
        _number("other_account", "{value} % of its bills went to another account", RING),
        _number("other_phone", "the member gave another phone on {value} % of claims", RING),
        _number("companions", "{value} others were at the same three places of late", RING),
        _number("phone_at_provider", "{value} claims there from other families on this phone",
                RING),
    ),
    outcome="planted",
    afterwards=frozenset({"decision", "paid", "finding"}),
)  # fmt: skip


def features(claim: HealthClaim, before: ClaimHistory) -> dict[str, Value]:
    """The features of a claim beside what was known when it came in."""
    return {
        **_of_member(claim, before),
        **_of_visit(claim, before),
        **_of_bill(claim, before),
        **_of_company(claim, before),
    }


def features_of(claims: Iterable[HealthClaim]) -> list[dict[str, Value]]:
    """The features of all claims of a history, in the order in which they came in."""
    before = ClaimHistory()
    told = []
    for claim in claims:
        told.append(features(claim, before))
        before.add(claim)
    return told


def _of_member(claim: HealthClaim, before: ClaimHistory) -> dict[str, Value]:
    recent = before.recent(claim)
    close = [one for one in recent if abs(one.service_on - claim.service_on) <= TWO_WEEKS]
    elsewhere = [one for one in close if one.provider != claim.provider]
    return {
        "claims_in_14_days": len(close),
        "providers_in_14_days": len({one.provider for one in elsewhere}),
        "same_again_elsewhere": sum(_alike(one, claim) for one in elsewhere),
        "claims_in_90_days": len(recent),
        "same_bill_again": sum(
            one.provider == claim.provider
            and one.service_on == claim.service_on
            and one.codes == claim.codes
            for one in close
        ),
        "elsewhere_that_day": sum(one.service_on == claim.service_on for one in elsewhere),
        "visits_of_course": sum(
            one.provider == claim.provider
            and one.diagnosis == claim.diagnosis
            and abs(one.service_on - claim.service_on) <= SAME_COURSE
            for one in close
        ),
        "companions": before.companions(claim, recent),
    }


def _alike(one: HealthClaim, other: HealthClaim) -> bool:
    """The same illness, or half of the services or more."""
    common = len(one.codes & other.codes)
    return one.diagnosis == other.diagnosis or 2 * common >= len(one.codes | other.codes)


def _of_visit(claim: HealthClaim, before: ClaimHistory) -> dict[str, Value]:
    seen = before.of_provider.get(claim.provider)
    told: dict[str, Value] = {
        "far_from_home": int(claim.home != claim.place),
        "days_to_submission": (claim.submitted_on - claim.service_on).days,
        "visits_before": 0,
        "busy_day": 0.0,
        "identical_bills": 0.0,
        "same_bill_that_day": 0,
    }
    if seen is not None:
        a_day = seen.claims / len(seen.of_day)
        told["visits_before"] = min(seen.patients[claim.member], 5)
        told["busy_day"] = seen.of_day[claim.service_on] / a_day
        told["identical_bills"] = 100 * seen.same_bills(claim) / (len(seen.bills) + 10)
        told["same_bill_that_day"] = seen.alike_of_day[claim.service_on, claim.bill]
    return told


def _of_bill(claim: HealthClaim, before: ClaimHistory) -> dict[str, Value]:
    total = before.usual_total(claim.diagnosis)
    lines = before.usual_lines(claim.diagnosis)
    usual = [(line.unit, before.usual_price(line.code)) for line in claim.lines]
    prices = [unit / price for unit, price in usual if price]
    return {
        "total_beside_usual": claim.billed / total if total else None,
        "price_beside_usual": max(prices, default=None),
        "lines_beside_usual": len(claim.lines) / lines if lines else None,
        "seldom_for_diagnosis": before.seldom_for_diagnosis(claim),
        "seldom_together": before.seldom_together(claim),
    }


def _of_company(claim: HealthClaim, before: ClaimHistory) -> dict[str, Value]:
    seen = before.of_provider.get(claim.provider)
    families = before.families_of_phone.get(claim.phone, set()) | {claim.family}
    providers = before.providers_of_account.get(claim.account, set()) | {claim.provider}
    return {
        "provider_beside_usual": _mean(seen.totals) if seen else None,
        "provider_lines": _mean(seen.lines) if seen else None,
        "provider_oddity": _mean(seen.oddities) if seen else None,
        "phone_shared": len(families),
        "account_shared": len(providers),
        "other_account": _unlike(claim.account, seen.accounts) if seen else 0.0,
        "other_phone": _unlike(claim.phone, before.phones_of_member.get(claim.member, {})),
        "phone_at_provider": before.phone_elsewhere(claim),
    }


def _unlike(now: str, earlier: Mapping[str, int]) -> float:
    """The share of earlier times that it was another one, in per cent; 0 where little is known."""
    times = sum(earlier.values())
    return 100 * (times - earlier.get(now, 0)) / (times + 1)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
