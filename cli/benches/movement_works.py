"""Reports on many movements: ours on the closed months, DuckDB on the same files, plain SQL on
PostgreSQL. Every work is told in seconds, every ratio as ours by theirs."""

import io
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from adapters.postgres import Connection, connect
from adapters.settings import Settings
from cli.actuary.closing import ends_at
from cli.benches.made_up_movements import DAYS, FIRST, files, movements
from cli.benches.measuring import Before, Result, Work, measure
from domain.ids import MOVEMENT_BOOK_ID
from projections.actuarial_request import Asked
from projections.actuary import Actuary
from projections.movement_layout import INSTANT, LAYOUT, SCHEMA, file_digest
from projections.movement_reading import movements as known_movements
from projections.period_of_claims import COLUMNS, KINDS, claims_of_period, month_of

LAST = FIRST + timedelta(days=DAYS - 1)
MONTH = month_of(FIRST + timedelta(days=DAYS * 3 // 4))
TRIANGLE = "triangle: paid, month by month"
BORDEREAU = "claims of one month, with their events"
THREADS = 2

# Both ask for the same as ours; {rows} is the table or the files.
_TRIANGLE = """
SELECT {month_of_service} AS origin, {month_of_effect} AS at, sum(minor)
FROM {rows} WHERE kind = 'claim_paid' AND currency = 'TZS'
  AND {recorded} < {known} AND effective_on <= DATE '{last}'
GROUP BY 1, 2
"""
_BORDEREAU = """
WITH known AS (
    SELECT claim_no, currency, kind, effective_on, minor, event, stream_id, version FROM {rows}
    WHERE kind IN ({kinds}) AND effective_on < DATE '{until}'),
sums AS (
    SELECT claim_no, currency,
        sum(CASE WHEN kind = 'claim_paid' AND effective_on >= DATE '{first}' THEN minor ELSE 0 END)
            AS paid,
        sum(CASE WHEN kind = 'claim_paid' AND effective_on < DATE '{first}' THEN minor ELSE 0 END)
            AS paid_before,
        sum(CASE WHEN kind = 'claim_reserved' THEN minor ELSE 0 END) AS reserve,
        sum(CASE WHEN kind = 'claim_reserved' AND effective_on < DATE '{first}' THEN minor
            ELSE 0 END) AS reserve_before
    FROM known GROUP BY claim_no, currency
    HAVING bool_or(effective_on >= DATE '{first}')
        OR sum(CASE WHEN kind = 'claim_reserved' THEN minor ELSE 0 END) <> 0),
events AS (
    SELECT claim_no, currency, string_agg(name, ';' ORDER BY event) AS events FROM (
        SELECT DISTINCT claim_no, currency, event, stream_id || ':' || version AS name
        FROM known JOIN sums USING (claim_no, currency)) AS one
    GROUP BY claim_no, currency)
SELECT claim_no, currency, paid, paid_before, reserve, reserve_before, events
FROM sums JOIN events USING (claim_no, currency) ORDER BY claim_no, currency
"""


def measured(settings: Settings, rows: int, rounds: int, before: Before) -> list[Result]:
    """Make the movements, close their months, load PostgreSQL, and measure each work."""
    with TemporaryDirectory(prefix="bima-bench-", dir=_place(settings)) as place:
        settings = settings.model_copy(update={"movements_dir": Path(place)})
        with connect(settings.require_database_url(), application="bench") as conn:
            conn.execute("SET statement_timeout = 0")
            paths = _prepared(conn, settings, rows, before)
            works, limits, same = _works(conn, settings, paths)
            same()
            found = measure(works, limits, rounds, before)
        return [*found, _memory(settings, paths)]


def _place(settings: Settings) -> Path:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    return settings.state_dir


def _prepared(conn: Connection, settings: Settings, rows: int, before: Before) -> list[Path]:
    before("making up movements", 1, 0.0)
    frame = movements(rows)
    paths = files(frame, settings.movements_folder, lambda name: before(name, 1, 0.0))
    before("loading PostgreSQL", 1, 0.0)
    conn.execute("DROP INDEX movements_kind_effective_on, movements_created_at, "
                 "movements_claim_id, movements_policy_id")  # fmt: skip
    conn.execute("ALTER TABLE movements SET UNLOGGED")
    _load(conn, frame, settings.tenant)
    conn.execute("CREATE INDEX movements_created_at ON movements (tenant, created_at)")
    conn.execute("VACUUM ANALYZE movements")
    conn.execute("SET max_parallel_workers_per_gather = 1")  # with the leader: two cores
    conn.execute("SET work_mem = '512MB'")
    for path in paths:
        month = date.fromisoformat(f"{path.stem}-01")
        _note_closed(conn, settings, month, path, frame.height)
    return paths


def _note_closed(
    conn: Connection, settings: Settings, month: date, path: Path, cut_off: int
) -> None:
    """As the read model of closed months would show it."""
    conn.execute(
        "INSERT INTO movement_months (book_id, month, ends_at, cut_off, layout, row_count, totals, "
        "rows_sha256, file_sha256, closed_by, tenant, position, version, created_at, updated_at) "
        "VALUES (%s, %s, %s, %s, %s, 0, '[{\"currency\": \"TZS\"}]', '', %s, 'bench', %s, 0, 0, "
        "now(), now())",
        (MOVEMENT_BOOK_ID, month, ends_at(month, settings.zone), cut_off, LAYOUT,
         file_digest(path), settings.tenant),
    )  # fmt: skip


def _load(conn: Connection, frame: pl.DataFrame, tenant: int) -> None:
    columns = [name for name in SCHEMA if name != "recorded_at"]
    names = ", ".join([*columns, "tenant", "position", "created_at", "updated_at"])
    sql = f"COPY movements ({names}) FROM STDIN (FORMAT csv)"
    beside = {"tenant": pl.lit(tenant), "position": pl.col("event")}
    beside |= dict.fromkeys(("created_at", "updated_at"), pl.col("recorded_at"))
    with conn.cursor() as cursor, cursor.copy(sql.encode()) as copy:
        for part in frame.iter_slices(250_000):
            text = io.BytesIO()
            rows = part.select(*columns, **beside)
            rows.write_csv(text, include_header=False, datetime_format=INSTANT)
            copy.write(text.getvalue())


def _works(
    conn: Connection, settings: Settings, paths: Sequence[Path]
) -> tuple[tuple[Work, ...], dict[str, Work], Callable[[], None]]:
    import duckdb

    duck = duckdb.connect()
    duck.execute(f"SET threads = {THREADS}")
    duck.execute("SET TimeZone = 'UTC'")
    pattern = str(paths[0].parent / "*.parquet")
    on_files = f"read_parquet('{pattern}')"
    triangle_d = _TRIANGLE.format(
        month_of_service="year(service_on) * 12 + month(service_on)",
        month_of_effect="year(effective_on) * 12 + month(effective_on)",
        rows=on_files, recorded="recorded_at", known=_instant(settings), last=LAST,
    )  # fmt: skip
    triangle_p = _TRIANGLE.format(
        month_of_service="date_trunc('month', service_on)",
        month_of_effect="date_trunc('month', effective_on)",
        rows="movements", recorded="created_at", known=_instant(settings), last=LAST,
    )  # fmt: skip
    said = {
        "kinds": ", ".join(f"'{kind}'" for kind in KINDS),
        "first": MONTH.from_on,
        "until": MONTH.until_on,
    }
    bordereau_d = _BORDEREAU.format(rows=on_files, **said)
    bordereau_p = _BORDEREAU.format(rows="movements", **said)

    def by_duck(sql: str) -> Callable[[], list[Any]]:
        return lambda: duck.execute(sql).fetchall()

    def by_postgres(sql: str) -> Callable[[], list[Any]]:
        return lambda: conn.execute(sql.encode()).fetchall()

    ours_t, ours_b = _triangle(conn, settings), _bordereau(conn, settings)
    works = (
        Work(TRIANGLE, "s", _timed(ours_t), (f"DuckDB, {TRIANGLE}", f"SQL, {TRIANGLE}")),
        Work(BORDEREAU, "s", _timed(ours_b), (f"DuckDB, {BORDEREAU}", f"SQL, {BORDEREAU}")),
    )
    limits = {
        f"{whose}, {what}": Work(f"{whose}, {what}", "s", _timed(run), called=whose)
        for whose, what, run in (
            ("DuckDB", TRIANGLE, by_duck(triangle_d)),
            ("DuckDB", BORDEREAU, by_duck(bordereau_d)),
            ("SQL", TRIANGLE, by_postgres(triangle_p)),
            ("SQL", BORDEREAU, by_postgres(bordereau_p)),
        )
    }

    def same() -> None:
        """All three must say the same before any is measured."""
        mine = sorted(ours_b().rows())
        assert mine == sorted(map(_plain, by_duck(bordereau_d)())), "DuckDB says otherwise"
        assert mine == sorted(map(_plain, by_postgres(bordereau_p)())), "PostgreSQL says otherwise"
        total = sum(row[2] for row in by_duck(triangle_d)())
        assert total == ours_t() == sum(row[2] for row in by_postgres(triangle_p)())

    return works, limits, same


def _plain(row: Sequence[Any]) -> tuple[Any, ...]:
    return (row[0], row[1], *map(int, row[2:6]), row[6])


def _instant(settings: Settings) -> str:
    following = datetime(LAST.year, LAST.month, LAST.day, tzinfo=settings.zone) + timedelta(days=1)
    return f"TIMESTAMPTZ '{following.astimezone(UTC).isoformat()}'"


def _triangle(conn: Connection, settings: Settings) -> Callable[[], int]:
    """Makes the triangle by the function that the command and the API use; its whole sum."""
    now = datetime(LAST.year + 1, 6, 1, tzinfo=UTC)
    actuary = Actuary(conn, settings.movements_folder, settings.tenant, settings.zone, "TZS", now)

    def run() -> int:
        made = actuary.triangles(Asked(known_on=LAST)).triangles[0]
        return sum(row.cells[-1] for row in made.rows)

    return run


def _bordereau(conn: Connection, settings: Settings) -> Callable[[], pl.DataFrame]:
    def run() -> pl.DataFrame:
        frame = known_movements(
            conn, settings.movements_folder, settings.tenant, COLUMNS, kinds=KINDS
        )
        return claims_of_period(frame, MONTH)

    return run


def _timed(run: Callable[[], Any]) -> Callable[[], float]:
    def seconds() -> float:
        started = time.perf_counter()
        run()
        return time.perf_counter() - started

    return seconds


_ALONE = """
import resource, sys
from datetime import date
from pathlib import Path
from projections.movement_reading import from_files
from projections.period_of_claims import COLUMNS, claims_of_period, month_of
paths = sorted(Path(sys.argv[1]).glob("*.parquet"))
claims_of_period(from_files(paths, COLUMNS), month_of(date.fromisoformat(sys.argv[2])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def _memory(settings: Settings, paths: Sequence[Path]) -> Result:
    """The most memory that a process of its own needs for the bordereau, libraries included."""
    ran = subprocess.run(
        [sys.executable, "-c", _ALONE, str(paths[0].parent), str(MONTH.from_on)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return Result(f"{BORDEREAU}: memory at most", float(ran.stdout), "MB", {})
