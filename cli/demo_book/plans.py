"""The three plans that the insurer of the demo sells, each as the terms of a product version."""

from dataclasses import dataclass
from decimal import Decimal

from cli.demo_book.facilities import CURRENCY
from cli.demo_book.people import Family
from domain.adjudication.product import (
    Benefit,
    Copay,
    CopayPer,
    Limit,
    Order,
    Scope,
    Setting,
    Share,
    ShareKind,
    Span,
    Terms,
    Threshold,
    WaitingMonths,
    YearIs,
)
from domain.member.events import Relationship
from domain.money import Money, split
from domain.periods import Period, add_months
from domain.policy.events import Instalment


@dataclass(frozen=True, slots=True)
class Plan:
    """Yearly premiums are for one adult and one child."""

    code: str
    name: str
    adult: Money
    child: Money
    terms: Terms

    def premium(self, family: Family) -> Money:
        children = sum(p.relationship is Relationship.CHILD for p in family.people)
        adults = len(family.people) - children
        return Money(adults * self.adult.minor + children * self.child.minor, CURRENCY)


def tzs(shillings: int) -> Money:
    return Money.of(shillings, CURRENCY)


def percent(of_member: int) -> tuple[Share, ...]:
    """What the member bears, the same for adults and children, for every kind of visit."""
    rate = Decimal(of_member) / 100
    return (Share("any", ShareKind.PERCENT, rate, rate),)


def yearly(name: str, shillings: int, reason: str = "BENEFIT_LIMIT") -> tuple[Limit, ...]:
    """The most that one member has of a benefit in a year."""
    return (Limit(name, tzs(shillings), Scope.MEMBER, by_category=True, reason=reason),)


# What an adjuster does with a line, in this order.
STEPS = (
    "benefit", "age", "waiting_period", "frequency", "visit_limit", "quantity_limit", "price",
    "deductible", "copay", "coinsurance", "out_of_pocket", "limits",
)  # fmt: skip
HOSPITAL_DEDUCTIBLE = 50_000
OUTPATIENT_COPAY = 1_500
HOSPITAL = (Benefit(category="inpatient"), Benefit(category="surgery"))


def terms(product: str, benefits: tuple[Benefit, ...], family_limit: int, most_own: int) -> Terms:
    """What all three plans share: copay and deductible are here, the rest is theirs."""
    outpatient = Benefit(
        category="outpatient", copay=Copay(tzs(OUTPATIENT_COPAY), CopayPer.CLAIM)
    )  # fmt: skip
    return Terms(
        product=product,
        currency=CURRENCY,
        claim_checks=("dates", "member", "coverage"),
        orders=(Order("", STEPS),),
        year_is=YearIs.COVER,
        benefits=(outpatient, *HOSPITAL, *benefits),
        deductibles=(Threshold(Scope.MEMBER, tzs(HOSPITAL_DEDUCTIBLE), Setting.INPATIENT),),
        out_of_pocket=(Threshold(Scope.MEMBER, tzs(most_own)),),
        limits=(
            Limit("family annual limit", tzs(family_limit), Scope.FAMILY, reason="ANNUAL_LIMIT"),
            Limit(
                "lifetime limit", tzs(20 * family_limit), Scope.MEMBER, Span.LIFE,
                reason="LIFETIME_LIMIT",
            ),
        ),
    )  # fmt: skip


def maternity(most: int, months: int) -> Benefit:
    return Benefit(
        category="maternity",
        deductible_applies=False,
        waiting=WaitingMonths(months, months),
        limits=yearly("maternity limit", most),
    )


PLANS = (
    Plan(
        "MSINGI", "Afya Msingi", tzs(300_000), tzs(150_000),
        terms(
            "MSINGI",
            (Benefit(category="medicine", shares=percent(10)), maternity(600_000, 9)),
            3_000_000, 600_000,
        ),
    ),
    Plan(
        "FAMILIA", "Afya Familia", tzs(560_000), tzs(280_000),
        terms(
            "FAMILIA",
            (
                Benefit(category="medicine"),
                Benefit(
                    category="dental", shares=percent(20), limits=yearly("dental limit", 200_000)
                ),
                Benefit(category="optical", limits=yearly("optical limit", 100_000)),
                maternity(1_500_000, 9),
            ),
            10_000_000, 500_000,
        ),
    ),
    Plan(
        "PLUS", "Afya Plus", tzs(1_100_000), tzs(550_000),
        terms(
            "PLUS",
            (
                Benefit(category="medicine"),
                Benefit(category="dental", limits=yearly("dental limit", 600_000)),
                Benefit(category="optical", limits=yearly("optical limit", 300_000)),
                maternity(3_000_000, 6),
            ),
            30_000_000, 300_000,
        ),
    ),
)  # fmt: skip
BY_CODE = {plan.code: plan for plan in PLANS}


def instalments(family: Family, year: Period) -> tuple[Instalment, ...]:
    """The family's premium in equal parts, the first on the first day of cover."""
    parts = split(BY_CODE[family.plan].premium(family), [1] * family.instalments)
    every = 12 // family.instalments
    return tuple(
        Instalment(add_months(year.from_on, nth * every), part) for nth, part in enumerate(parts)
    )
