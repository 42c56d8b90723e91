"""Reads a sheet of rows that somebody sends: CSV text or an Excel workbook, as text cells."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

CSV = "text/csv"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED = 30_000_000  # bytes of a workbook, unpacked
MOST_CELLS = 60  # in a row


class SheetUnreadable(ValueError):
    """A sheet that cannot be read; the text says where and why."""


def rows_of(content: bytes, media_type: str, most_rows: int) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with its number from 1, their cells without blanks around.

    Of a workbook the first sheet. Raises SheetUnreadable.
    """
    read = _of_excel if media_type == EXCEL else _of_csv
    found: list[tuple[int, list[str]]] = []
    for number, cells in read(content):
        if not any(cells):
            continue
        if len(cells) > MOST_CELLS:
            raise SheetUnreadable(f"row {number} has {len(cells)} cells: at most {MOST_CELLS}")
        if len(found) > most_rows:
            raise SheetUnreadable(f"more than {most_rows} rows below the heading: send it in parts")
        found.append((number, cells))
    return found


def _of_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetUnreadable("the file is not UTF-8 text") from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise SheetUnreadable(f"row {reader.line_num} is not CSV: {error}") from error


def _of_excel(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # slow to load, and needed for this alone

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise SheetUnreadable(f"the workbook unpacks to {unpacked:,} bytes")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_text(cell) for cell in _filled(cells)]
    except SheetUnreadable:
        raise
    except Exception as error:  # a damaged workbook fails in as many ways as it has parts
        raise SheetUnreadable(
            "the file is not an Excel workbook (xlsx) that can be read"
        ) from error


def _filled(cells: tuple[object, ...]) -> tuple[object, ...]:
    """Without the empty cells at the end, of which Excel remembers many."""
    last = max((at for at, cell in enumerate(cells) if cell not in (None, "")), default=-1)
    return cells[: last + 1]


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell).strip()
