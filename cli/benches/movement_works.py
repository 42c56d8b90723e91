"""Reports on many movements: ours on the closed months, DuckDB on the same files, plain SQL on
PostgreSQL. Every work is told in seconds, every ratio as ours by theirs."""

import io
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
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
from domain.periods import Period
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
WITH known AS NOT MATERIALIZED (
    SELECT claim_no, currency, kind, effective_on, minor, event, stream_id, version FROM {rows}
    WHERE kind IN ({kinds}) AND effective_on < DATE '{until}'),
chosen AS (
    SELECT claim_no, currency FROM known WHERE kind = 'claim_reserved'
    GROUP BY claim_no, currency HAVING sum(minor) <> 0
    UNION
    SELECT claim_no, currency FROM known WHERE effective_on >= DATE '{first}'),
moved AS (SELECT known.* FROM known JOIN chosen USING (claim_no, currency)),
sums AS (
    SELECT claim_no, currency,
        sum(CASE WHEN kind = 'claim_paid' AND effective_on >= DATE '{first}' THEN minor ELSE 0 END)
            AS paid,
        sum(CASE WHEN kind = 'claim_paid' AND effective_on < DATE '{first}' THEN minor ELSE 0 END)
            AS paid_before,
        sum(CASE WHEN kind = 'claim_reserved' THEN minor ELSE 0 END) AS reserve,
        sum(CASE WHEN kind = 'claim_reserved' AND effective_on < DATE '{first}' THEN minor
            ELSE 0 END) AS reserve_before
    FROM moved GROUP BY claim_no, currency),
events AS (
    SELECT claim_no, currency, string_agg(name, ';' ORDER BY event) AS events FROM (
        SELECT DISTINCT claim_no, currency, event, stream_id || ':' || version AS name
        FROM moved) AS one
    GROUP BY claim_no, currency)
SELECT claim_no, currency, paid, paid_before, reserve, reserve_before, events
FROM sums JOIN events USING (claim_no, currency) ORDER BY claim_no, currency
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """The movements of one comparison: `month` is reported; `of` is said where not all are."""

    folder: Path
    month: Period
    of: str = ""

    @property
    def paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.parquet"))


@dataclass(frozen=True, slots=True)
class Plan:
    """How much and how often: `rows` movements, of which PostgreSQL holds the first months with at
    most `sql_rows`; made-up movements stay in `kept`, if that is given, for the next time."""

    rows: int
    sql_rows: int
    rounds: int
    before: Before
    kept: Path | None = None


def measured(settings: Settings, plan: Plan) -> list[Result]:
    """Make the movements, close their months, load PostgreSQL, and measure each work."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix="bima-bench-", dir=settings.state_dir) as place,
        connect(settings.require_database_url(), application="bench") as conn,
    ):
        whole = Scope(_made_up(plan, Path(place)), MONTH)
        part = _part(whole, plan.sql_rows, Path(place) / "part")
        conn.execute("SET statement_timeout = 0")
        _load(conn, settings, part, whole, plan.before)
        works, limits = _works(conn, settings, whole, part)
        found = measure(works, limits, plan.rounds, plan.before)
        return [*found, *(_memory(what, whole) for what in (TRIANGLE, BORDEREAU))]


def _made_up(plan: Plan, place: Path) -> Path:
    """The folder of month files: the kept one where it holds them already."""
    folder = plan.kept or place / "movements"
    if not list(folder.glob("*.parquet")):
        plan.before("making up movements", 1, 0.0)
        files(movements(plan.rows), folder, lambda name: plan.before(name, 1, 0.0))
    return folder


def _part(whole: Scope, rows: int, folder: Path) -> Scope:
    """The first months, with at most so many movements; all of them where they are not more."""
    held = 0
    chosen: list[Path] = []
    for path in whole.paths:
        more = pl.scan_parquet(path).select(pl.len()).collect().item()
        if chosen and held + more > rows:
            break
        chosen.append(path)
        held += more
    if chosen == whole.paths:
        return whole
    folder.mkdir()
    for path in chosen:
        (folder / path.name).symlink_to(path.resolve())
    month = month_of(date.fromisoformat(f"{chosen[len(chosen) * 3 // 4].stem}-01"))
    return Scope(folder, month, f", {held:,} movements")


def _load(conn: Connection, settings: Settings, part: Scope, whole: Scope, before: Before) -> None:
    """Put the part's movements into the table; all months count as closed."""
    conn.execute("DROP INDEX movements_kind_effective_on, movements_created_at, "
                 "movements_claim_id, movements_policy_id")  # fmt: skip
    conn.execute("ALTER TABLE movements SET UNLOGGED")
    for path in part.paths:
        before(f"loading PostgreSQL: {path.name}", 1, 0.0)
        _copy(conn, pl.read_parquet(path), settings.tenant)
    before("loading PostgreSQL: index", 1, 0.0)
    conn.execute("CREATE INDEX movements_created_at ON movements (tenant, created_at)")
    conn.execute("VACUUM ANALYZE movements")
    conn.execute("SET max_parallel_workers_per_gather = 1")  # with the leader: two cores
    conn.execute("SET work_mem = '512MB'")
    for path in whole.paths:
        last = pl.scan_parquet(path).select(pl.col("event").max()).collect().item()
        _note_closed(conn, settings, date.fromisoformat(f"{path.stem}-01"), path, last)


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


def _copy(conn: Connection, frame: pl.DataFrame, tenant: int) -> None:
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
    conn: Connection, settings: Settings, whole: Scope, part: Scope
) -> tuple[tuple[Work, ...], dict[str, Work]]:
    """Ours and DuckDB's on the whole, ours and SQL's on the part; all were seen to say the same."""
    import duckdb

    duck = duckdb.connect()
    duck.execute(f"SET threads = {THREADS}")
    duck.execute("SET TimeZone = 'UTC'")

    def by_duck(sql: str) -> list[Any]:
        return duck.execute(sql).fetchall()

    def by_postgres(sql: str) -> list[Any]:
        return conn.execute(sql.encode()).fetchall()

    works: list[Work] = []
    limits: dict[str, Work] = {}
    for whose, scope, run in (("DuckDB", whole, by_duck), ("SQL", part, by_postgres)):
        triangle, bordereau = _asked_of(whose, scope, settings)
        ours = _triangle(conn, settings, scope), _bordereau(conn, settings, scope)
        _same(ours, run, triangle, bordereau, whose)
        for what, own, sql in zip((TRIANGLE, BORDEREAU), ours, (triangle, bordereau), strict=True):
            name = f"{whose}, {what}{scope.of}"
            limits[name] = Work(name, "s", _timed(partial(run, sql)), called=whose)
            known = next((one for one in works if one.name == what + scope.of), None)
            if known is None:
                works.append(Work(what + scope.of, "s", _timed(own), (name,)))
            else:
                works[works.index(known)] = replace(known, against=(*known.against, name))
    return tuple(works), limits


def _asked_of(whose: str, scope: Scope, settings: Settings) -> tuple[str, str]:
    """The triangle and the bordereau in the words of DuckDB, or of PostgreSQL for its table."""
    on_files = whose == "DuckDB"
    rows = f"read_parquet('{scope.folder}/*.parquet')" if on_files else "movements"
    month = "year({0}) * 12 + month({0})" if on_files else "date_trunc('month', {0})"
    triangle = _TRIANGLE.format(
        month_of_service=month.format("service_on"), month_of_effect=month.format("effective_on"),
        rows=rows, recorded="recorded_at" if on_files else "created_at",
        known=_instant(settings), last=LAST,
    )  # fmt: skip
    bordereau = _BORDEREAU.format(
        rows=rows, kinds=", ".join(f"'{kind}'" for kind in KINDS), first=scope.month.from_on,
        until=scope.month.until_on,
    )  # fmt: skip
    return triangle, bordereau


def _same(
    ours: tuple[Callable[[], int], Callable[[], pl.DataFrame]],
    run: Callable[[str], list[Any]],
    triangle: str,
    bordereau: str,
    whose: str,
) -> None:
    """Both must say the same before any is measured."""
    mine = ours[1]().rows()
    assert mine == [_plain(row) for row in run(bordereau)], f"{whose} has other claims"
    assert ours[0]() == sum(row[2] for row in run(triangle)), f"{whose} has another triangle"


def _plain(row: Sequence[Any]) -> tuple[Any, ...]:
    return (row[0], row[1], *map(int, row[2:6]), row[6])


def _instant(settings: Settings) -> str:
    following = datetime(LAST.year, LAST.month, LAST.day, tzinfo=settings.zone) + timedelta(days=1)
    return f"TIMESTAMPTZ '{following.astimezone(UTC).isoformat()}'"


def _triangle(conn: Connection, settings: Settings, scope: Scope) -> Callable[[], int]:
    """Makes the triangle by the function that the command and the API use; its whole sum."""
    now = datetime(LAST.year + 1, 6, 1, tzinfo=UTC)
    actuary = Actuary(conn, scope.folder, settings.tenant, settings.zone, "TZS", now)

    def run() -> int:
        made = actuary.triangles(Asked(known_on=LAST)).triangles[0]
        return sum(row.cells[-1] for row in made.rows)

    return run


def _bordereau(conn: Connection, settings: Settings, scope: Scope) -> Callable[[], pl.DataFrame]:
    def run() -> pl.DataFrame:
        frame = known_movements(conn, scope.folder, settings.tenant, COLUMNS, kinds=KINDS)
        return claims_of_period(frame, scope.month)

    return run


def _timed(run: Callable[[], Any]) -> Callable[[], float]:
    def seconds() -> float:
        started = time.perf_counter()
        run()
        return time.perf_counter() - started

    return seconds


_ALONE = {
    BORDEREAU: """
from projections.movement_reading import from_files
from projections.period_of_claims import COLUMNS, claims_of_period, month_of
claims_of_period(from_files(paths, COLUMNS), month_of(day))
""",
    TRIANGLE: """
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from projections.actuarial_request import Asked
from projections.actuary import Actuary
actuary = Actuary(None, paths[0].parent, 1, ZoneInfo("UTC"), "TZS",
                  datetime(last.year + 1, 6, 1, tzinfo=UTC), tuple(paths))
actuary.triangles(Asked(known_on=last))
""",
}
_BEFORE = """
import sys
from datetime import date
from pathlib import Path
paths = sorted(Path(sys.argv[1]).glob("*.parquet"))
day, last = map(date.fromisoformat, sys.argv[2:])
"""
_AFTER = """
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""


def _memory(what: str, scope: Scope) -> Result:
    """The most memory that a process of its own needs for the work, libraries included."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{_BEFORE}{_ALONE[what]}{_AFTER}", str(scope.folder),
         str(scope.month.from_on), str(LAST)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return Result(f"{what}: memory at most", float(ran.stdout), "MB", {})
