"""Three ways to configure the one engine, as starting points for product versions.

They are data: a product may take one of them and change any value (`dataclasses.replace`).
"""

from domain.adjudication.product import RoundAt, Rounding, StayRule, Terms, Whose, YearIs
from domain.adjudication.steps import NATIONAL_SCHEME, commercial
from domain.money import RoundingMode

CLAIM_CATEGORIES = (
    "surgery",
    "delivery",
    "antenatal",
    "hospitalization",
    "consultation",
    "other",
    "visit",
)
# The word for a claim that is one too many, by category; a claim of another category has none.
TOO_MANY_CLAIMS = {
    "surgery": "MAX_SURGERIES",
    "delivery": "MAX_DELIVERIES",
    "antenatal": "MAX_ANTENATAL",
    "hospitalization": "MAX_ADMISSIONS",
    "consultation": "MAX_CONSULTATIONS",
    "visit": "MAX_VISITS",
}


def national_scheme(product: str, currency: str = "TZS", adult_age: int = 18) -> Terms:
    """A public scheme: list prices, the scheme's share in percent, ceilings by cover period.

    The far edge of a frequency window counts, as do uses after the day of service. Goods are
    decided before services, and a line is rounded once, at its end.
    """
    return Terms(
        product,
        currency=currency,
        rounding=Rounding(1, RoundingMode.HALF_UP, RoundAt.LINE_END),
        percent_is=Whose.PLAN,
        claim_checks=("dates", "member", "coverage"),
        line_order=("item", "service"),
        orders=NATIONAL_SCHEME,
        year_is=YearIs.COVER,
        far_edge_counts=True,
        later_uses_count=True,
        adult_age=adult_age,
        stay_rule=StayRule.STAY,
        category_ranking=CLAIM_CATEGORIES,
        category_of_stay="hospitalization",
        category_otherwise="visit",
    )


def commercial_plan(product: str, currency: str = "TZS", rounding: Rounding | None = None) -> Terms:
    """A commercial plan: contract prices, the member's share in percent, totals by plan year.

    The far edge of a frequency window no longer counts. Each coinsurance is rounded, half up,
    and the plan pays the rest.
    """
    return Terms(
        product,
        currency=currency,
        rounding=rounding or Rounding(),
        claim_checks=("cover_not_ended",),
        orders=commercial(),
    )


def requirements_plan(product: str, currency: str = "TZS") -> Terms:
    """A plan as the requirements documents describe it: commercial sharing behind full checks.

    Cover, member and dates are checked first; the benefit year is the calendar year; whole
    shillings are paid.
    """
    return Terms(
        product,
        currency=currency,
        rounding=Rounding(100, RoundingMode.HALF_UP),
        claim_checks=("dates", "member", "coverage"),
        orders=commercial(),
        category_ranking=CLAIM_CATEGORIES,
        category_of_stay="hospitalization",
        category_otherwise="visit",
    )
