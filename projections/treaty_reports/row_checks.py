"""Checks that a report passes or fails by itself: its rows, their arithmetic, their words."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from domain.money import Money, round_minor
from domain.ratio import Ratio
from domain.treaty.administration import Names
from projections.canonical import FORMULA_SIGNS, ROW_HASH, Row, cell
from projections.treaty_reports.building import Built, row_hash, totals_of

_PSEUDONYM = re.compile(r"P-[0-9a-f]{20}")
_PERSONS = ("insured_name", "claimant", "patient")
_STATUSES = {"open", "closed", "reopened", "denied", "withdrawn", "void"}


def mandatory(built: Built) -> Iterator[str]:
    """Every mandatory column is filled in every row."""
    for row in built.rows:
        for column in sorted(built.asked.layout.mandatory):
            if cell(row[column]) == "":
                yield f"{row['line_id']}: {column} is empty"


def unique_lines(built: Built) -> Iterator[str]:
    """No line, and no claim and layer of a reinsurer, stands in the report twice."""
    for line, times in Counter(cell(row["line_id"]) for row in built.rows).items():
        if times > 1:
            yield f"line {line} stands in the report {times} times"
    if built.asked.kind == "claims":
        names = ("claim_ref", "layer_id", "reinsurer")
        keys = Counter(tuple(cell(row[name]) for name in names) for row in built.rows)
        for key, times in keys.items():
            if times > 1:
                yield f"claim {key[0]} under layer {key[1]} of {key[2]} stands {times} times"


def row_hashes(built: Built) -> Iterator[str]:
    """Each row carries the hash of its own cells: a cell that was edited shows."""
    columns = built.asked.layout.columns
    at = columns.index(ROW_HASH)
    for row, cells in zip(built.rows, built.cells, strict=True):
        if cells[at] != row_hash(columns, cells):
            yield f"{row['line_id']}: the row was changed after it was made"
        written = [cell(row[column]) for column in columns]
        if [*cells] != written:
            yield f"{row['line_id']}: the file does not say what the row says"


def total_order(built: Built) -> Iterator[str]:
    """Rows stand in the one order: by claim or policy, then layer, then reinsurer as listed."""
    reinsurers = [one.reinsurer for one in built.asked.terms.participants]
    keys = [_order(built, row, reinsurers) for row in built.rows]
    for before, after in pairwise(keys):
        if before > after:
            yield f"{after[0]} stands after {before[0]}"


def _order(built: Built, row: Row, reinsurers: list[str]) -> tuple[Any, ...]:
    if built.asked.kind == "claims":
        first = (cell(row["claim_ref"]), cell(row["layer_id"]))
    else:
        day = cell(row["transaction_effective"])
        first = (cell(row["policy_ref"]), f"{day}|{cell(row['section_no'])}")
    name = cell(row["reinsurer"])
    return *first, reinsurers.index(name) if name in reinsurers else len(reinsurers)


def incurred_adds_up(built: Built) -> Iterator[str]:
    """Incurred is paid in the period, paid before and reserved; the total is benefit and fees."""
    for row in built.rows:
        for part in ("indemnity", "fees"):
            made = (
                _money(row, f"paid_this_period_{part}")
                + _money(row, f"previously_paid_{part}")
                + _money(row, f"reserve_{part}")
            )
            if made != _money(row, f"incurred_{part}"):
                yield f"{row['line_id']}: incurred_{part} is not paid, paid before and reserve"
        both = _money(row, "incurred_indemnity") + _money(row, "incurred_fees")
        if row["incurred_total"] is not None and _money(row, "incurred_total") != both:
            yield f"{row['line_id']}: incurred_total is not indemnity and fees"


def ceded_adds_up(built: Built) -> Iterator[str]:
    """Ceded incurred is ceded paid to date and ceded reserve."""
    for row in built.rows:
        made = _money(row, "ceded_paid_to_date") + _money(row, "ceded_reserve")
        if made != _money(row, "ceded_incurred"):
            yield f"{row['line_id']}: ceded_incurred is not ceded paid and ceded reserve"


def reinsurers_parts(built: Built) -> Iterator[str]:
    """The reinsurers' parts of a line add up to it, and their shares to one."""
    part, whole = _PARTS[built.asked.kind]
    groups: dict[str, list[Row]] = {}
    for row in built.rows:
        line = cell(row["line_id"]).removesuffix(f":{cell(row['reinsurer'])}")
        groups.setdefault(line, []).append(row)
    for line, rows in groups.items():
        shares = sum((_ratio(row["reinsurer_share"]) for row in rows), Fraction(0))
        if shares != 1:
            yield f"{line}: the reinsurers' shares add up to {Ratio.of(shares)}"
        parts = sum(_money(row, part).minor for row in rows)
        if parts != _money(rows[0], whole).minor:
            yield f"{line}: the reinsurers' parts do not add up to {whole}"


_PARTS = {
    "claims": ("reinsurer_paid_this_period", "ceded_paid_this_period"),
    "premium": ("reinsurer_premium", "ceded_premium"),
}


def cut_off(built: Built) -> Iterator[str]:
    """Every row names the same report, version, period and cut-off."""
    asked = built.asked
    told = {
        "report_id": asked.report_id,
        "report_version": asked.report_version,
        "known_at": asked.known_at,
        "reporting_period_start": asked.period.from_on,
        "reporting_period_end": asked.period.last_day,
    }
    for row in built.rows:
        for column, value in told.items():
            if row[column] != value:
                yield f"{row['line_id']}: {column} is {cell(row[column])}, not {cell(value)}"


def dates(built: Built) -> Iterator[str]:
    """Days follow each other: loss, advice, end; and a loss lies in the treaty period."""
    period = built.asked.terms.period
    for row in built.rows:
        start, end, advised = (
            row[name] for name in ("loss_date_from", "loss_date_to", "date_first_advised")
        )
        if start is None:
            yield f"{row['line_id']}: loss_date_from is missing"
            continue
        assert isinstance(start, date)
        if isinstance(end, date) and end < start:
            yield f"{row['line_id']}: loss_date_to lies before loss_date_from"
        if isinstance(advised, date) and advised < start:
            yield f"{row['line_id']}: date_first_advised lies before the loss"
        live = _money(row, "ceded_incurred").minor and built.asked.terms.basis == "LO"
        if live and period is not None and not period.holds(start):
            yield f"{row['line_id']}: the loss of {start} lies outside the treaty period"


def statuses(built: Built) -> Iterator[str]:
    """The status is one of the list and agrees with the days that are told."""
    for row in built.rows:
        status = cell(row["claim_status"])
        if status not in _STATUSES:
            yield f"{row['line_id']}: {status!r} is no claim status"
        for word, column in (
            ("closed", "date_closed"),
            ("denied", "date_denied"),
            ("withdrawn", "date_withdrawn"),
            ("reopened", "date_reopened"),
        ):
            if status == word and row[column] is None:
                yield f"{row['line_id']}: {status}, but {column} is empty"


def corrections(built: Built) -> Iterator[str]:
    """A correction names the period that it adjusts, or the line."""
    column = "adjusts_period" if built.asked.kind == "claims" else "adjusts_line_id"
    for row in built.rows:
        corrects = row["movement_kind"] in {"correction", "reversal"}
        if built.asked.kind == "claims" and corrects != (row[column] is not None):
            yield f"{row['line_id']}: {row['movement_kind']}, and {column} is {cell(row[column])!r}"


def privacy(built: Built) -> Iterator[str]:
    """Nobody is named, unless the treaty itself asks for names."""
    if built.asked.administration.names is Names.NAMES:
        return
    for row in built.rows:
        for column in _PERSONS:
            told = cell(row.get(column))
            if told and not _PSEUDONYM.fullmatch(told):
                yield f"{row['line_id']}: {column} is no pseudonym"


def formulas(built: Built) -> Iterator[str]:
    """No text begins as a formula of a spreadsheet does."""
    for row, cells in zip(built.rows, built.cells, strict=True):
        for column, told in zip(built.asked.layout.columns, cells, strict=True):
            is_text = isinstance(row[column], str)
            if is_text and told[:1] in FORMULA_SIGNS:
                yield f"{row['line_id']}: {column} begins with {told[:1]!r}"


def totals(built: Built) -> Iterator[str]:
    """Control totals are whole numbers of minor units, each amount counted once."""
    for key, total in totals_of(built.asked.layout, built.rows).items():
        if type(total.minor) is not int:
            yield f"the control total of {key} is {total.minor}: it was not added up exactly"
    for row in built.rows:
        for column in built.asked.layout.totals:
            amount = row[column]
            if isinstance(amount, Money) and type(amount.minor) is not int:
                yield f"{row['line_id']}: {column} is not a whole number of minor units"
            elif amount is not None and not isinstance(amount, Money):
                yield f"{row['line_id']}: {column} is a {type(amount).__name__}, not money"


def premium_arithmetic(built: Built) -> Iterator[str]:
    """Ceded premium is the share of its base, rounded once; net is gross less commission."""
    mode = built.asked.terms.rounding
    for row in built.rows:
        base, ceded = _money(row, "ceded_base"), _money(row, "ceded_premium")
        exact = base.minor * _ratio(row["cession_pct"])
        if abs(round_minor(exact, mode) - ceded.minor) > 1:  # the last listed takes what is left
            yield f"{row['line_id']}: ceded_premium is not ceded_base times cession_pct, rounded"
        gross, net = _money(row, "gross_premium_this_time"), _money(row, "net_premium_original")
        if gross - _money(row, "commission_amount") != net:
            yield f"{row['line_id']}: net_premium_original is not gross less commission"
        if row["premium_transaction_type"] == "Original Premium" and gross.minor < 0:
            yield f"{row['line_id']}: an original premium below zero"
        price = row["rate_of_exchange"]
        if row["original_currency"] == row["settlement_currency"] and price != 1:
            yield f"{row['line_id']}: rate_of_exchange is not 1 within one currency"


def _money(row: Row, column: str) -> Money:
    amount = row[column]
    if not isinstance(amount, Money):
        return Money(0, cell(row.get("settlement_currency")) or "XXX")
    return amount


def _ratio(value: object) -> Fraction:
    return value.exact if isinstance(value, Ratio) else Fraction(0)
