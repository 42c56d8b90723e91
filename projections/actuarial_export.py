"""Tables of actuaries as files: CSV, JSON, Parquet or Arrow, every time the same bytes.

A triangle is dense and long: one row a cell and segment. A cell of zero is a row with zero; a cell
that has not come yet is no row. Reserving libraries take it as it is.
"""

import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import polars as pl

from domain.actuarial.triangle import long_rows
from domain.money import Money
from domain.ratio import decimals
from projections.actuary import Answer
from projections.canonical import FORMULA_SIGNS, neutral

_SIGNS = re.escape("".join(sorted(FORMULA_SIGNS)))
_INSTANT = "%Y-%m-%dT%H:%M:%S%.6fZ"
_OF_A_CELL = {
    "origin_start": pl.Date(),
    "origin_end": pl.Date(),
    "eval_date": pl.Date(),
    "dev_lag_months": pl.Int32(),
    "measure": pl.String(),
    "basis": pl.String(),
    "form": pl.String(),
    "value_minor": pl.Int64(),
    "currency": pl.String(),
    "known_at": pl.Datetime("us", "UTC"),
    "view": pl.String(),
    "run_id": pl.String(),
}


class Format(StrEnum):
    """`arrow` is Arrow IPC, which polars and pandas read without a copy."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    ARROW = "arrow"

    @property
    def media_type(self) -> str:
        return {
            Format.CSV: "text/csv; charset=utf-8",
            Format.JSON: "application/json",
            Format.PARQUET: "application/vnd.apache.parquet",
            Format.ARROW: "application/vnd.apache.arrow.file",
        }[self]


def long_frame(answer: Answer, segments: Sequence[str] = ()) -> pl.DataFrame:
    """Every cell of every triangle in long form; `segments` are the columns that come first."""
    rows = [
        (
            *(dict(cell.segment).get(name) for name in segments),
            cell.origin_start,
            cell.origin_end,
            cell.eval_date,
            cell.dev_lag_months,
            cell.measure,
            cell.basis,
            cell.form,
            cell.value_minor,
            cell.currency,
            answer.known_at,
            cell.view,
            answer.run_id,
        )
        for triangle in answer.triangles
        for cell in long_rows(triangle)
    ]
    schema = {**dict.fromkeys(segments, pl.String()), **_OF_A_CELL}
    return pl.DataFrame(rows, schema=schema, orient="row")


Value = str | int | date | datetime | Decimal | Fraction | Money | None
_KINDS: dict[type, pl.DataType] = {
    int: pl.Int64(),
    str: pl.String(),
    date: pl.Date(),
    Fraction: pl.Decimal(38, 6),
    Decimal: pl.Decimal(38, 6),
    Money: pl.Int64(),
}


def table(columns: dict[str, type], rows: Iterable[Sequence[Value]]) -> pl.DataFrame:
    """A table of these columns; amounts in minor units, fractions with six decimals."""
    schema = {name: _KINDS[kind] for name, kind in columns.items()}
    return pl.DataFrame([[_plain(v) for v in row] for row in rows], schema=schema, orient="row")


def _plain(value: Value) -> object:
    match value:
        case Money():
            return value.minor
        case Fraction():
            return decimals(value, 6)
        case _:
            return value


def encoded(frame: pl.DataFrame, form: Format) -> bytes:
    """The table as bytes of a format."""
    out = io.BytesIO()
    match form:
        case Format.CSV:
            _neutral(frame).write_csv(out, datetime_format=_INSTANT, line_terminator="\n")
        case Format.JSON:
            return json.dumps(readable(frame), ensure_ascii=False).encode()
        case Format.PARQUET:
            frame.rechunk().write_parquet(out, compression="zstd", compression_level=3)
        case Format.ARROW:
            frame.rechunk().write_ipc(out, compat_level=pl.CompatLevel.oldest())
    return out.getvalue()


def _neutral(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with no text, and no heading, that a spreadsheet takes for a formula."""
    told = frame.with_columns(pl.col(pl.String).str.replace(rf"^([{_SIGNS}])", "'${1}"))
    return told.rename({name: neutral(name) for name in frame.columns})


def readable(frame: pl.DataFrame) -> list[dict[str, object]]:
    """Rows as JSON shows them: days and instants as text, decimals as text, whole numbers whole."""
    return [
        {name: _json(value) for name, value in row.items()} for row in frame.iter_rows(named=True)
    ]


def _json(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return value
