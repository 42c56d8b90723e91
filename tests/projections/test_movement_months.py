"""Months of movements are closed once, in order, and their files never change."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.clock import SetClock
from adapters.postgres import connect
from adapters.settings import Settings
from cli.actuary.closing import Closing, close_until
from commands.context import Desk
from commands.desk import open_desk
from deploy.folders import NotReady
from domain.refusals import Refused
from projections import PROJECTIONS
from projections.month_checks import check_months
from projections.movement_layout import SCHEMA, canonical_csv, file_digest, write
from projections.movement_reading import Known, closed_months, from_files, from_table, movements
from projections.rebuilding import Rebuild
from projections.running import catch_up
from tests.projections.book import Book

PROJECT = Path(__file__).resolve().parents[2]
APRIL = datetime(2025, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Settings:
    return Settings(DATABASE_URL=database_url, BIMA_HOME=tmp_path, timezone="Africa/Dar_es_Salaam")


@pytest.fixture
def desk(place: Settings) -> Iterator[Desk]:
    opened = open_desk(place, clock=SetClock(APRIL, "Africa/Dar_es_Salaam"))
    yield opened
    opened.store.close()


@pytest.fixture
def three_months(book: Book) -> Book:
    """Claims recorded in January, February and March."""
    for month in (1, 2, 3):
        book.now = book.now.replace(month=month, day=9)
        book.submit_many(12)
        book.take_over(125_000, 80_000, 45_000)
    book.flush()
    return book


def close(desk: Desk, place: Settings, month: date | None = None) -> list[Closing]:
    return close_until(desk, place, month, lambda what, done, of: None, "juma")


def whole_table(url: str) -> pl.DataFrame:
    catch_up(url, PROJECTIONS)
    with connect(url) as conn:
        return from_table(conn, 1)


def test_every_movement_is_in_the_file_of_exactly_one_month(
    three_months: Book, desk: Desk, place: Settings, database_url: str
) -> None:
    told = close(desk, place)
    assert [one.month for one in told] == ["2025-01", "2025-02", "2025-03"]
    assert all(one.rows for one in told)
    files = [Path(one.path) for one in told]
    assert from_files(files).collect().sort("event", "line").equals(whole_table(database_url))
    for month, file in zip((1, 2, 3), files, strict=True):
        recorded = from_files([file]).collect()["recorded_at"]
        assert {at.month for at in recorded} == {month}


def test_a_closed_month_is_closed_once_and_stays_as_it_is(
    three_months: Book, desk: Desk, place: Settings
) -> None:
    january = close(desk, place, date(2025, 1, 1))
    before = Path(january[0].path).read_bytes()
    assert close(desk, place, date(2025, 1, 1)) == []
    assert [one.month for one in close(desk, place)] == ["2025-02", "2025-03"]
    assert Path(january[0].path).read_bytes() == before


def test_what_is_recorded_late_belongs_to_the_next_month(
    three_months: Book, desk: Desk, place: Settings, database_url: str
) -> None:
    """A writer whose clock is behind records an event of January when January is closed."""
    january = close(desk, place, date(2025, 1, 1))[0]
    three_months.now = datetime(2025, 1, 30, 12, 0, tzinfo=UTC)
    three_months.submit("auto")
    three_months.flush()
    told = close(desk, place)
    assert file_digest(Path(january.path)) == january.file_sha256
    february = from_files([Path(told[0].path)]).collect()["recorded_at"]
    assert {at.month for at in february} == {1, 2}
    every = from_files([Path(one.path) for one in (january, *told)]).collect()
    assert every.sort("event", "line").equals(whole_table(database_url))


def test_a_closed_month_comes_out_the_same_from_any_later_ledger(
    three_months: Book, desk: Desk, place: Settings, database_url: str
) -> None:
    """Later events, every projection filled anew, the file lost: the same bytes."""
    told = close(desk, place, date(2025, 2, 1))
    before = {one.path: Path(one.path).read_bytes() for one in told}
    three_months.now = APRIL
    three_months.submit_many(30)
    catch_up(database_url, PROJECTIONS)
    assert not any(Rebuild(database_url, PROJECTIONS, largest=37).run().values())
    for one in told:
        Path(one.path).unlink()
    again = {one.month: one for one in close(desk, place, date(2025, 2, 1))}
    for one in told:
        assert again[one.month].what == "put back"
        assert Path(one.path).read_bytes() == before[one.path]
        assert again[one.month].rows_sha256 == one.rows_sha256


def test_a_file_that_would_come_out_otherwise_is_not_put_back(
    three_months: Book, desk: Desk, place: Settings, database_url: str
) -> None:
    told = close(desk, place, date(2025, 1, 1))[0]
    Path(told.path).unlink()
    with connect(database_url) as conn:
        conn.execute("UPDATE movements SET minor = minor + 1 WHERE kind = 'claim_paid'")
    with pytest.raises(NotReady, match="not those that were closed"):
        close(desk, place)
    assert not Path(told.path).exists()


@pytest.mark.parametrize(
    ("month", "code"),
    [
        (date(2025, 4, 1), "movement_book.not_over"),
        (date(2025, 5, 1), "movement_book.not_over"),
    ],
)
def test_a_month_that_is_not_over_is_not_closed(
    three_months: Book, desk: Desk, place: Settings, month: date, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        close(desk, place, month)
    assert refused.value.code == code
    assert not place.movements_folder.exists()


def test_readers_see_closed_months_and_the_rest_as_one(
    three_months: Book, desk: Desk, place: Settings, database_url: str
) -> None:
    close(desk, place, date(2025, 2, 1))
    every = whole_table(database_url)
    folder = place.movements_folder
    with connect(database_url) as conn:
        assert len(closed_months(conn, 1)) == 2
        assert (
            movements(conn, folder, 1, SCHEMA)
            .collect()
            .sort("event", "line")
            .select(list(SCHEMA))
            .equals(every)
        )
        (folder / "2025-01.parquet").unlink()
        known = datetime(2025, 2, 9, 9, 0, tzinfo=UTC)
        found = movements(conn, folder, 1, SCHEMA, Known(at=known)).collect().sort("event", "line")
        assert found.select(list(SCHEMA)).equals(every.filter(pl.col("recorded_at") <= known))
        up_to = movements(conn, folder, 1, ("minor",), Known(position=40), ("claim_paid",))
        expected = every.filter((pl.col("event") <= 40) & (pl.col("kind") == "claim_paid"))
        assert up_to.collect()["minor"].sum() == expected["minor"].sum()


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "minor": st.integers(-(10**15), 10**15),
            "kind": st.sampled_from(["claim_paid", "claim_reserved", "premium_written"]),
            "effective_on": st.dates(date(1990, 1, 1), date(2040, 1, 1)),
            "service_on": st.none() | st.dates(date(1990, 1, 1), date(2040, 1, 1)),
            "recorded_at": st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001
            "claim_no": st.none() | st.integers(1, 10**12),
            "claim_id": st.none() | st.uuids().map(str),
            "claim_kind": st.text(st.characters(exclude_characters="\0"), max_size=6),
        }
    ),
    max_size=40,
)


def framed(rows: list[dict[str, Any]], order: list[int]) -> pl.DataFrame:
    filled = [
        {
            "event": 1 + n // 2, "line": 1 + n % 2, "stream_id": f"stream-{n // 2}",
            "version": n // 2, "currency": "TZS", "member_id": None, "policy_id": None,
            "product_id": None, "provider_id": None, "treaty_id": None,
        } | row
        for n, row in enumerate(rows)
    ]  # fmt: skip
    frame = pl.DataFrame([filled[n] for n in order], infer_schema_length=None)
    return frame.with_columns(
        pl.col("recorded_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


@settings(max_examples=40)
@given(rows=ROWS.filter(bool), data=st.data())
def test_the_same_rows_are_the_same_bytes_in_whatever_order_they_come(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("months")
    order = data.draw(st.permutations(range(len(rows))))
    cut = data.draw(st.integers(0, len(rows)))
    given_, other = framed(rows, list(range(len(rows)))), framed(rows, order)
    other = pl.concat([other[:cut], other[cut:]], rechunk=False)
    first, second = write(given_, folder / "a.parquet"), write(other, folder / "b.parquet")
    assert first == second
    assert canonical_csv(given_) == canonical_csv(other)
    assert pl.read_parquet(folder / "b.parquet").equals(given_.sort("event", "line"))


WRITE = """
import sys
from pathlib import Path
import polars as pl
from projections.movement_layout import write
frame = pl.read_ipc(sys.argv[1])
print(write(frame, Path(sys.argv[2])).file_sha256, pl.thread_pool_size())
"""


def test_the_same_rows_are_the_same_bytes_with_any_number_of_threads(tmp_path: Path) -> None:
    count = 300_000  # three groups of rows
    frame = pl.select(event=pl.int_range(count, 0, -1)).with_columns(
        line=pl.lit(1), stream_id=(pl.col("event") % 9_001).cast(pl.String),
        version=pl.col("event") % 7, kind=pl.lit("claim_paid"),
        effective_on=pl.date(2025, 1, 1) + pl.duration(days=pl.col("event") % 365),
        recorded_at=pl.datetime(2025, 1, 1, time_zone="UTC") + pl.duration(seconds="event"),
        service_on=pl.lit(None), currency=pl.lit("TZS"), minor=pl.col("event") * 7919 % 100_003,
        claim_no=pl.col("event") // 5, claim_id=pl.lit(None), claim_kind=pl.lit("outpatient"),
        member_id=(pl.col("event") % 40_009).cast(pl.String), policy_id=pl.lit(None),
        product_id=pl.lit(None), provider_id=pl.lit(None), treaty_id=pl.lit(None),
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())  # fmt: skip
    frame.write_ipc(tmp_path / "rows.arrow")
    hashes = set()
    for threads in ("1", "4"):
        ran = subprocess.run(
            [sys.executable, "-c", WRITE, tmp_path / "rows.arrow", tmp_path / f"{threads}.parquet"],
            env={**os.environ, "POLARS_MAX_THREADS": threads}, cwd=PROJECT, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        digest, used = ran.stdout.split()
        assert used == threads
        hashes.add(digest)
    assert len(hashes) == 1


def check(place: Settings) -> tuple[str, ...]:
    url = place.database_url
    return check_months(url, place.movements_folder, 1, lambda done, of: None).faults


def test_a_closed_month_that_was_touched_is_named(
    three_months: Book, desk: Desk, place: Settings, database_url: str
) -> None:
    told = close(desk, place)
    assert check(place) == ()
    path = Path(told[1].path)
    content = path.read_bytes()
    path.write_bytes(content[:-20] + b"x" + content[-19:])
    (fault,) = check(place)
    assert "2025-02.parquet: is not the file that was written" in fault
    path.write_bytes(content)
    with connect(database_url) as conn:
        edited = "UPDATE movements SET minor = minor + 1 WHERE event = %s AND line = %s"
        for frame in (pl.read_parquet(one.path) for one in told[:2]):
            conn.execute(edited, frame.select("event", "line").row(-1))
        assert check(place) == tuple(
            f"2025-0{month}: the rows are not those that were closed" for month in (1, 2)
        )
        conn.execute("DELETE FROM movements WHERE event = (SELECT max(event) FROM movements)")
    assert "rows," in check(place)[2]
