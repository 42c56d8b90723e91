"""Triangles and the tables beside them over HTTP: figures, formats, rights, and what is refused."""

import csv
import io
from typing import Any

import httpx2
import polars as pl
import pytest

from tests.api.book import V1, Book, shown
from tests.api.running import RunningApi, data_of, error_of, faulty_fields

ACTUARIAL = f"{V1}/actuarial"


def reported(api: RunningApi, client: httpx2.Client, **params: str) -> list[dict[str, Any]]:
    answer = shown(api, client, "/actuarial/triangles", measure="reported", **params)
    rows: list[dict[str, Any]] = data_of(answer)["results"]
    return rows


def latest(rows: list[dict[str, Any]], origin: str) -> int:
    cells = [row for row in rows if row["origin_start"] == origin]
    return int(max(cells, key=lambda row: row["eval_date"])["value_minor"]) if cells else 0


def test_a_claim_is_counted_where_its_service_was(
    api: RunningApi, admin: httpx2.Client, book: Book
) -> None:
    before = reported(api, admin, origin="Y")
    for _ in range(2):
        data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)
    after = reported(api, admin, origin="Y")
    assert latest(after, "2025-01-01") == latest(before, "2025-01-01") + 2
    assert {row["measure"] for row in after} == {"reported"}
    past = reported(api, admin, origin="Y", known_on="2020-01-01")
    assert past == []


def test_every_format_says_the_same(api: RunningApi, admin: httpx2.Client, book: Book) -> None:
    data_of(admin.post(f"{V1}/claims", json=book.claim()), 201)
    asked = {"by": "claim_kind,scheme", "origin": "Q", "position": str(api.last_position())}
    rows = reported(api, admin, **asked)
    assert {"claim_kind", "scheme", "dev_lag_months", "run_id"} <= set(rows[0])
    words = {"measure": "reported", **asked}
    told = admin.get(f"{ACTUARIAL}/triangles", params=words | {"format": "csv"})
    assert told.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(told.text)))
    assert [int(line["value_minor"]) for line in lines] == [row["value_minor"] for row in rows]
    for form, read in (("parquet", pl.read_parquet), ("arrow", pl.read_ipc)):
        file = admin.get(f"{ACTUARIAL}/triangles", params=words | {"format": form})
        frame = read(io.BytesIO(file.content))
        assert frame["value_minor"].to_list() == [row["value_minor"] for row in rows]


def test_exposure_counts_the_members_of_policies(
    api: RunningApi, admin: httpx2.Client, book: Book
) -> None:
    rows = data_of(shown(api, admin, "/actuarial/exposure", origin="Y"))["results"]
    of_2025 = next(row for row in rows if row["period"] == "2025")
    assert of_2025["member_days"] >= 365
    assert of_2025["earned_premium_minor"] > 0


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("triangles", {"measure": "profit"}, "measure"),
        ("triangles", {"by": "shoe_size"}, "by"),
        ("triangles", {"where": "claim_kind"}, "where"),
        ("triangles", {"share": "0.4"}, "share"),
        ("triangles", {"basis": "ceded", "share": "1.4"}, "share"),
        ("triangles", {"known_on": "2199-01-01"}, "known"),
        ("triangles", {"measure": "open", "cap": "5"}, "cap"),
        ("triangles", {"colour": "blue"}, "colour"),
        ("large-claims", {}, "threshold"),
        ("run-off", {}, "opened_on"),
        ("completion", {"where": "claim_kind=none-such"}, "where"),
    ],
)
def test_what_makes_no_sense_is_told_by_its_name(
    admin: httpx2.Client, path: str, params: dict[str, str], field: str
) -> None:
    error = error_of(
        admin.get(f"{ACTUARIAL}/{path}", params=params), 422, "VALIDATION_ERROR"
    )  # fmt: skip
    assert field in faulty_fields(error)


def test_actuaries_read_and_others_do_not(api: RunningApi, book: Book) -> None:
    assert api.as_role("actuary").get(f"{ACTUARIAL}/triangles").status_code == 200
    for role in ("customer_service", "underwriter"):
        answer = api.as_role(role).get(f"{ACTUARIAL}/triangles")
        error_of(answer, 403, "PERMISSION_DENIED")
