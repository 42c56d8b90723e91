"""Tells what happened: tables for people, one object for machines."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from cli.demo_year.evidence import Evidence
from cli.demo_year.figures import Figures
from cli.demo_year.year import Year


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the demo reports. Times are in seconds, rates a second."""

    figures: Figures
    evidence: Evidence
    first_paid: float | None
    since_start: float
    commands: int
    commands_rate: float
    claims_rate: float
    events: int
    repeated: int


# On a machine with two cores of its own, environment included; told, not promised: how quickly
# packages come and who else is at work is not ours to say.
GOAL_SECONDS = 60

WORDS = {
    "write_off": "above the agreed price, borne by the provider",
    "balance_bill": "above the price, billed to the member",
    "deductible": "deductible, member",
    "copay": "copay, member",
    "coinsurance": "coinsurance, member",
    "over_limit": "above a limit, member",
    "not_covered": "not covered, member",
    "plan_pays": "the insurer",
}


def tell(year: Year, told: Told, console: Console) -> None:
    figures = told.figures
    console.print(Panel(told.evidence.replayed.rstrip(), title="One claim, replayed"))
    console.print(_book(figures))
    console.print(_outcomes(figures))
    console.print(_bills(figures))
    console.print(_evidence(told.evidence))
    console.print(_times(year, told))
    console.print(_promises(year))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, min_width=60)
    table.add_column(columns[0])
    for column in columns[1:]:
        table.add_column(column, justify="right")
    return table


def _book(figures: Figures) -> Table:
    table = _table("\nThe book", "", "")
    for name in ("members", "policies", "providers", "claims"):
        table.add_row(name, f"{getattr(figures, name):,}")
    return table


def _outcomes(figures: Figures) -> Table:
    table = _table("\nClaims by outcome", "", "claims")
    for name, count in sorted(figures.outcomes.items(), key=lambda pair: -pair[1]):
        table.add_row(name, f"{count:,}")
    for name, count in sorted(figures.routes.items(), key=lambda pair: -pair[1]):
        table.add_row(f"  decided by {name.replace('_', ' ')}", f"{count:,}")
    return table


def _bills(figures: Figures) -> Table:
    table = _table("\nShillings", "", "TZS")
    for name in ("billed", "allowed", "paid", "denied", "member_share"):
        table.add_row(name.replace("_", " "), shillings(getattr(figures, name)))
    table.add_row("")
    table.add_row("of decided claims, billed", shillings(figures.parts["billed"]))
    for part, words in WORDS.items():
        table.add_row(f"  {words}", shillings(figures.parts[part]))
    return table


def _evidence(evidence: Evidence) -> Table:
    table = Table(title="\nEvidence", title_justify="left", box=None, pad_edge=False)
    table.add_row("claims bordereau", f"{evidence.period}, {evidence.rows:,} rows")
    table.add_row("  file", str(evidence.bordereau))
    table.add_row("  SHA-256", evidence.sha256)
    table.add_row("claim replayed", evidence.claim_number)
    table.add_row("ledger", "verified: clean" if evidence.verified else "NOT clean")
    return table


def shillings(amount: Decimal) -> str:
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _times(year: Year, told: Told) -> Table:
    table = _table("\nTimes", "", "")
    paid = "not seen" if told.first_paid is None else f"{told.first_paid:.1f} s"
    table.add_row(f"from the command to the first paid claim (goal: {GOAL_SECONDS} s)", paid)
    for step, seconds in year.screen.seconds.items():
        table.add_row(f"  {step}", f"{seconds:.1f} s")
    table.add_row("in all", f"{told.since_start:.1f} s")
    table.add_row("commands over HTTP", f"{told.commands:,}")
    table.add_row("  while claims came in, a second", f"{told.commands_rate:.0f}")
    table.add_row("claims from submission to decision, a second", f"{told.claims_rate:.0f}")
    table.add_row("events recorded", f"{told.events:,}")
    table.add_row("requests sent again", f"{told.repeated:,}")
    return table


def _promises(year: Year) -> Table:
    table = Table(title="\nPromises", title_justify="left", box=None, pad_edge=False)
    for promise in year.promises.made:
        mark = "[green]kept[/]" if promise.kept else "[red]BROKEN[/]"
        table.add_row(mark, promise.what, promise.found)
    return table


def as_json(year: Year, told: Told) -> dict[str, Any]:
    return {
        "ok": year.promises.all_kept,
        "figures": told.figures.as_json(),
        "seconds": {
            "to_first_paid_claim": told.first_paid,
            "in_all": told.since_start,
            "steps": year.screen.seconds,
        },
        "rates": {
            "commands_a_second": told.commands_rate,
            "claims_decided_a_second": told.claims_rate,
        },
        "commands": told.commands,
        "events": told.events,
        "bordereau": {
            "period": told.evidence.period,
            "file": str(told.evidence.bordereau),
            "rows": told.evidence.rows,
            "sha256": told.evidence.sha256,
        },
        "replayed": told.evidence.claim_number,
        "verified": told.evidence.verified,
        "promises": year.promises.as_json(),
    }
