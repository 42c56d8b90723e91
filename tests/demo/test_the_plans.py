"""The plans of the demo pay what the worked examples promise."""

from datetime import date

import pytest

from cli.demo_book import Book, make_book
from cli.demo_book.plans import BY_CODE, PLANS, Plan
from cli.demo_book.visits import Visit
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.case import Case, ClaimLine, Cover, CoveredMember, Member
from domain.adjudication.determination import Determination
from domain.adjudication.product_check import check
from domain.money import Money

TODAY = date(2026, 3, 17)


@pytest.fixture(scope="module")
def book() -> Book:
    return make_book(40, 4, TODAY)


def determined(book: Book, visit: Visit) -> Determination:
    """The visit decided as the first claim of its family under the family's plan."""
    family = next(f for f in book.families if f.key == visit.family)
    person = next(p for p in family.people if p.key == visit.person)
    place = next(f for f in book.facilities if f.key == visit.facility)
    last = book.year.until_on
    assert last is not None
    cover = Cover(
        family.key, family.plan, "active", "new", book.year.from_on, last,
        tuple(CoveredMember(p.key) for p in family.people),
    )  # fmt: skip
    lines = tuple(
        ClaimLine(
            one.line, one.code, one.category, one.quantity, one.billed,
            contract_price=Money(int(one.quantity) * place.price(one.code) * 100, "TZS"),
        )
        for one in visit.lines
    )  # fmt: skip
    case = Case(
        visit.key, person.key, family.key, visit.service_from, lines,
        service_to=visit.service_until, claimed_on=TODAY,
        member=Member(person.details.born_on, person.details.sex), covers=(cover,),
    )  # fmt: skip
    return adjudicate(case, BY_CODE[family.plan].terms, Balances())


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_no_plan_contradicts_itself(plan: Plan) -> None:
    assert check(plan.terms) == ()


def test_25000_for_malaria_pays_23500_after_the_copay(book: Book) -> None:
    outpatient, _ = book.examples
    result = determined(book, outpatient)
    assert (str(result.billed), str(result.plan_pays)) == ("TZS 25,000.00", "TZS 23,500.00")
    assert str(result.part("copay")) == "TZS 1,500.00"


def test_surgery_of_850000_pays_730000_after_tariff_and_deductible(book: Book) -> None:
    _, surgery = book.examples
    result = determined(book, surgery)
    assert (str(result.billed), str(result.allowed)) == ("TZS 850,000.00", "TZS 780,000.00")
    assert (str(result.part("deductible")), str(result.plan_pays)) == (
        "TZS 50,000.00",
        "TZS 730,000.00",
    )
