"""The open adjudication cases, run through the command's own functions.

The files are read where they lie. That each of the rules matters is shown by changing products
on purpose: then cases must turn red.
"""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import KINDS, expected_of, kind_of, without_answer
from cli.case_files.comparing import differences
from cli.cases import outcomes

FILES = {"cases_openimis": 93, "cases_commercial": 61, "cases_peers": 29}
Change = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize(("name", "number"), FILES.items())
def test_every_open_case_agrees(name: str, number: int, shared_data: Path) -> None:
    found = list(outcomes(shared_data / "cases" / f"{name}.open.jsonl"))
    wrong = {o.id: o.error or o.differences for o in found if not o.agrees}
    assert wrong == {}
    assert len(found) >= number


def test_a_case_is_answered_from_its_facts_and_not_from_its_name(shared_data: Path) -> None:
    for case in all_cases(shared_data):
        asked = without_answer(case)
        assert not {"id", "title", "expected", "expect", "note"} & set(asked)
        renamed = {**case, "id": "X-999", "title": "renamed"}
        assert KINDS[kind_of(case)](asked) == KINDS[kind_of(case)](without_answer(renamed))


def test_a_case_without_an_answer_is_answered_all_the_same(shared_data: Path) -> None:
    for case in all_cases(shared_data):
        bare = {key: value for key, value in case.items() if key != "expected"}
        assert expected_of(bare) is None
        assert KINDS[kind_of(bare)](bare) == KINDS[kind_of(case)](without_answer(case))


def plan_change(name: str, value: Any) -> Change:
    def change(case: dict[str, Any]) -> None:
        if "plan" in case:
            case["plan"][name] = value

    return change


def in_categories(name: str, value: Any) -> Change:
    def change(case: dict[str, Any]) -> None:
        for category in case.get("plan", {}).get("categories", {}).values():
            if name in category:
                category[name] = value

    return change


def in_products(do: Callable[[dict[str, Any]], object]) -> Change:
    def change(case: dict[str, Any]) -> None:
        for policy in case.get("policies", []):
            do(policy["product"])

    return change


def in_benefits(name: str, value: Any) -> Change:
    def change(product: dict[str, Any]) -> None:
        for benefit in product["benefits"].values():
            if name in benefit:
                benefit[name] = value

    return in_products(change)


SABOTAGE: dict[str, Change] = {
    "another order of sharing": plan_change("order", ["coinsurance", "copay", "deductible"]),
    "no order at all": plan_change("order", ["copay"]),
    "rounding down": plan_change("rounding", {"unit": "1", "mode": "floor"}),
    "no out-of-pocket maximum": plan_change("oop_max", None),
    "no deductible": plan_change("deductible", None),
    "no annual limit": plan_change("annual_limit", None),
    "no family limit": plan_change("family_annual_limit", None),
    "another plan year": plan_change("year_start", "05-01"),
    "write-off always waived": plan_change("write_off_waived_when_exhausted", False),
    "copay a unit": in_categories("copay_per", "line"),
    "everything covered": in_categories("covered", True),
    "no tiers": in_categories("visit_tiers", []),
    "no age range": in_categories("age_max", None),
    "no frequency": in_categories("frequency", None),
    "no cap on a category's deductible": in_categories("deductible_cap", None),
    "no category limit": in_categories("annual_limit", None),
    "no lifetime limit": in_categories("lifetime_limit", None),
    "no service maximum": in_categories("per_service_max", None),
    "no least coinsurance": in_categories("coinsurance_min", None),
    "every deductible applies": in_categories("deductible_applies", True),
    "the other stay rule": in_products(
        lambda product: product.update(
            stay_rule="stay" if product["stay_rule"] == "facility" else "facility"
        )
    ),
    "no scheme deductible": in_products(lambda product: product.pop("deductible", None)),
    "no ceiling": in_products(lambda product: product.pop("ceiling", None)),
    "no category amounts": in_products(lambda product: product.pop("category_amounts", None)),
    "no category counts": in_products(lambda product: product.pop("category_counts", None)),
    "no waiting": in_benefits("waiting_months", {}),
    "no quantities": in_benefits("max_qty", {}),
    "nothing exempt": in_benefits("ceiling_exempt", {}),
    "list prices only": in_benefits("price_source", "schedule"),
    "no shares": in_benefits("limits", {}),
}


@pytest.mark.parametrize("sabotage", SABOTAGE.values(), ids=SABOTAGE.keys())
def test_a_product_changed_on_purpose_turns_a_case_red(sabotage: Change, shared_data: Path) -> None:
    assert any(turns_red(case, sabotage) for case in all_cases(shared_data))


def turns_red(case: dict[str, Any], sabotage: Change) -> bool:
    changed = deepcopy(case)
    sabotage(changed)
    result = KINDS[kind_of(changed)](without_answer(changed))
    return bool(differences(expected_of(case), result))


def all_cases(shared_data: Path) -> Iterator[dict[str, Any]]:
    for name in FILES:
        for line in (shared_data / "cases" / f"{name}.open.jsonl").read_text("utf-8").splitlines():
            yield json.loads(line)
