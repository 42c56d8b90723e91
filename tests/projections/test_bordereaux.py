"""A bordereau is the same file whenever it is made, and its totals are those of the ledger."""

import csv
import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.postgres import connect
from projections import PROJECTIONS
from projections.bordereaux import BORDEREAUX, BordereauRefused
from projections.canonical import Issued
from projections.rebuilding import Rebuild
from projections.running import catch_up
from tests.projections.book import Book

PERIOD = "2025-01"


def issue(
    database_url: str, kind: str, path: Path, position: int | None = None, period: str = PERIOD
) -> Issued:
    with connect(database_url) as conn:
        return BORDEREAUX[kind](conn, period, position, path)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", ["claims", "premium"])
def test_it_is_the_same_file_after_later_events_and_a_rebuild(
    full_book: Book, database_url: str, tmp_path: Path, kind: str
) -> None:
    position = catch_up(database_url, PROJECTIONS)
    first = issue(database_url, kind, tmp_path / "first.csv", position)
    assert first.rows > 3
    full_book.submit_many(24)
    full_book.enrol_family(3)
    full_book.flush()
    catch_up(database_url, PROJECTIONS, largest=17)
    after_more = issue(database_url, kind, tmp_path / "more.csv", position)
    Rebuild(database_url, PROJECTIONS).run()
    rebuilt = issue(database_url, kind, tmp_path / "rebuilt.csv", position)
    assert first.sha256 == after_more.sha256 == rebuilt.sha256
    content = (tmp_path / "first.csv").read_bytes()
    assert content == (tmp_path / "rebuilt.csv").read_bytes()
    assert hashlib.sha256(content).hexdigest() == first.sha256
    now = issue(database_url, kind, tmp_path / "now.csv")
    assert now.rows > first.rows
    assert now.sha256 != first.sha256


def test_the_totals_are_those_of_the_movements(
    full_book: Book, database_url: str, tmp_path: Path
) -> None:
    catch_up(database_url, PROJECTIONS)
    issued = issue(database_url, "claims", tmp_path / "claims.csv")
    with connect(database_url) as conn:
        sums = conn.execute(
            "SELECT sum(minor) FILTER (WHERE kind = 'claim_paid' AND effective_on >= %s),"
            " sum(minor) FILTER (WHERE kind = 'claim_reserved') FROM movements"
            " WHERE effective_on < %s",
            (date(2025, 1, 1), date(2025, 2, 1)),
        ).fetchone()
    assert sums is not None
    totals = issued.totals["TZS"]
    assert Decimal(totals["paid_this_period_indemnity"]) * 100 == sums[0] > 0
    assert Decimal(totals["reserve_indemnity"]) * 100 == sums[1] > 0
    rows = rows_of(tmp_path / "claims.csv")
    for row in rows:
        paid, before, reserve, incurred = (
            Decimal(row[name])
            for name in (
                "paid_this_period_indemnity",
                "previously_paid_indemnity",
                "reserve_indemnity",
                "incurred_indemnity",
            )
        )
        assert incurred == paid + before + reserve
        assert row["loss_date_from"] <= row["date_first_advised"]
    assert [row["claim_ref"] for row in rows] == sorted(row["claim_ref"] for row in rows)
    statuses = {row["claim_status"] for row in rows}
    assert statuses == {"open", "closed", "denied", "withdrawn"}


def test_what_a_month_paid_is_what_the_next_one_paid_before(
    full_book: Book, database_url: str, tmp_path: Path
) -> None:
    catch_up(database_url, PROJECTIONS)
    january = issue(database_url, "claims", tmp_path / "january.csv").totals["TZS"]
    full_book.now = full_book.now.replace(month=2)
    full_book.submit_many(8)
    catch_up(database_url, PROJECTIONS)
    issue(database_url, "claims", tmp_path / "february.csv", period="2025-02")
    told = {row["claim_ref"]: row for row in rows_of(tmp_path / "february.csv")}
    carried = [row for row in rows_of(tmp_path / "january.csv") if row["claim_ref"] in told]
    assert carried, "what is still reserved is told again"
    for row in carried:
        later = told[row["claim_ref"]]
        assert later["previously_paid_indemnity"] == row["paid_this_period_indemnity"]
    assert Decimal(january["previously_paid_indemnity"]) == 0


def test_no_name_leaves_the_house(full_book: Book, database_url: str, tmp_path: Path) -> None:
    catch_up(database_url, PROJECTIONS)
    for kind in BORDEREAUX:
        issue(database_url, kind, tmp_path / f"{kind}.csv")
        content = (tmp_path / f"{kind}.csv").read_text()
        assert "Asha" not in content
        assert "Mollel" not in content


def test_every_row_ends_with_its_own_hash(
    full_book: Book, database_url: str, tmp_path: Path
) -> None:
    catch_up(database_url, PROJECTIONS)
    issue(database_url, "premium", tmp_path / "premium.csv")
    for line in (tmp_path / "premium.csv").read_text().splitlines()[1:]:
        body, _, digest = line.rpartition(",")
        assert hashlib.sha256(f"{body}\n".encode()).hexdigest() == digest


@pytest.mark.parametrize(
    ("period", "position"), [("2025-13", None), ("January", None), (PERIOD, 10**9), (PERIOD, -1)]
)
def test_what_cannot_be_reported_is_refused_and_nothing_is_written(
    full_book: Book, database_url: str, tmp_path: Path, period: str, position: int | None
) -> None:
    catch_up(database_url, PROJECTIONS)
    with pytest.raises(BordereauRefused):
        issue(database_url, "claims", tmp_path / "claims.csv", position, period)
    assert list(tmp_path.iterdir()) == []
