"""What happened to every claim in a period: the sums that a claims bordereau tells, by claim.

Paid in the period and before it, reserved at its end and before it, as known then; each sum with
the events that it is made of. One pass over the movements, whatever their number.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from domain.periods import Period
from projections.movement_rows import Moved

COLUMNS = ("event", "line", "kind", "effective_on", "minor", "currency", "claim_no", "stream_id",
           "version", "recorded_at")  # fmt: skip
KINDS = [str(Moved.CLAIM_BILLED), str(Moved.CLAIM_PAID), str(Moved.CLAIM_RESERVED)]


def claims_of_period(movements: pl.LazyFrame, period: Period) -> pl.DataFrame:
    """A row for every claim that moved in the period or has a reserve at its end.

    In the order of the claims' numbers (`claim_no`) and currencies; amounts are minor units,
    `events` names the events of all sums as `stream_id:version`, in the order of the log.
    """
    kind, minor, day = pl.col("kind"), pl.col("minor"), pl.col("effective_on")
    if period.until_on is None:
        raise ValueError("a period of claims has an end")
    before = day < period.from_on
    paid, reserved = kind == str(Moved.CLAIM_PAID), kind == str(Moved.CLAIM_RESERVED)
    known = movements.filter(kind.is_in(KINDS) & (day < period.until_on))
    sums: Mapping[str, pl.Expr] = {
        "paid_minor": minor * (paid & ~before),
        "paid_before_minor": minor * (paid & before),
        "reserve_minor": minor * reserved,
        "reserve_before_minor": minor * (reserved & before),
    }
    by_claim = (
        known.select("claim_no", "currency", ~before, **sums)
        .rename({"effective_on": "in_period"})
        .group_by("claim_no", "currency")
        .agg(*(pl.col(name).sum() for name in sums), pl.col("in_period").any())
        .filter(pl.col("in_period") | (pl.col("reserve_minor") != 0))
        .select("claim_no", "currency", *sums)
        .sort("claim_no", "currency")
        .collect(engine="streaming")
    )
    return by_claim.join(_events(known, by_claim), on=("claim_no", "currency"), how="left").sort(
        "claim_no", "currency"
    )


def _events(known: pl.LazyFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """The events of the chosen claims, each once, in the order of the log."""
    keys = chosen.lazy().select("claim_no", "currency")
    return (
        known.join(keys, on=("claim_no", "currency"), how="semi")
        .select(
            "claim_no",
            "currency",
            "event",
            name=pl.concat_str("stream_id", pl.lit(":"), pl.col("version").cast(pl.String)),
        )
        .unique(("claim_no", "currency", "event"))
        .sort("event")
        .group_by("claim_no", "currency", maintain_order=True)
        .agg(pl.col("name").str.join(";").alias("events"))
        .collect(engine="streaming")
    )


def totals(table: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Sums of every money column by currency: the control totals of the period."""
    names = [name for name in table.columns if name.endswith("_minor")]
    sums = table.group_by("currency").agg(pl.col(names).cast(pl.Int128).sum()).sort("currency")
    return {
        row["currency"]: {name: int(row[name]) for name in names}
        for row in sums.iter_rows(named=True)
    }


def month_of(day: date) -> Period:
    """The calendar month that holds a day."""
    from domain.periods import add_months

    first = day.replace(day=1)
    return Period(first, add_months(first, 1))
