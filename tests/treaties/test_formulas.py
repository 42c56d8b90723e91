"""S19: no text that somebody entered becomes a formula in a file that leaves the house."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from adapters.report_signing import ReportSigner
from adapters.secret_keys import report_signing_key
from cli.importing.rejects import Reject, write_rejects
from cli.reinsuring.treaties import begin_as_formulas
from domain.money import Money
from domain.ratio import Ratio
from domain.reinsurance.oed import to_oed
from domain.reinsurance.terms import Kind, ScopeRow, Section, Treaty
from projections.actuarial_export import Format, encoded
from projections.canonical import write
from projections.treaty_reports.asking import Wanted
from projections.treaty_reports.building import built_of
from projections.treaty_reports.manifest import CSV, XLSX, Chain
from projections.treaty_reports.packaging import manifest_bytes
from tests.treaties.reinsured import Reinsured

SIGNS = ("=", "+", "-", "@", "\t", "\r")
FORMULAS = [f"{sign}HYPERLINK(1)" for sign in SIGNS]
# A carriage return that is not quoted would begin a row, and its first cell.
TEXTS = [*FORMULAS, "Asha\r=HYPERLINK(1)"]
NEUTRAL = [*(f"'{text}" for text in FORMULAS), TEXTS[-1]]
OWED = "-1250.50"  # a number may begin with a sign, and stays a number
Exported = tuple[list[str], list[str]]
"""Cells of a text column, and of an amount beside it."""


def of_csv(content: bytes, text: str, amount: str) -> Exported:
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    return [row[text] for row in rows], [row[amount] for row in rows]


def listed(folder: Path, _: Reinsured) -> Exported:
    path = folder / "list.csv"
    owed = Money.of(OWED, "TZS")
    write(path, ["name", "owed"], [{"name": text, "owed": owed} for text in TEXTS])
    return of_csv(path.read_bytes(), "name", "owed")


def packed(folder: Path, january: Reinsured) -> dict[str, bytes]:
    built = january.built(Wanted("QS-2025", "claims", "2025-01"))
    owed = Money.of(OWED, "TZS")
    rows = [{**built.rows[0], "provider_ref": text, "ceded_incurred": owed} for text in TEXTS]
    signer = ReportSigner(report_signing_key(folder))
    return manifest_bytes(built_of(built.asked, rows), signer, Chain("", None))[0]


def reported(folder: Path, january: Reinsured) -> Exported:
    return of_csv(packed(folder, january)[CSV], "provider_ref", "ceded_incurred")


def in_a_workbook(folder: Path, january: Reinsured) -> Exported:
    files = packed(folder, january)
    sheet = openpyxl.load_workbook(io.BytesIO(files[XLSX])).active
    assert sheet is not None
    columns = next(csv.reader(io.StringIO(files[CSV].decode(), newline="")))
    text, owed = columns.index("provider_ref"), columns.index("ceded_incurred")
    rows = list(sheet.iter_rows(min_row=2))
    assert {row[text].data_type for row in rows} == {"s"}
    assert {row[owed].data_type for row in rows} == {"n"}
    amounts = [Decimal(str(row[owed].value)) for row in rows]
    return [str(row[text].value) for row in rows], [f"{amount:.2f}" for amount in amounts]


def for_actuaries(_folder: Path, _: Reinsured) -> Exported:
    owed = pl.Series([OWED] * len(TEXTS)).cast(pl.Decimal(38, 2))
    frame = pl.DataFrame({"region": TEXTS, "=owed": owed})
    return of_csv(encoded(frame, Format.CSV), "region", "'=owed")


def rejected(folder: Path, _: Reinsured) -> Exported:
    path = folder / "rejects.csv"
    write_rejects([Reject("a.csv", -5, "7", "name", text, "no name") for text in TEXTS], path)
    return of_csv(path.read_bytes(), "value", "line")


EXPORTS = (listed, reported, in_a_workbook, for_actuaries, rejected)


def test_no_text_is_a_formula_and_numbers_stay_numbers(tmp_path: Path, january: Reinsured) -> None:
    cells = 0
    for export in EXPORTS:
        texts, amounts = export(tmp_path, january)
        assert one_kind_of_line(texts) == one_kind_of_line(NEUTRAL), export.__name__
        assert set(amounts) <= {OWED, "-5"}, export.__name__
        cells += len(texts)
    assert cells == 35
    print(f"S19: {cells} cells of {len(EXPORTS)} exports")


def one_kind_of_line(texts: list[str]) -> list[str]:
    """Ends of lines within a cell may be one or the other, and are no harm once they are quoted."""
    return [text.replace("\r", "\n") for text in texts]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_file_that_programs_join_is_not_written_with_a_formula(text: str) -> None:
    """Its texts may not be changed: the contract is named instead, by file, line and column."""

    def files(tag: str) -> list[str]:
        section = Section("1", Kind.QUOTA_SHARE, Ratio.of("0.5"), scope=(ScopeRow(tag=tag),))
        info, scope = to_oed([Treaty("QS", "TZS", (section,))])
        return [*begin_as_formulas("reins_info", info), *begin_as_formulas("reins_scope", scope)]

    assert files("2025") == []
    (said,) = files(text)
    assert said.startswith("reins_scope.csv, line 2, ReinsTag: ")
    assert "change it in the treaty" in said
