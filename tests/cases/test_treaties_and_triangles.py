"""Treaty and triangle cases through `bima cases`: the agreed files, and others of the same form."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.case_files import KINDS, treaties, triangles
from cli.case_files.comparing import cells_too_many, differences
from cli.case_files.parsing import BadCase
from cli.cases import outcomes
from tests.cases.own_treaties import TREATIES

Terms = dict[str, Any]


@pytest.mark.parametrize(("name", "number"), [("treaties", 65), ("triangles", 14)])
def test_the_agreed_cases_agree(shared_data: Path, name: str, number: int) -> None:
    told = list(outcomes(shared_data / "cases" / f"{name}.jsonl"))
    assert [x.id for x in told if not x.agrees] == []
    assert len(told) == number


def test_a_case_is_answered_by_its_terms_alone(shared_data: Path) -> None:
    """Neither the id nor the title, the family or the source may matter."""
    for line in (shared_data / "cases/treaties.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        bare = {key: case[key] for key in ("currency", "terms", "inputs")}
        assert treaties.answer(bare) == treaties.answer(case)


def test_a_case_without_an_answer_is_answered(tmp_path: Path) -> None:
    case = {
        "id": "X",
        "family": "quota_share",
        "currency": "TZS",
        "terms": {"type": "QS", "cession": "0.5"},
        "inputs": {"claims": [{"claim": "C1", "policy": "P1", "paid": "10.00"}]},
    }
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(case), "utf-8")
    (told,) = outcomes(path)
    assert told.agrees is None
    assert told.result["claim.C1.ceded_loss"] == "5.00"


@pytest.mark.parametrize(
    ("about", "terms", "inputs", "expect"), TREATIES, ids=[row[0] for row in TREATIES]
)
def test_a_treaty_case_of_our_own(
    about: str, terms: Terms, inputs: Terms, expect: dict[str, str]
) -> None:
    result = treaties.answer({"currency": "TZS", "terms": terms, "inputs": inputs})
    assert differences(expect, result) == []


def test_terms_that_no_rule_used_are_named() -> None:
    result = treaties.answer(
        {
            "terms": {"type": "QS", "cession": "0.5", "sunset_clause": "36 months"},
            "inputs": {"claims": []},
        }
    )
    assert result["unread"] == "terms.sunset_clause"


@pytest.mark.parametrize(
    ("terms", "inputs", "says"),
    [
        ({"type": "??"}, {}, "no form of treaty"),
        ({"type": "QS", "cession": "half"}, {"claims": []}, "terms.cession: 'half'"),
        ({"type": "QS", "cession": "0.5"}, {"claims": [{"paid": "1"}]}, "inputs.claims[0].claim"),
        (
            {"type": "QS", "cession": "0.5"},
            {"claims": [{"claim": "C", "paid": "1.234"}]},
            "more than 2 decimals",
        ),
        ({"programme": [{"id": "A", "type": "ZZ"}]}, {"loss": "1"}, "'ZZ' is unknown"),
    ],
)
def test_a_case_that_cannot_be_read_names_the_field(terms: Terms, inputs: Terms, says: str) -> None:
    with pytest.raises(BadCase) as fault:
        treaties.answer({"terms": terms, "inputs": inputs})
    assert says in str(fault.value)


EVENTS: list[dict[str, Any]] = [
    {"kind": "opened", "claim": "C1", "service_date": "2025-02-03", "txn": "2025-02-05"},
    {"kind": "paid", "claim": "C1", "amount": "600.00", "txn": "2025-02-20"},
    {"kind": "closed", "claim": "C1", "txn": "2025-03-01"},
    {"kind": "paid", "claim": "C1", "amount": "300.00", "txn": "2025-03-10", "rec": "2025-04-02"},
    {"kind": "service_date", "claim": "C1", "service_date": "2025-01-31", "txn": "2025-04-15"},
]

TRIANGLES: list[tuple[str, dict[str, str], dict[str, dict[str, str]]]] = [
    (
        "a cap cuts each claim",
        {"known": "2025-04-30", "cap": "500.00"},
        {"2025-01": {"0": "0.00", "1": "500.00", "2": "500.00", "3": "500.00"}},
    ),
    (
        "an excess begins where the cap ends",
        {"known": "2025-04-30", "xs": "500.00"},
        {"2025-01": {"0": "0.00", "1": "100.00", "2": "400.00", "3": "400.00"}},
    ),
    (
        "booked rows take a correction when it is recorded",
        {"known": "2025-04-30", "basis": "rec", "form": "incremental"},
        {
            "2025-01": {"0": "0.00", "1": "0.00", "2": "0.00", "3": "900.00"},
            "2025-02": {"0": "600.00", "1": "0.00", "2": "-600.00"},
        },
    ),
    (
        "closed claims are counted from the day they close",
        {"known": "2025-04-30", "measure": "closed"},
        {"2025-01": {"0": "0", "1": "0", "2": "1", "3": "1"}},
    ),
]


@pytest.mark.parametrize(("about", "query", "cells"), TRIANGLES, ids=[row[0] for row in TRIANGLES])
def test_a_triangle_case_of_our_own(
    about: str, query: dict[str, str], cells: dict[str, dict[str, str]]
) -> None:
    events = [{"seq": at, "rec": event["txn"], **event} for at, event in enumerate(EVENTS, 1)]
    result = triangles.answer({"events": events, "queries": [{"name": "asked", **query}]})
    assert result == {"asked": cells}


def test_a_cell_too_many_is_a_difference_and_so_is_a_row() -> None:
    expected = {"paid": {"2025-01": {"0": "1.00"}}}
    assert cells_too_many(expected, {"paid": {"2025-01": {"0": "1.00", "1": "0.00"}}}) == [
        "paid.2025-01.1: no cell expected, 0.00 found"
    ]
    assert cells_too_many(expected, {"paid": {"2025-01": {"0": "1.00"}, "2025-02": {"0": "0.00"}}})
    assert cells_too_many(expected, expected) == []


def test_treaties_and_triangles_are_kinds_of_cases() -> None:
    assert KINDS["treaty"] is treaties.answer
    assert KINDS["triangle"] is triangles.answer
