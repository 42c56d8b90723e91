"""`bima cases`: what it prints, how it ends, and what it says of a file it cannot read."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.case_files.comparing import differences
from cli.cases import app

ROUTE: dict[str, Any] = {
    "id": "R-1",
    "title": "a small claim",
    "kind": "route",
    "input": {
        "payable": "20000",
        "rules": {"auto_below": "50000", "manager_above": "500000", "fraud_suspend_at": "0.8"},
    },
    "expected": {"route": "auto_approved"},
}


def run(folder: Path, *lines: object, flags: tuple[str, ...] = ()) -> Result:
    file = folder / "own.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts), "utf-8")
    return CliRunner().invoke(app, [str(file), *flags])


def test_agreement_ends_with_zero_and_a_summary(tmp_path: Path) -> None:
    told = run(tmp_path, ROUTE, "", ROUTE)
    assert told.exit_code == 0
    assert told.stdout.splitlines()[-1].startswith("2 of 2 agree")


def test_a_difference_is_shown_and_ends_with_one(tmp_path: Path) -> None:
    wrong = {**ROUTE, "expected": {"route": "manager_approval"}}
    told = run(tmp_path, ROUTE, wrong)
    assert told.exit_code == 1
    assert "route: manager_approval expected, auto_approved found" in told.stdout
    assert "1 of 2 agree" in told.stdout


def test_json_gives_one_object_a_case(tmp_path: Path) -> None:
    unanswered = {key: value for key, value in ROUTE.items() if key != "expected"}
    wrong = {**ROUTE, "expected": {"route": "manager_approval"}}
    told = run(tmp_path, ROUTE, unanswered, wrong, flags=("--json",))
    objects = [json.loads(line) for line in told.stdout.splitlines()]
    assert [each["agrees"] for each in objects] == [True, None, False]
    assert objects[0] == {
        "id": "R-1",
        "result": {"route": "auto_approved"},
        "agrees": True,
        "differences": [],
    }
    assert objects[2]["differences"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{not json", "own.jsonl:2: not a JSON object"),
        ("[1]", "own.jsonl:2: not a JSON object"),
        ({"id": "Q-1", "kind": "horoscope"}, "own.jsonl:2: Q-1: unknown kind 'horoscope'"),
        ({"id": "Q-2", "kind": "route", "input": {}}, "own.jsonl:2: Q-2: the field 'rules'"),
        (
            {
                "id": "Q-3",
                "kind": "route",
                "input": {**ROUTE["input"], "payable": "a lot"},
            },
            "own.jsonl:2: Q-3: amount: 'a lot' is not a decimal number",
        ),
        (
            {
                "id": "Q-4",
                "kind": "route",
                "input": {**ROUTE["input"], "payable": "1.234"},
            },
            "own.jsonl:2: Q-4: 1.234 has more than 2 decimals of TZS",
        ),
        (
            {"id": "Q-5", "kind": "term", "input": {"product": {}, "enrolled_on": "soon"}},
            "own.jsonl:2: Q-5: enrolled_on: 'soon' is not a day like 2025-01-31",
        ),
        ({"id": "Q-6", "kind": "state", "input": {"mood": 1}}, "a state case with mood"),
    ],
)
def test_a_case_that_cannot_be_read_names_file_line_and_field_and_ends_with_two(
    line: object, said: str, tmp_path: Path
) -> None:
    told = run(tmp_path, ROUTE, line, ROUTE)
    assert told.exit_code == 2
    assert said in told.stderr
    assert "2 of 2 agree" in told.stdout


def test_a_file_that_is_not_there_ends_with_two(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, [str(tmp_path / "none.jsonl")])
    assert told.exit_code == 2
    assert "none.jsonl: cannot be read" in told.stderr


@pytest.mark.parametrize(
    ("expected", "result", "agrees"),
    [
        ({"a": "1400"}, {"a": "1400.00", "more": "5"}, True),
        ({"a": "1400"}, {"a": "1400.01"}, False),
        ({"a": 1}, {}, False),
        ({"a": None}, {"a": None}, True),
        ({"a": None}, {"a": "0"}, False),
        ({"a": True}, {"a": 1}, False),
        ({"a": ["x", "y"]}, {"a": ["x"]}, False),
        ({"line": 1, "pays": "5"}, {"line": 1, "pays": "5", "deductible": "0"}, True),
        ({"line": 1, "pays": "5"}, {"line": 1, "pays": "5", "deductible": "1"}, False),
        ({"accumulators": {}}, {"accumulators": {"A|2025-01-01|paid": "1"}}, False),
    ],
)
def test_a_result_may_say_more_but_not_contradict(expected: Any, result: Any, agrees: bool) -> None:
    assert (differences(expected, result) == []) is agrees
