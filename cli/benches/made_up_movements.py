"""Movements of a made-up insurer, as many as one likes: the same rows for every bench.

Claims of three years, each billed, allowed, reserved, paid in one or two parts and closed, as an
insurer's are: recorded some days after they took effect, months of recording in files of their own.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from domain.actuarial.grain import Grain, start_of
from projections.movement_layout import SCHEMA, write

FIRST, DAYS = date(2023, 1, 1), 3 * 365
ROWS_A_CLAIM = 6
_STEPS = (
    # kind, days after the first, share of the bill in percent
    ("claim_billed", 0, 100),
    ("claim_allowed", 4, 90),
    ("claim_reserved", 4, 80),
    ("claim_paid", 30, 80),
    ("claim_reserved", 30, -80),
    ("claim_closed", 31, 0),
)


def movements(rows: int) -> pl.DataFrame:
    """So many movements, in the columns of a closed month."""
    claims = max(rows // ROWS_A_CLAIM, 1)
    one = pl.int_range(claims, eager=True).alias("claim")
    spread = (one * 2_654_435_761) % 2**32  # scattered, and the same every time
    base = pl.DataFrame({"claim": one, "spread": spread}).with_columns(
        service=(pl.col("spread") % DAYS).cast(pl.Int32),
        billed=(1_000 + pl.col("spread") // 7 % 400_000) * 100,
        wait=(pl.col("spread") // 11 % 90).cast(pl.Int32),
        member=pl.col("spread") // 13 % 200_000,
        provider=pl.col("spread") // 17 % 800,
    )
    parts = [_step(base, number, step) for number, step in enumerate(_STEPS)]
    frame = (
        pl.concat(parts)
        .sort("recorded_at", "claim", "step")
        .with_columns(event=pl.int_range(1, claims * ROWS_A_CLAIM + 1))
    )
    first = frame.group_by("claim").agg(pl.col("event").min().alias("claim_no"))
    return _named(frame.join(first, on="claim"))


def _step(base: pl.DataFrame, number: int, step: tuple[str, int, int]) -> pl.DataFrame:
    kind, after, percent = step
    day = pl.lit(FIRST) + pl.duration(days=pl.col("service") + pl.col("wait") // 3 + after)
    recorded = day + pl.duration(days=pl.col("wait") // 9)
    return base.select(
        "claim",
        "member",
        "provider",
        pl.lit(number, pl.Int32).alias("step"),
        pl.lit(kind).alias("kind"),
        day.alias("effective_on"),
        recorded.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias("recorded_at"),
        (pl.lit(FIRST) + pl.duration(days="service")).alias("service_on"),
        (pl.col("billed") * percent // 100).alias("minor"),
    )


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """The numbers of things as ids that look like those of the ledger."""

    def id_(column: str, kind: int) -> pl.Expr:
        text = pl.col(column).cast(pl.String).str.zfill(12)
        return pl.concat_str(pl.lit(f"0190{kind:04d}-0000-7000-8000-"), text)

    claim = id_("claim", 1)
    nothing = pl.lit(None, pl.String)
    return frame.with_columns(
        line=pl.lit(1), stream_id=claim, version=pl.col("step") + 1, currency=pl.lit("TZS"),
        claim_id=claim, member_id=id_("member", 2), provider_id=id_("provider", 3),
        policy_id=id_("member", 4), product_id=pl.lit("01900005-0000-7000-8000-000000000001"),
        treaty_id=nothing,
        claim_kind=pl.when(pl.col("claim") % 5 == 0).then(pl.lit("inpatient"))
        .otherwise(pl.lit("outpatient")),
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())  # fmt: skip


def files(frame: pl.DataFrame, folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """A file for each month of recording, as `bima movements close` writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for first, until in _months(frame):
        month = frame.filter((pl.col("recorded_at") >= first) & (pl.col("recorded_at") < until))
        path = folder / f"{first:%Y-%m}.parquet"
        tell(path.name)
        write(month, path)
        made.append(path)
    return made


def _months(frame: pl.DataFrame) -> Iterator[tuple[datetime, datetime]]:
    bounds = frame.select(
        pl.col("recorded_at").min().alias("low"), pl.col("recorded_at").max().alias("high")
    ).row(0)
    low, high = (at.year * 12 + at.month - 1 for at in bounds)
    for index in range(low, high + 1):
        first, until = start_of(index, Grain.MONTH), start_of(index + 1, Grain.MONTH)
        yield (
            datetime(first.year, first.month, 1, tzinfo=UTC),
            datetime(until.year, until.month, 1, tzinfo=UTC),
        )
