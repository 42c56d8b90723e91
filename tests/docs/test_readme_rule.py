"""The README's example of a new rule works when it is followed."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cli.demo_book.plans import PLANS
from domain.adjudication import checks, steps
from domain.adjudication.adjudicate import adjudicate
from domain.adjudication.balances import Balances
from domain.adjudication.case import Case, ClaimLine, Cover, CoveredMember, Member
from domain.adjudication.product import Order, Terms
from domain.adjudication.product_check import check
from domain.money import Money
from tests.docs.pages import PROJECT

DAY = date(2026, 2, 10)


def test_the_example_refuses_what_the_readme_says(monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n# domain/adjudication/checks\.py\n(.*?)```", readme, re.DOTALL)
    assert found is not None
    assert '"believable_quantity": checks.believable_quantity' in readme
    namespace = dict(vars(checks))
    exec(found[1], namespace)  # the example as it stands, where the README puts it
    rule = namespace["believable_quantity"]
    monkeypatch.setattr(steps, "CHECKS", {**steps.CHECKS, "believable_quantity": rule})
    monkeypatch.setitem(dict_of(steps.RULES), "believable_quantity", rule)

    plan = PLANS[1].terms
    order = Order("", ("believable_quantity", *plan.orders[0].steps))
    terms = replace(plan, orders=(order,))
    assert check(terms) == ()
    assert reasons(31, terms) == ("QUANTITY_NOT_BELIEVABLE",)
    assert reasons(30, terms) == ()
    assert reasons(31, plan) == ()  # a product that does not name it is not checked


def dict_of(rules: object) -> dict[str, object]:
    assert isinstance(rules, dict)
    return rules


def reasons(quantity: int, terms: Terms) -> tuple[str, ...]:
    cover = Cover(
        "policy", "FAMILIA", "active", "new", date(2026, 1, 1), date(2026, 12, 31),
        (CoveredMember("member"),),
    )  # fmt: skip
    line = ClaimLine(1, "MED-PCM", "medicine", Decimal(quantity), Money.of(2_000, "TZS"))
    case = Case(
        "claim", "member", "policy", DAY, (line,), service_to=DAY, claimed_on=DAY,
        member=Member(date(1990, 1, 1), "F"), covers=(cover,),
    )  # fmt: skip
    return adjudicate(case, terms, Balances()).lines[0].reasons
