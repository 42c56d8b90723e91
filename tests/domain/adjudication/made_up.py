"""Made-up products, claims and histories, over everything that terms can say."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import TypeVar

from hypothesis import strategies as st

from domain.adjudication.case import Case, ClaimLine, Kind, Network
from domain.adjudication.product import (
    Benefit,
    Copay,
    CopayPer,
    Counts,
    Exempt,
    Exemption,
    Frequency,
    Limit,
    MaxQuantity,
    Order,
    PriceSource,
    RoundAt,
    Rounding,
    Scope,
    Setting,
    Share,
    ShareKind,
    Span,
    StayRule,
    Terms,
    Threshold,
    Tier,
    Whose,
    Window,
)
from domain.money import Money, RoundingMode

Drawn = TypeVar("Drawn")

CATEGORIES = ("care", "drugs", "spa")
MEMBERS = ("A", "B", "C")
FIRST_DAY = date(2024, 11, 1)
SHARING = ("deductible", "copay", "coinsurance")


def money(most: int = 500_000) -> st.SearchStrategy[Money]:
    return st.integers(0, most).map(lambda minor: Money(minor, "TZS"))


def maybe(of: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn | None]:
    return st.one_of(st.none(), of)


rates = st.integers(0, 1000).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
scopes = st.sampled_from((Scope.CLAIM, Scope.MEMBER, Scope.FAMILY))
settings = st.sampled_from(Setting)


@st.composite
def thresholds(draw: st.DrawFn) -> tuple[Threshold, ...]:
    chosen = draw(st.lists(st.tuples(scopes, settings), unique=True, max_size=2))
    return tuple(Threshold(scope, draw(money()), setting) for scope, setting in chosen)


@st.composite
def limits(draw: st.DrawFn, prefix: str, most: int) -> tuple[Limit, ...]:
    found = []
    for number in range(draw(st.integers(0, most))):
        scope = draw(st.sampled_from(Scope))
        kept = scope in (Scope.MEMBER, Scope.FAMILY)
        found.append(
            Limit(
                f"{prefix} {number}",
                draw(money(800_000)),
                scope,
                draw(st.sampled_from(Span)) if kept else Span.YEAR,
                by_category=draw(st.booleans()),
                setting=draw(settings),
                counts=draw(st.sampled_from(Counts)) if kept else Counts.PAID,
                exemptible=draw(st.booleans()),
                reason=f"{prefix.upper()}_{number}",
            )
        )
    return tuple(found)


@st.composite
def shares(draw: st.DrawFn) -> tuple[Share, ...]:
    kind = draw(st.sampled_from(ShareKind))
    figures = rates if kind is ShareKind.PERCENT else st.integers(0, 3000).map(Decimal)
    return (Share("any", kind, draw(maybe(figures)), draw(maybe(figures))),)


@st.composite
def benefits(draw: st.DrawFn, category: str) -> Benefit:
    tiers = draw(st.lists(st.integers(1, 6), unique=True, max_size=2).map(sorted))
    return Benefit(
        category=category,
        covered=draw(st.integers(0, 9)) > 0,
        price_source=draw(st.sampled_from(PriceSource)),
        shares=draw(st.one_of(st.just(()), shares())),
        coinsurance_min=draw(maybe(money(20_000))),
        coinsurance_max=draw(maybe(money(90_000))),
        copay=draw(maybe(st.builds(Copay, money(30_000), st.sampled_from(CopayPer)))),
        deductible_applies=draw(st.booleans()),
        deductible_cap=draw(maybe(money(50_000))),
        visit_limit=draw(maybe(st.integers(0, 5))),
        tiers=tuple(Tier(upto, draw(rates)) for upto in tiers),
        frequency=draw(
            maybe(st.builds(Frequency, st.integers(1, 3), st.sampled_from(Window), st.just(3)))
        ),
        max_quantity=MaxQuantity(draw(maybe(st.integers(0, 9).map(Decimal)))),
        exempt=Exemption(draw(st.sampled_from(Exempt))),
        limits=draw(limits(f"{category} limit", 1)),
    )


@st.composite
def products(draw: st.DrawFn) -> Terms:
    """Terms over every switch there is, in any order of cost sharing."""
    plan_limits = draw(limits("plan limit", 3))
    sharing = draw(st.sampled_from(list(permutations(SHARING))))
    early = tuple(limit.name for limit in plan_limits if draw(st.booleans()))
    checked = ("benefit", "age", "quantity_limit", "price", "unit_cap", "frequency", "visit_limit")
    steps = (*checked, *early, *sharing, "out_of_pocket", "limits")
    at = draw(st.sampled_from(RoundAt))
    unit = draw(st.sampled_from((1, 5, 100))) if at is RoundAt.EACH_SHARE else 1
    return Terms(
        "made up",
        rounding=Rounding(unit, draw(st.sampled_from(RoundingMode)), at),
        percent_is=draw(st.sampled_from(Whose)),
        orders=(Order("", steps),),
        line_order=draw(st.sampled_from(((), ("item", "service")))),
        year_start=draw(st.sampled_from(((1, 1), (7, 1)))),
        far_edge_counts=draw(st.booleans()),
        later_uses_count=draw(st.booleans()),
        stay_rule=draw(st.sampled_from(StayRule)),
        benefits=tuple(draw(benefits(category)) for category in CATEGORIES[:2]),
        deductibles=draw(thresholds()),
        out_of_pocket=draw(thresholds()),
        limits=plan_limits,
        write_off_waived_when_exhausted=draw(st.booleans()),
    )


@st.composite
def lines(draw: st.DrawFn, number: int) -> ClaimLine:
    quantity = draw(st.sampled_from((Decimal(1), Decimal(2), Decimal("1.5"), Decimal(7))))
    return ClaimLine(
        number,
        "",
        draw(st.sampled_from(CATEGORIES)),
        quantity,
        draw(money(300_000)),
        draw(maybe(money(300_000))),
        kind=draw(st.sampled_from(Kind)),
        list_price=draw(maybe(st.integers(0, 300_000).map(lambda p: Decimal(p).scaleb(-3)))),
        quantity_reviewed=draw(maybe(st.just(quantity / 2))),
        price_reviewed=draw(maybe(st.integers(0, 2000).map(Decimal))),
        reviewed_out=False,
        withdrawn=draw(st.integers(0, 19)) == 0,
    )


@st.composite
def claims(draw: st.DrawFn, claim_id: str = "C1") -> Case:
    first = FIRST_DAY + timedelta(days=draw(st.integers(0, 400)))
    return Case(
        claim_id,
        draw(st.sampled_from(MEMBERS)),
        "FAMILY",
        first,
        tuple(draw(lines(number + 1)) for number in range(draw(st.integers(1, 3)))),
        service_to=first + timedelta(days=draw(st.sampled_from((0, 0, 3)))),
        network=draw(st.sampled_from(Network)),
        facility_level=draw(st.sampled_from(("hospital", "dispensary"))),
    )


@st.composite
def families(draw: st.DrawFn) -> tuple[Case, ...]:
    """The claims of a family in the order they arrive, which need not be that of service."""
    return tuple(draw(claims(f"C{number}")) for number in range(draw(st.integers(1, 5))))
