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
_CLAIM = ("claim_no", "currency")
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
    rows = _of_the_claims(known, _chosen(known, before, reserved))
    sums: Mapping[str, pl.Expr] = {
        "paid_minor": minor * (paid & ~before),
        "paid_before_minor": minor * (paid & before),
        "reserve_minor": minor * reserved,
        "reserve_before_minor": minor * (reserved & before),
    }
    by_claim = rows.group_by(*_CLAIM, maintain_order=True).agg(
        value.sum().alias(name) for name, value in sums.items()
    )
    return by_claim.join(_events(rows), on=_CLAIM, how="left", maintain_order="left")


def _chosen(known: pl.LazyFrame, before: pl.Expr, reserved: pl.Expr) -> pl.LazyFrame:
    """The claims that moved in the period, or are reserved at its end.

    Most claims of a long book are neither: only these few are looked at again, row by row.
    """
    open_ = known.filter(reserved).group_by(*_CLAIM).agg(pl.col("minor").sum())
    moved = known.filter(~before).select(*_CLAIM)
    return pl.concat([open_.filter(pl.col("minor") != 0).select(*_CLAIM), moved]).unique()


def _of_the_claims(known: pl.LazyFrame, chosen: pl.LazyFrame) -> pl.DataFrame:
    """Every movement of the chosen claims, claim by claim in the order of the log."""
    claims = chosen.collect(engine="streaming").lazy()
    rows = known.join(claims, on=_CLAIM, how="semi").select(
        *_CLAIM, "event", "line", "stream_id", "version", "kind", "minor", "effective_on"
    )
    return rows.collect(engine="streaming").sort(*_CLAIM, "event", "line")


def _events(rows: pl.DataFrame) -> pl.DataFrame:
    """The events of each claim, each once: its rows stand in the order of the log."""
    first = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift())
                              for name in (*_CLAIM, "event"))  # fmt: skip
    name = pl.concat_str("stream_id", pl.lit(":"), pl.col("version").cast(pl.String))
    return (
        rows.filter(first)
        .select(*_CLAIM, name.alias("events"))
        .group_by(*_CLAIM, maintain_order=True)
        .agg("events")
        .with_columns(pl.col("events").list.join(";"))
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
