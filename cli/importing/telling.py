"""What an import did, as a table."""

from typing import Any

from rich.console import Console
from rich.table import Table

from domain.money import Money


def tell(report: dict[str, Any]) -> None:
    """Print counts by kind of record and the totals that were read."""
    console = Console()
    title = f"{report['folder']} in {report['seconds']} s"
    table = Table(title=title + (" (dry run)" if report["dry_run"] else ""))
    for heading in ("records", "read", "new", "extended", "known", "refused"):
        table.add_column(heading, justify="left" if heading == "records" else "right")
    for kind, counts in report["records"].items():
        cells = (counts.get(name, "") for name in ("read", "new", "extended", "known", "refused"))
        table.add_row(kind, *(f"{cell:,}" if isinstance(cell, int) else cell for cell in cells))
    console.print(table)
    totals = report["totals"]

    def money(name: str) -> str:
        return str(Money(totals[name], totals["currency"]))

    console.print(f"claims {totals['claims']:,} with {totals['lines']:,} lines")
    console.print(f"charges {money('charges')}, payments {money('payments')}")
    console.print(f"transfers {money('transfers')}, claims still open {totals['open_claims']:,}")
    overpaid = f"{totals['overpaid_claims']:,} claims by {money('overpaid')}"
    console.print(f"credit balances: {overpaid}, kept as they are")
    for remark in report["remarks"][:5]:
        console.print(f"remark: {remark}")
    if len(report["remarks"]) > 5:
        console.print(f"… and {len(report['remarks']) - 5:,} remarks more (--json lists all)")
    if report["rejected"]:
        console.print(f"{report['rejected']:,} rejected, listed in {report['rejects_file']}")
