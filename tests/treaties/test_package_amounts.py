"""Amounts leave the house to the cent in every file of a package, however large they are."""

import io
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import polars as pl
import pytest

from adapters.report_signing import ReportSigner
from adapters.secret_keys import report_signing_key
from domain.money import Money
from projections.treaty_reports.asking import Wanted
from projections.treaty_reports.building import Built, built_of
from projections.treaty_reports.manifest import PARQUET, XLSX, Chain
from projections.treaty_reports.packaging import manifest_bytes
from tests.treaties.reinsured import Reinsured

COLUMN = "ceded_incurred"
# Fifteen digits a spreadsheet keeps as a number; what is longer stands there as text.
AMOUNTS = (
    "9999999999999.99", "-8123456789012.37", "0.10", "1.15", "-0.01", "4503599627370.49",
    "12345678901234.56", "92233720368547758.07", "-92233720368547758.07",
)  # fmt: skip


@pytest.fixture
def with_large_amounts(january: Reinsured) -> Built:
    built = january.built(Wanted("QS-2025", "claims", "2025-01"))
    rows = [
        {**built.rows[at], COLUMN: Money.of(amount, "TZS")} for at, amount in enumerate(AMOUNTS)
    ]
    return built_of(built.asked, rows)


def test_a_spreadsheet_reads_back_to_the_same_cents(
    with_large_amounts: Built, tmp_path: Path
) -> None:
    signer = ReportSigner(report_signing_key(tmp_path))
    files, _ = manifest_bytes(with_large_amounts, signer, Chain("", None))
    told = [Decimal(text) for text in AMOUNTS]

    sheet = openpyxl.load_workbook(io.BytesIO(files[XLSX])).active
    assert sheet is not None
    headings = [cell.value for cell in next(sheet.iter_rows())]
    at = with_large_amounts.asked.layout.columns.index(COLUMN)
    assert len(headings) == len(with_large_amounts.asked.layout.columns)
    cells = [row[at] for row in sheet.iter_rows(min_row=2)]
    # As a spreadsheet holds it (a number of 15 digits), and as it would print it.
    assert [Decimal(str(cell.value)) for cell in cells] == told
    assert [cell.data_type for cell in cells] == ["n"] * 6 + ["s"] * 3

    # And the very digits that are written: no binary fraction is ever among them.
    numbers = set(written(files[XLSX]))
    assert set(AMOUNTS[:6]) <= numbers

    frame = pl.read_parquet(io.BytesIO(files[PARQUET]))
    assert frame[COLUMN].to_list() == told


def written(book: bytes) -> list[str]:
    """The text of every number in the sheet."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        root = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    return [
        cell.findtext(f"{space}v", "") for cell in root.iter(f"{space}c") if cell.get("t") is None
    ]
