"""Works four issued quarters out again from the rows of the exports that the claims came from.

Usage: does_it_tie.py YEAR FOLDER EXPORT...   (packages lie in FOLDER as QS-YEAR-YEAR-Q1 and so on)
Needs Python and nothing else: no ledger, no database, none of the program that made the reports.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

SHARE, ABOVE, UP_TO = Decimal("0.40"), Decimal(500), Decimal(10_000)
CENT = Decimal("0.01")

Payment = tuple[str, str, date, date, Decimal, bool]  # life, claim, served, paid, amount, insurer's


def payments(export: Path) -> Iterator[Payment]:
    """Every payment of an export; insurers pay by electronic cheque, patients otherwise."""
    with (export / "claims.csv").open(newline="", encoding="utf-8") as file:
        claims = {row["Id"]: row for row in csv.DictReader(file)}
    with (export / "claims_transactions.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["TYPE"] == "PAYMENT":
                claim = claims[row["CLAIMID"]]
                served, paid = claim["SERVICEDATE"][:10], row["TODATE"][:10]
                yield (
                    claim["PATIENTID"], claim["Id"], date.fromisoformat(served),
                    date.fromisoformat(paid), Decimal(row["PAYMENTS"]), row["METHOD"] == "ECHECK",
                )  # fmt: skip


def expected(rows: list[Payment], year: int, until: date) -> tuple[Decimal, Decimal, Decimal]:
    """To date: paid by insurers on claims of the year, the share of it, the excess of lives."""
    by_claim: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for life, claim, served, paid, amount, insured in rows:
        if insured and served.year == year and paid < until:
            by_claim[life, claim] += amount
    left: dict[str, Decimal] = defaultdict(Decimal)
    shared = Decimal(0)
    for (life, _), amount in by_claim.items():
        part = (amount * SHARE).quantize(CENT, ROUND_HALF_UP)
        shared += part
        left[life] += amount - part
    excess = sum((min(max(kept - ABOVE, Decimal(0)), UP_TO) for kept in left.values()), Decimal(0))
    return sum(by_claim.values(), Decimal(0)), shared, excess


def told(folder: Path, treaty: str, quarter: str, column: str) -> Decimal:
    """The control total of one column in an issued manifest."""
    manifest = json.loads((folder / f"{treaty}-{quarter}" / "manifest.json").read_text("utf-8"))
    totals = {one["column"]: Decimal(one["amount"]) for one in manifest["control_totals"]}
    return totals.get(column, Decimal(0))


def main(year: int, folder: Path, exports: list[Path]) -> None:
    rows = [row for export in exports for row in payments(export)]
    print(f"{'quarter':<10}{'paid':>16}{'40 % share':>16}{'excess':>16}")
    before, sums = (Decimal(0),) * 3, [Decimal(0)] * 3
    for number, until in enumerate(
        (date(year, 4, 1), date(year, 7, 1), date(year, 10, 1), date(year + 1, 1, 1)), 1
    ):
        now, quarter = expected(rows, year, until), f"{year}-Q{number}"
        issued = (
            told(folder, f"QS-{year}", quarter, "paid_this_period_indemnity"),
            told(folder, f"QS-{year}", quarter, "ceded_paid_this_period"),
            told(folder, f"XL-{year}", quarter, "ceded_paid_this_period"),
        )
        due = tuple(a - b for a, b in zip(now, before, strict=True))
        if issued != due:
            sys.exit(f"{quarter} does not tie: the reports say {issued}, the exports {due}")
        print(f"{quarter:<10}" + "".join(f"{amount:>16,.2f}" for amount in issued))
        before, sums = now, [a + b for a, b in zip(sums, issued, strict=True)]
    print(f"{'together':<10}" + "".join(f"{amount:>16,.2f}" for amount in sums))
    published = sum((row[4] for row in rows), Decimal(0))
    patients = sum((row[4] for row in rows if not row[5]), Decimal(0))
    others = published - patients - sums[0]
    print(
        f"published {published:,.2f} = reported {sums[0]:,.2f} + other years' and later payments "
        f"{others:,.2f} + paid by patients {patients:,.2f}: everything ties"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
