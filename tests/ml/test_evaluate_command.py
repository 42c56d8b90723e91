"""`bima ml evaluate` on claims that nobody has seen: the figures, and what is wrong with a file."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapters.settings import get_settings
from cli.ml import app
from tests.ml.conftest import Parts, Table, rows_of, written


@pytest.fixture(autouse=True)
def no_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing runs and nothing was trained."""
    monkeypatch.setenv("BIMA_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    get_settings.cache_clear()


def ml(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def told(*words: object) -> dict[str, Any]:
    result = ml(*words, "--json")
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    answer: dict[str, Any] = json.loads(line)
    return answer


def test_held_out_claims_are_judged_by_a_model_that_has_not_seen_them(parts: Parts) -> None:
    answer = told("evaluate", "--data", parts.held, "--train", parts.train)
    assert answer["n"] == len(rows_of(parts.held))
    assert answer["judged_by"]["seen"] == 0
    assert answer["judged_by"]["lessons_rows"] == len(rows_of(parts.train))
    assert answer["auc"] >= 0.85
    assert answer["f1"] >= 0.72
    assert 0.5 < answer["pr_auc"] < 1
    assert {"rule", "knn", "logistic", "anomaly", "impartial"} == answer["rivals"].keys()
    assert answer["rule_f1"] == answer["rivals"]["rule"]["f1"]


def test_the_published_part_is_learnt_from_where_nothing_else_is_named(
    motor_part: Path, parts: Parts
) -> None:
    """Its own claims are then judged by the folds that have not learnt from them."""
    answer = told("evaluate", "--data", parts.held)
    assert answer["judged_by"]["lessons"] == motor_part.name
    assert answer["judged_by"]["seen"] == answer["n"]
    assert answer["auc"] >= 0.85


def test_outcomes_of_held_out_claims_change_no_flag(parts: Parts, tmp_path: Path) -> None:
    rows = rows_of(parts.held)
    turned = [{**row, "fraud_reported": "NY"[row["fraud_reported"] == "N"]} for row in rows]
    other = written(tmp_path / "turned.csv", turned)
    asked = ("evaluate", "--train", parts.train, "--data")
    one, two = told(*asked, parts.held), told(*asked, other)
    assert one["flagged"] == two["flagged"]
    assert two["auc"] == pytest.approx(1 - one["auc"], abs=1e-4)


def test_a_folder_is_judged_by_what_its_training_part_teaches(parts: Parts, tmp_path: Path) -> None:
    folder = tmp_path / "claims"
    folder.mkdir()
    written(folder / "some_train.csv", rows_of(parts.train))
    held = written(folder / "some_held.csv", rows_of(parts.held))
    by_folder, by_file = told("evaluate", "--data", folder), told("evaluate", "--data", held)
    assert by_folder == by_file
    assert by_folder["judged_by"]["lessons"] == "some_train.csv"


def test_without_anything_to_learn_from_a_kept_model_judges(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIMA_SHARED", str(tmp_path / "nothing"))
    nothing = ml("evaluate", "--data", parts.held, "--json")
    assert nothing.exit_code == 2
    assert "--train FILE" in nothing.stderr
    told("train", "--data", parts.train)
    answer = told("evaluate", "--data", parts.held)
    assert answer["judged_by"]["how"] == "kept"
    assert answer["judged_by"]["left_out"] == 0
    assert answer["f1"] >= 0.72


def test_repeats_tell_how_much_is_chance(parts: Parts) -> None:
    answer = told("evaluate", "--data", parts.held, "--train", parts.train, "--repeats", "3")
    spread = answer["repeated"]["f1"]
    assert spread["least"] <= spread["mean"] <= spread["most"]
    assert spread["least"] >= 0.70


def _without(rows: Table, column: str) -> Table:
    return [{name: value for name, value in row.items() if name != column} for row in rows]


def _with(rows: Table, line: int, column: str, value: str) -> Table:
    changed = [dict(row) for row in rows]
    changed[line - 2][column] = value
    return changed


def test_what_is_wrong_is_told_by_column_and_line(parts: Parts, tmp_path: Path) -> None:
    rows = rows_of(parts.held)
    wrong = {
        "line 1: the column witnesses is missing": _without(rows, "witnesses"),
        "line 4: the column total_claim_amount holds 'much'": _with(
            rows, 4, "total_claim_amount", "much"
        ),
        "line 3: the column incident_date holds '2015-01-25'": _with(
            rows, 3, "incident_date", "2015-01-25"
        ),
        "line 2: the column fraud_reported holds 'maybe'": _with(
            rows, 2, "fraud_reported", "maybe"
        ),
        "comes twice": [*rows, rows[0]],
    }
    for words, table in wrong.items():
        file = written(tmp_path / "wrong.csv", table)
        result = ml("evaluate", "--data", file, "--train", parts.train, "--json")
        assert result.exit_code == 2
        assert words in result.stderr
        assert not result.stdout


@pytest.mark.parametrize("content", ["", "a,b\n", "\x00\x01"])
def test_what_is_no_table_is_refused(parts: Parts, tmp_path: Path, content: str) -> None:
    file = tmp_path / "no-table.csv"
    file.write_text(content)
    result = ml("evaluate", "--data", file, "--train", parts.train)
    assert result.exit_code == 2
    assert "no-table.csv" in result.stderr
    assert "Traceback" not in result.output


def test_unknown_categories_are_judged_and_counted(parts: Parts, tmp_path: Path) -> None:
    rows = _with(rows_of(parts.held), 2, "incident_severity", "Never heard of")
    file = written(tmp_path / "new.csv", rows)
    answer = told("evaluate", "--data", file, "--train", parts.train)
    assert answer["judged_by"]["unknown_categories"] == {"incident_severity": 1}
    assert answer["n"] == len(rows)


def test_a_model_that_was_kept_scores_with_reasons_in_words(parts: Parts, tmp_path: Path) -> None:
    told("train", "--data", parts.train)
    blind = written(tmp_path / "blind.csv", _without(rows_of(parts.held), "fraud_reported"))
    result = ml("score", "--data", blind, "--json")
    assert result.exit_code == 0
    scores = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(scores) == len(rows_of(parts.held))
    flagged = [score for score in scores if score["flagged"]]
    assert flagged
    assert all(score["reasons"] and score["features_hash"] for score in flagged)


def test_without_a_model_the_rule_scores_and_says_so(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIMA_SHARED", str(tmp_path / "nothing"))
    result = ml("score", "--data", parts.held, "--json")
    scores = [json.loads(line) for line in result.stdout.splitlines()]
    assert {score["model"] for score in scores} == {"rules-alone"}
    assert all("no model is kept" in score["note"] for score in scores)


def test_drift_is_told_feature_by_feature(parts: Parts, tmp_path: Path) -> None:
    told("train", "--data", parts.train)
    calm = told("drift", "--data", parts.held)
    assert calm["verdict"] == "stable"
    moved = [{**row, "incident_severity": "Total Loss"} for row in rows_of(parts.held)]
    result = ml("drift", "--data", written(tmp_path / "moved.csv", moved), "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    named = {one["name"]: one["verdict"] for one in answer["compared"]}
    assert named["incident_severity"] == "drifted"
