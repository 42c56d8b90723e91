"""Products and claims written short, so that a test shows only what it is about."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.case import (
    Case,
    ClaimLine,
    Cover,
    CoveredMember,
    Kind,
    Member,
    PriceRow,
    Service,
    line_amount,
    looked_up,
)
from domain.adjudication.configurations import commercial_plan, national_scheme
from domain.adjudication.determination import Determination, LineDetermination
from domain.adjudication.product import (
    Benefit,
    PriceSource,
    Share,
    ShareKind,
    Terms,
)
from domain.money import Money
from domain.periods import Period

DAY = date(2025, 3, 10)
JANUARY = date(2025, 1, 1)


def tzs(amount: str | int) -> Money:
    return Money.of(amount, "TZS")


def rate(figure: str) -> tuple[Share, ...]:
    """A percentage for everybody, whatever the visit."""
    return (Share("any", ShareKind.PERCENT, Decimal(figure), Decimal(figure)),)


def plan(**changes: Any) -> Terms:
    """A commercial plan with one benefit, `care`, unless others are given."""
    return replace(commercial_plan("plan"), **{"benefits": (Benefit(category="care"),), **changes})


def line(billed: str | int, category: str = "care", number: int = 1, **changes: Any) -> ClaimLine:
    return replace(ClaimLine(number, "", category, Decimal(1), tzs(billed)), **changes)


def claim(*lines: ClaimLine, **changes: Any) -> Case:
    numbered = tuple(replace(each, line=number) for number, each in enumerate(lines, 1))
    case = Case("C1", "A", "F", DAY, numbered)
    return replace(case, **changes)


def decide(terms: Terms, *lines: ClaimLine, before: Balances | None = None) -> Determination:
    return adjudicate(claim(*lines), terms, before or Balances())


def used(**totals: int) -> Balances:
    """What A has used in 2025, in whole shillings, by the name of the total; the family as well."""
    return Balances(
        {
            f"{who}|2025-01-01|{what}": amount * 100
            for who in ("A", "F")
            for what, amount in totals.items()
        }
    )


def scheme(product: str = "P1", **changes: Any) -> Terms:
    """A scheme product that pays X in full at list price, unless other benefits are given."""
    benefits = (Benefit(code="X", price_source=PriceSource.SCHEDULE),)
    return replace(national_scheme(product), **{"benefits": benefits, **changes})


def cover(product: str = "P1", **changes: Any) -> Cover:
    members = (CoveredMember("A"),)
    whole = Cover(product, product, "active", "new", JANUARY, date(2025, 12, 31), members)
    return replace(whole, **changes)


def service(code: str = "X", **changes: Any) -> Service:
    return replace(Service(code, category="visit", base_price=Decimal(100)), **changes)


def billed(entry: Service | None, quantity: str = "1", **changes: Any) -> ClaimLine:
    """A line for a catalogue entry that stands on the provider's list at its own price."""
    code = entry.code if entry is not None else "?"
    asked = changes.get("price_asked") or Decimal(0)
    bare = ClaimLine(
        1, code, "", Decimal(quantity), line_amount(Decimal(quantity), asked, "TZS"), **changes
    )
    return looked_up(bare, entry, (PriceRow(None, Period(JANUARY)),), DAY)


def visit(
    terms: Terms,
    *lines: ClaimLine,
    before: Balances | None = None,
    others: tuple[Terms, ...] = (),
    **changes: Any,
) -> Determination:
    """A scheme claim of a woman of thirty, under one policy for each product."""
    case = claim(
        *lines,
        **{
            "claimed_on": DAY,
            "member": Member(date(1995, 1, 1), "F"),
            "covers": tuple(cover(each.product) for each in (terms, *others)),
            **changes,
        },
    )
    return adjudicate(case, terms, before or Balances(), others=(terms, *others))


ITEM = service("M", kind=Kind.ITEM, category="")
X = Benefit(code="X", price_source=PriceSource.SCHEDULE)


def with_x(**changes: Any) -> Terms:
    """A scheme whose only benefit is changed."""
    return scheme(benefits=(replace(X, **changes),))


def parts(decided: LineDetermination) -> dict[str, str]:
    """The parts of a line that are not zero, in shillings."""
    names = (
        "write_off",
        "balance_bill",
        "deductible",
        "copay",
        "coinsurance",
        "over_limit",
        "not_covered",
        "plan_pays",
    )
    amounts = {name: getattr(decided, name) for name in names}
    return {name: f"{m.amount.normalize():f}" for name, m in amounts.items() if m}


def one(terms: Terms, *lines: ClaimLine, before: Balances | None = None) -> dict[str, str]:
    return parts(decide(terms, *lines, before=before).lines[0])
