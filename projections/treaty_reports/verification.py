"""Checks an issued package with nothing but its folder and the issuer's public key."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from adapters.report_signing import is_signed
from projections.canonical import FORMULA_SIGNS, ROW_HASH
from projections.treaty_reports.building import row_hash
from projections.treaty_reports.layout import LAYOUTS, SETTLED, Counted
from projections.treaty_reports.manifest import CSV, FORMAT, MANIFEST, canonical, without_signature

_SUBJECT = {"claims": ("claim_ref",), "premium": ("policy_ref", "transaction_effective")}
_LAYER = {"claims": "layer_id", "premium": "section_no"}
_NEEDED = {
    "format", "report_id", "kind", "report_version", "period", "cut_off", "versions", "columns",
    "rows", "control_totals", "files", "csv_signature", "public_key", "signature", "replaces",
    "previous_manifest_sha256",
}  # fmt: skip
_NUMERIC_START = frozenset("-+")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a package says of itself, and everything that is wrong with it."""

    report_id: str = ""
    report_version: int = 0
    rows: int = 0
    manifest_sha256: str = ""
    public_key: str = ""
    key_was_given: bool = False
    findings: tuple[str, ...] = ()
    checked: tuple[str, ...] = field(default_factory=tuple)

    @property
    def holds(self) -> bool:
        return not self.findings


def verify_package(folder: Path, key: str = "", previous: Path | None = None) -> Verified:
    """Every finding on a package. `key` is the issuer's public key (base64); without it the
    package is only shown to be whole, not by whom. `previous` is the package that it follows."""
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = msgspec.json.decode(content)
    except (OSError, msgspec.DecodeError) as error:
        return Verified(findings=(f"{MANIFEST} cannot be read: {error}",))
    if not isinstance(manifest, dict) or (missing := sorted(_NEEDED - manifest.keys())):
        lacking = ", ".join(missing) if isinstance(manifest, dict) else "its shape"
        return Verified(findings=(f"{MANIFEST} is not that of a report: {lacking} missing",))
    findings: list[str] = []
    checked: list[str] = []
    for name, found in (
        ("the manifest is canonical and signed", _signature(manifest, content, key)),
        ("every file is the one that was signed", _files(folder, manifest)),
        ("the report is signed", _csv_signed(folder, manifest)),
        ("rows, columns and hashes are whole", _rows(folder, manifest)),
        ("control totals are the sums of the rows", _totals(folder, manifest)),
        ("it follows the report before", _chain(manifest, previous)),
    ):
        findings += found
        checked.append(name)
    return Verified(
        manifest["report_id"],
        manifest["report_version"],
        manifest["rows"],
        hashlib.sha256(content).hexdigest(),
        manifest["public_key"],
        bool(key),
        tuple(findings),
        tuple(checked),
    )


def _signature(manifest: Mapping[str, Any], content: bytes, key: str) -> Iterator[str]:
    if manifest["format"] != FORMAT:
        yield f"the format is {manifest['format']!r}, not {FORMAT!r}"
    if canonical(manifest) != content:
        yield f"{MANIFEST} is not in its canonical form: it was written anew"
    if key and key != manifest["public_key"]:
        yield "the package was signed with another key than the one given"
    if not is_signed(without_signature(manifest), manifest["signature"], manifest["public_key"]):
        yield "the signature is not on this manifest: it was changed, or signed by another key"


def _files(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    for name, sha256 in manifest["files"].items():
        path = folder / name
        if not path.is_file() or path.resolve().parent != folder.resolve():
            yield f"{name} is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            yield f"{name} is not the file that was signed: its SHA-256 is another"
    known = {*manifest["files"], MANIFEST}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield f"{path.name} does not belong to the package"


def _csv_signed(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    path = folder / CSV
    if path.is_file() and not is_signed(
        path.read_bytes(), manifest["csv_signature"], manifest["public_key"]
    ):
        yield f"the signature is not on this {CSV}"


def _read(folder: Path) -> tuple[list[str], list[dict[str, str]]]:
    path = folder / CSV
    if not path.is_file():
        return [], []
    text = path.read_bytes().decode("utf-8", "replace")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    columns = rows[0] if rows else []
    return columns, [dict(zip(columns, row, strict=False)) for row in rows[1:]]


def _rows(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    columns, rows = _read(folder)
    kind = manifest["kind"]
    if kind not in LAYOUTS or tuple(columns) != LAYOUTS[kind].columns:
        yield f"{CSV} does not have the columns of a {kind} bordereau, in their order"
        return
    if columns != manifest["columns"]:
        yield "the columns are not those of the manifest"
    if len(rows) != manifest["rows"]:
        yield f"{CSV} has {len(rows)} rows, the manifest says {manifest['rows']}"
    for line, times in Counter(row["line_id"] for row in rows).items():
        if times > 1:
            yield f"line {line} stands there {times} times"
    told = {
        "report_id": manifest["report_id"],
        "report_version": str(manifest["report_version"]),
        "known_at": manifest["cut_off"]["known_at"],
        "reporting_period_end": manifest["period"]["to"],
    }
    for row in rows:
        cells = [row.get(column, "") for column in columns]
        if row[ROW_HASH] != row_hash(columns, cells):
            yield f"line {row['line_id']} was changed: its hash is another"
        for column, value in told.items():
            if row[column] != value:
                yield f"line {row['line_id']}: {column} is {row[column]}, the manifest says {value}"
        for column, value in row.items():
            if value[:1] in FORMULA_SIGNS and not _is_number(value):
                yield f"line {row['line_id']}: {column} begins as a formula does"


def _is_number(text: str) -> bool:
    if text[:1] not in _NUMERIC_START:
        return False
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True


def _totals(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    _, rows = _read(folder)
    kind = manifest["kind"]
    if kind not in LAYOUTS:
        return
    for told in manifest["control_totals"]:
        column, currency = told["column"], told["currency"]
        if column not in LAYOUTS[kind].totals:
            yield f"{column} has no control total in a {kind} bordereau"
            continue
        made = _sum(kind, column, currency, rows)
        if made != Decimal(told["amount"]):
            said = told["amount"]
            yield f"the rows add up to {currency} {made} of {column}, the manifest says {said}"


def _sum(kind: str, column: str, currency: str, rows: list[dict[str, str]]) -> Decimal:
    """The sum of a column in one currency, each amount once as the layout says."""
    how = LAYOUTS[kind].totals[column]
    counted: set[tuple[str, ...]] = set()
    made = Decimal(0)
    for row in rows:
        own = row["settlement_currency" if column in SETTLED else "original_currency"]
        if not row[column] or own != currency:
            continue
        if how is not Counted.EACH_ROW:
            names = _SUBJECT[kind]
            if how is Counted.ONCE_A_LINE:
                names = (*names, _LAYER[kind])
            key = tuple(row[name] for name in names)
            if key in counted:
                continue
            counted.add(key)
        made += Decimal(row[column])
    return made


def _chain(manifest: Mapping[str, Any], previous: Path | None) -> Iterator[str]:
    if previous is None:
        return
    try:
        before = hashlib.sha256((previous / MANIFEST).read_bytes()).hexdigest()
    except OSError as error:
        yield f"the report before cannot be read: {error}"
        return
    if manifest["previous_manifest_sha256"] != before:
        yield "it follows another report than the one in the folder given"
