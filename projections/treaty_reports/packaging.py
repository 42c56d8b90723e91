"""Writes an issued report as a package: the signed CSV, the same as Parquet and XLSX, a cover.

The CSV is the report; the other files are made of its cells for readers who want them so. The
package appears as a whole or not at all.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from adapters.report_signing import ReportSigner
from domain.money import Money, exponent
from projections.canonical import neutral
from projections.treaty_reports.building import Built
from projections.treaty_reports.cover import cover
from projections.treaty_reports.manifest import (
    COVER,
    CSV,
    MANIFEST,
    PARQUET,
    XLSX,
    Chain,
    canonical,
    manifest_of,
    without_signature,
)
from projections.treaty_reports.recipients import Profile, profile

_EXCEL_DIGITS = 15  # a spreadsheet keeps no more digits of a number


@dataclass(frozen=True, slots=True)
class Package:
    """What was written, and the hash by which the next report refers to it."""

    folder: Path
    manifest_sha256: str
    csv_sha256: str
    files: dict[str, str]

    @classmethod
    def of(cls, folder: Path, files: dict[str, bytes], manifest: bytes) -> "Package":
        """What a package is, before or after it is written."""
        hashes = {name: _sha256(content) for name, content in files.items()}
        return cls(folder, _sha256(manifest), hashes[CSV], hashes)


def manifest_bytes(
    built: Built, signer: ReportSigner, chain: Chain
) -> tuple[dict[str, bytes], bytes]:
    """All files by name, and the signed manifest."""
    reader = profile(built.asked.administration.profile)
    files = {
        CSV: built.csv,
        PARQUET: _parquet(built),
        XLSX: _xlsx(built, reader),
        COVER: cover(built, signer.public),
    }
    hashes = {name: _sha256(content) for name, content in files.items()}
    content = manifest_of(built, hashes, chain, signer.sign(built.csv), signer.public)
    content["signature"] = signer.sign(without_signature(content))
    return files, canonical(content)


def write_package(folder: Path, files: dict[str, bytes], manifest: bytes) -> Package:
    """Write the package into a folder that must not be there yet; raises FileExistsError."""
    if folder.exists():
        raise FileExistsError(f"{folder} is there already")
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    fresh.mkdir(parents=True)
    try:
        for name, content in {**files, MANIFEST: manifest}.items():
            (fresh / name).write_bytes(content)
        fresh.rename(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Package.of(folder, files, manifest)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _parquet(built: Built) -> bytes:
    """Amounts as exact decimals, days and instants as such, lists as lists."""
    columns = {
        name: [_value(row[name]) for row in built.rows] for name in built.asked.layout.columns
    }
    frame = pl.DataFrame(
        [
            pl.Series(name, values, dtype=_type(values), strict=True)
            for name, values in columns.items()
        ]
    )
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=3, statistics=False)
    return out.getvalue()


def _value(value: object) -> Any:
    match value:
        case Money():
            return value.amount
        case tuple() | list():
            return list(value)
        case None | bool() | int() | Decimal() | date() | datetime():
            return value
        case str():
            return neutral(value)
        case _:
            return str(value)


def _type(values: Sequence[object]) -> Any:
    """The type of a column from its first value; text where every cell is empty."""
    for value in values:
        match value:
            case bool():
                return pl.Boolean
            case int():
                return pl.Int64
            case Decimal():
                places = max(_places(one) for one in values if isinstance(one, Decimal))
                return pl.Decimal(38, places)
            case datetime():
                return pl.Datetime("us", "UTC")
            case date():
                return pl.Date
            case list():
                return pl.List(pl.String)
            case str():
                return pl.String
            case _:
                continue
    return pl.String


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _xlsx(built: Built, reader: Profile) -> bytes:
    """The recipient's columns and headings; amounts as numbers where no digit is lost."""
    import xlsxwriter  # by those alone that write a workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  # says nothing
    sheet = book.add_worksheet(built.asked.kind)
    bold = book.add_format({"bold": True, "bg_color": "#EEF1F5", "bottom": 1, "text_wrap": True})
    styles = {places: book.add_format({"num_format": _number_style(places)}) for places in range(4)}
    columns = reader.columns_of(built.asked.kind)
    at = {name: place for place, name in enumerate(built.asked.layout.columns)}
    for place, name in enumerate(columns):
        sheet.write_string(0, place, neutral(reader.heading(name)), bold)
        sheet.set_column(place, place, 24 if name.endswith(("_id", "_ref")) else 16)
    for line, (row, cells) in enumerate(zip(built.rows, built.cells, strict=True), 1):
        for place, name in enumerate(columns):
            value, told = row[name], cells[at[name]]
            if isinstance(value, Money) and len(str(abs(value.minor))) <= _EXCEL_DIGITS:
                # A decimal goes in by its own digits: a binary fraction would be another amount.
                sheet.write_number(line, place, value.amount, styles[exponent(value.currency)])
            elif told:
                sheet.write_string(line, place, told)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(built.rows), 1), len(columns) - 1)
    book.close()
    return out.getvalue()


def _number_style(places: int) -> str:
    """Thousands with a comma, the decimals of the currency, red below zero."""
    digits = "#,##0" + (f".{'0' * places}" if places else "")
    return f"{digits};[Red]-{digits}"
