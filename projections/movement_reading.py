"""Movements as columns: closed months from their files, everything later from the table.

This is what bordereaux and triangles read. `known` leaves out what was recorded later; a closed
month whose file is not on this machine is read from the table, which holds every row.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from adapters.postgres import Connection
from projections.movement_layout import SCHEMA

_COLUMNS = {
    "recorded_at": "(extract(epoch FROM created_at) * 1000000)::bigint",
    "effective_on": "effective_on - DATE '1970-01-01'",
    "service_on": "service_on - DATE '1970-01-01'",
}
_STORED_AS = {"recorded_at": pl.Int64(), "effective_on": pl.Int32(), "service_on": pl.Int32()}


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month of recording and where it ends: in time, and in the log."""

    month: date
    ends_at: datetime
    cut_off: int
    rows: int
    rows_sha256: str
    file_sha256: str
    layout: int
    currencies: frozenset[str] = frozenset()

    @property
    def file_name(self) -> str:
        return f"{self.month:%Y-%m}.parquet"


@dataclass(frozen=True, slots=True)
class Known:
    """What a report may know: everything, or what was recorded up to an instant or a position."""

    at: datetime | None = None
    position: int | None = None

    def filter(self) -> pl.Expr:
        condition = pl.lit(True)
        if self.at is not None:
            at = pl.lit(self.at.astimezone(UTC), pl.Datetime("us", "UTC"))
            condition &= pl.col("recorded_at") <= at
        if self.position is not None:
            condition &= pl.col("event") <= self.position
        return condition

    def holds_all_of(self, month: ClosedMonth) -> bool:
        """Whether a whole closed month is known, so that no row of it need be asked."""
        in_time = self.at is None or month.ends_at <= self.at + timedelta(microseconds=1)
        return in_time and (self.position is None or month.cut_off <= self.position)


def closed_months(conn: Connection, tenant: int) -> list[ClosedMonth]:
    """The closed months in their order."""
    rows = conn.execute(
        "SELECT month, ends_at, cut_off, row_count, rows_sha256, file_sha256, layout, totals "
        "FROM movement_months WHERE tenant = %s ORDER BY month",
        (tenant,),
    )
    return [_closed(row) for row in rows]


def _closed(row: Sequence[Any]) -> ClosedMonth:
    month, ends_at, cut_off, count, rows_sha256, file_sha256, layout, totals = row
    currencies = frozenset(total["currency"] for total in totals)
    return ClosedMonth(month, ends_at, cut_off, count, rows_sha256, file_sha256, layout, currencies)


def movements(
    conn: Connection,
    folder: Path,
    tenant: int,
    columns: Iterable[str] = SCHEMA,
    known: Known = Known(),
    kinds: Sequence[str] | None = None,
    currency: str = "",
) -> pl.LazyFrame:
    """All movements that are known, in no particular order: sort by `event`, then `line`.

    Month files that lie in `folder` are read as far as the columns and kinds asked for; the rest
    comes from the table. A column is looked at only in months where it decides anything.
    """
    wanted = list(dict.fromkeys((*columns, "event", "line", "recorded_at", "kind", "currency")))
    here: list[ClosedMonth] = []
    for month in closed_months(conn, tenant):
        if not (folder / month.file_name).is_file():
            break
        here.append(month)
    last = here[-1] if here else None
    rest = from_table(conn, tenant, wanted, after=last, kinds=kinds).lazy()
    if currency:
        rest = rest.filter(pl.col("currency") == currency)
    parts = [rest.filter(known.filter())]
    for cut in (False, True):
        for mixed in (False, True):
            chosen = [
                folder / month.file_name
                for month in here
                if known.holds_all_of(month) is not cut
                and (bool(currency) and month.currencies != {currency}) is mixed
            ]
            if not chosen:
                continue
            frame = from_files(chosen, wanted)
            if cut:
                frame = frame.filter(known.filter())
            if mixed:
                frame = frame.filter(pl.col("currency") == currency)
            if kinds is not None:
                frame = frame.filter(pl.col("kind").is_in(list(kinds)))
            parts.append(frame)
    return pl.concat(parts)


def from_files(paths: Sequence[Path], columns: Iterable[str] = SCHEMA) -> pl.LazyFrame:
    """The rows of closed months, or of one file that was exported."""
    return pl.scan_parquet(list(paths)).select(list(columns))


def from_table(
    conn: Connection,
    tenant: int,
    columns: Iterable[str] = SCHEMA,
    *,
    after: ClosedMonth | None = None,
    until: ClosedMonth | None = None,
    kinds: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Rows of the table that are not in the months up to `after` and, where `until` is given,
    belong to the months up to that one."""
    names = list(columns)
    conditions, values = ["tenant = %(tenant)s"], {"tenant": tenant}
    if after is not None:
        conditions.append("(event > %(after)s OR created_at >= %(after_at)s)")
        values |= {"after": after.cut_off, "after_at": after.ends_at}  # type: ignore[dict-item]
    if until is not None:
        conditions.append("(event <= %(until)s AND created_at < %(until_at)s)")
        values |= {"until": until.cut_off, "until_at": until.ends_at}  # type: ignore[dict-item]
    if kinds is not None:
        conditions.append("kind = ANY (%(kinds)s)")
        values["kinds"] = list(kinds)  # type: ignore[assignment]
    selected = ", ".join(_COLUMNS.get(name, name) for name in names)
    sql = (
        f"COPY (SELECT {selected} FROM movements WHERE {' AND '.join(conditions)} "  # noqa: S608  # nosec B608  # conditions named here
        "ORDER BY event, line) TO STDOUT (FORMAT csv)"
    )
    text = io.BytesIO()
    with conn.cursor() as cursor, cursor.copy(sql.encode(), values) as copy:
        for data in copy:
            text.write(data)
    stored = {name: _STORED_AS.get(name, SCHEMA[name]) for name in names}
    if not text.tell():
        return pl.DataFrame(schema={name: SCHEMA[name] for name in names})
    text.seek(0)
    frame = pl.read_csv(text, has_header=False, schema=stored)
    return frame.select(
        pl.col(name).fill_null("") if name in _NEVER_NULL else pl.col(name).cast(SCHEMA[name])
        for name in names
    )


_NEVER_NULL = frozenset({"claim_kind", "kind", "currency"})
