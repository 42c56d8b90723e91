"""Makes the rows of a report and its canonical file: the bytes that are signed.

UTF-8, comma, LF, the columns in the agreed order, amounts in major units with the decimals of
their currency, instants in UTC, empty for what is not known. Each row carries the hash of its
other cells.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.postgres import Connection
from domain.money import Money
from projections.canonical import ROW_HASH, Row, cell
from projections.treaty_reports import claims, premium
from projections.treaty_reports.asking import Asked
from projections.treaty_reports.layout import Counted, Layout
from projections.treaty_reports.reinstated import restoring

_SQL = {"claims": claims.SQL, "premium": premium.SQL}
_ROWS: Mapping[str, Callable[[Asked, Mapping[str, Any]], Iterator[Row]]] = {
    "claims": claims.rows,
    "premium": premium.rows,
}
_SUBJECT = {"claims": ("claim_ref",), "premium": ("policy_ref", "transaction_effective")}


@dataclass(frozen=True, slots=True)
class Built:
    """A report in memory: its rows, the text of each cell, and the canonical bytes."""

    asked: Asked
    rows: tuple[Row, ...]
    cells: tuple[tuple[str, ...], ...]
    csv: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.csv).hexdigest()

    @property
    def totals(self) -> dict[str, Money]:
        """The control total of each money column, counted as the layout says."""
        return totals_of(self.asked.layout, self.rows)


def build(conn: Connection, asked: Asked) -> Built:
    """The report that is asked for, from one snapshot of the read models."""
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = list(_found(conn, asked))
        if asked.kind == "claims":
            charges = restoring(conn, asked)
            for one in found:
                one["restoring"] = charges.get((one["claim_id"], one["section"]))
    made = [row for one in found for row in _ROWS[asked.kind](asked, one)]
    return built_of(asked, made)


def built_of(asked: Asked, rows: Iterable[Row]) -> Built:
    """The report of rows that are already made, each with its hash."""
    columns = asked.layout.columns
    hashed: list[Row] = []
    lines: list[tuple[str, ...]] = []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    at = columns.index(ROW_HASH)
    for row in rows:
        cells = [cell(row[column]) for column in columns]
        cells[at] = row_hash(columns, cells)
        hashed.append({**row, ROW_HASH: cells[at]})
        lines.append(tuple(cells))
        writer.writerow(cells)
    return Built(asked, tuple(hashed), tuple(lines), text.getvalue().encode())


def row_hash(columns: Sequence[str], cells: Sequence[str]) -> str:
    """SHA-256 of a row's cells in their order, without the one that holds the hash."""
    at = columns.index(ROW_HASH)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([*cells[:at], *cells[at + 1 :]])
    return hashlib.sha256(text.getvalue().encode()).hexdigest()


def totals_of(layout: Layout, rows: Iterable[Row]) -> dict[str, Money]:
    """The sums of the money columns, by column and currency (`column CUR` where they mix)."""
    sums: dict[str, Money] = {}
    counted: set[tuple[str, ...]] = set()
    for row in rows:
        for column, how in layout.totals.items():
            amount = row[column]
            if not isinstance(amount, Money):
                continue
            once = _once(layout.kind, how, column, row)
            if once is not None:
                if once in counted:
                    continue
                counted.add(once)
            key = f"{column} {amount.currency}"
            sums[key] = sums.get(key, Money.zero(amount.currency)) + amount
    return dict(sorted(sums.items()))


def _once(kind: str, how: Counted, column: str, row: Row) -> tuple[str, ...] | None:
    """What an amount is counted once for; None where every row counts."""
    if how is Counted.EACH_ROW:
        return None
    subject = tuple(cell(row[name]) for name in _SUBJECT[kind])
    if how is Counted.ONCE_A_LINE:
        layer = "layer_id" if kind == "claims" else "section_no"
        return column, *subject, cell(row[layer])
    return column, *subject


def _found(conn: Connection, asked: Asked) -> Iterator[dict[str, Any]]:
    cursor = conn.cursor(binary=True)
    cursor.execute(_SQL[asked.kind].encode(), asked.parameters)
    names = [column.name for column in cursor.description or ()]
    for values in cursor:
        yield dict(zip(names, values, strict=True))
