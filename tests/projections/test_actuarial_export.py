"""What leaves for reserving libraries: dense, long, complete, and taken unchanged."""

import csv
import importlib
import io
import json
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from domain.actuarial.question import Measure, Question
from projections.actuarial_export import Format, encoded, long_frame
from projections.actuary import Answer
from projections.claim_columns import of_movements
from projections.movement_layout import SCHEMA, write
from projections.triangles import triangles_by
from tests.domain.actuarial.history import IN, OUT, History
from tests.support.commands import bima

COLUMNS = [
    "origin_start", "origin_end", "eval_date", "dev_lag_months", "measure", "basis", "form",
    "value_minor", "currency", "known_at", "view", "run_id",
]  # fmt: skip


def answer(measure: Measure = Measure.PAID) -> pl.DataFrame:
    story = History().opened("A", date(2025, 1, 3), date(2025, 1, 3), IN)
    story.opened("B", date(2025, 3, 3), date(2025, 3, 4), OUT).paid("A", 70, date(2025, 3, 9))
    frame, names = of_movements(story.movements)
    asked = Question(date(2025, 4, 30), measure=measure)
    made = triangles_by(frame, asked, "TZS", names, ["care"])
    known_at = datetime(2025, 4, 30, 20, 59, 59, tzinfo=UTC)
    return long_frame(Answer(tuple(made), known_at, "0123456789abcdef"), ["care"])


def test_one_row_a_cell_and_segment_with_the_columns_agreed() -> None:
    long = answer()
    assert long.columns == ["care", *COLUMNS]
    assert long.filter(care="inpatient")["value_minor"].to_list() == [0, 0, 7000, 7000]
    assert long.filter(care="outpatient").height == 2


def test_zero_is_a_row_and_what_has_not_come_is_none() -> None:
    cells = answer().filter(care="outpatient")
    assert cells["value_minor"].to_list() == [0, 0]
    assert cells["eval_date"].to_list() == [date(2025, 3, 31), date(2025, 4, 30)]
    assert cells["dev_lag_months"].to_list() == [1, 2]


@pytest.mark.parametrize("form", Format)
def test_every_format_says_the_same(form: Format) -> None:
    long = answer()
    content = encoded(long, form)
    assert encoded(answer(), form) == content, "twice the same bytes"
    match form:
        case Format.CSV:
            rows = list(csv.DictReader(io.StringIO(content.decode())))
            assert rows[0]["known_at"] == "2025-04-30T20:59:59.000000Z"
            assert [int(row["value_minor"]) for row in rows] == long["value_minor"].to_list()
        case Format.JSON:
            told = json.loads(content)
            assert told[2]["value_minor"] == 7000
            assert list(told[0]) == long.columns
        case Format.PARQUET:
            assert pl.read_parquet(io.BytesIO(content)).equals(long)
        case Format.ARROW:
            assert pl.read_ipc(io.BytesIO(content)).equals(long)


def raa(folder: Path, path: Path) -> None:
    """The triangle as movements: a claim an origin year, paid at the end of each year."""
    cells: dict[int, dict[int, int]] = defaultdict(dict)
    with (folder / "raa.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["values"]:
                paid = int(Decimal(row["values"]) * 100)
                cells[int(row["origin"][:4])][int(row["development"][:4])] = paid
    rows: list[dict[str, object]] = []
    for origin, figures in sorted(cells.items()):
        claim = len(rows) + 1
        common = {
            "line": 1, "stream_id": f"claim-{origin}", "version": 1, "currency": "TZS",
            "claim_no": claim, "claim_kind": "inpatient", "service_on": date(origin, 7, 1),
        }  # fmt: skip
        noted = {"kind": "claim_billed", "minor": 0, "effective_on": date(origin, 7, 1)}
        rows.append(common | noted | {"event": claim})
        before = 0
        for year, figure in sorted(figures.items()):
            moved = {"kind": "claim_paid", "minor": figure - before, "event": len(rows) + 1}
            rows.append(common | moved | {"effective_on": date(year, 12, 31)})
            before = figure
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        recorded_at=pl.col("effective_on").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        **{name: pl.lit(None) for name in SCHEMA if name.endswith("_id") and name != "stream_id"},
    )
    write(frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()), path)


def exported(movements: Path, output: Path) -> None:
    """What an actuary would type."""
    words = ["triangle", "--origin", "Y", "--known", "1990-12-31", "--file", str(movements)]
    done = bima("", output.parent, *words, "-o", str(output))
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["raa.csv", "raa.arrow"])
def test_chainladder_takes_the_export_unchanged(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    chainladder: Any = importlib.import_module("chainladder")
    pandas: Any = importlib.import_module("pandas")

    raa(shared_data / "data/actuarial/triangles", tmp_path / "movements.parquet")
    exported(tmp_path / "movements.parquet", tmp_path / name)
    if name.endswith(".csv"):
        frame = pandas.read_csv(tmp_path / name)
    else:
        columns = pl.read_ipc(tmp_path / name).to_dict(as_series=False)
        frame = pandas.DataFrame(columns)
    made = chainladder.Triangle(
        frame, origin="origin_start", development="eval_date", columns="value_minor",
        cumulative=True,
    )  # fmt: skip
    reserve = chainladder.Chainladder().fit(made).ibnr_.sum()
    assert round(float(reserve) / 100) == 52_135
