"""Reads a bank's statement: camt.053 (ISO 20022) or MT940 (SWIFT) as banks send them, or CSV with
named columns."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from adapters.mt940 import is_mt940, read_mt940
from adapters.statement_values import StatementUnreadable, amount, day
from domain.payment.reconciling import StatementLine

COLUMNS = ("date", "amount", "currency", "instruction_id", "reference", "kind")
KINDS = {"payment": False, "return": True}
LARGEST = 20_000_000


def read_statement(path: Path) -> tuple[StatementLine, ...]:
    """All movements of a statement that concern payments; raises StatementUnreadable."""
    if path.stat().st_size > LARGEST:
        raise StatementUnreadable([f"the file is larger than {LARGEST} bytes"])
    return movements_in(path.read_bytes())


def movements_in(content: bytes) -> tuple[StatementLine, ...]:
    """The same of a statement's bytes, whichever of the three forms it has."""
    if content.lstrip().startswith(b"<"):
        return _camt(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatementUnreadable(["the file is neither UTF-8 text nor XML"]) from error
    return read_mt940(text) if is_mt940(text) else _csv(text)


def _csv(text: str) -> tuple[StatementLine, ...]:
    rows = csv.DictReader(StringIO(text), strict=True)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise StatementUnreadable([f"the first line lacks {', '.join(missing)}"])
    lines: list[StatementLine] = []
    faults: list[str] = []
    for row in rows:
        try:
            if row["kind"] not in KINDS:
                raise ValueError(f"kind: {row['kind']!r} is neither payment nor return")
            lines.append(
                StatementLine(
                    rows.line_num,
                    day(row["date"]),
                    amount(row["amount"], row["currency"]),
                    (row["instruction_id"] or "").strip(),
                    (row["reference"] or "").strip(),
                    KINDS[row["kind"]],
                )
            )
        except ValueError as error:
            faults.append(f"line {rows.line_num}: {error}")
    if faults:
        raise StatementUnreadable(faults)
    return tuple(lines)


def _camt(content: bytes) -> tuple[StatementLine, ...]:
    """Entries of every statement in the file; a reversed debit is money that came back."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise StatementUnreadable([f"the XML cannot be read: {error}"]) from error
    lines: list[StatementLine] = []
    faults: list[str] = []
    for number, entry in enumerate(_all(root, "Ntry"), 1):
        try:
            line = _entry(number, entry)
        except ValueError as error:
            faults.append(f"entry {number}: {error}")
            continue
        if line is not None:
            lines.append(line)
    if faults:
        raise StatementUnreadable(faults)
    return tuple(lines)


def _entry(number: int, entry: Element) -> StatementLine | None:
    debit = _text(entry, "CdtDbtInd") == "DBIT"
    returned = not debit and (
        _text(entry, "RvslInd") == "true" or next(_all(entry, "RtrInf"), None) is not None
    )
    if not debit and not returned:
        return None  # money that came in by itself: premiums
    moved = next(_all(entry, "Amt"), None)
    booked = next(_all(entry, "BookgDt"), None)
    if moved is None or booked is None:
        raise ValueError("it lacks its amount or its day")
    return StatementLine(
        number,
        day(_text(booked, "Dt") or _text(booked, "DtTm")[:10]),
        amount(moved.text or "", moved.get("Ccy", "")),
        _text(entry, "EndToEndId"),
        _text(entry, "AcctSvcrRef"),
        returned,
    )


def _all(within: Element, name: str) -> Iterator[Element]:
    """Elements of a name in any version's namespace."""
    return (it for it in within.iter() if it.tag.rpartition("}")[2] == name)


def _text(within: Element, name: str) -> str:
    found = next(_all(within, name), None)
    return "" if found is None else (found.text or "").strip()
