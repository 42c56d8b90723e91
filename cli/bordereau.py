"""Bordereaux: of a month for ourselves, and on a treaty from the draft to the signed package."""

import json
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from cli.reinsuring import reporting

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Write bordereaux of a month; draft, check, approve and issue those on a treaty.",
)

Month = Annotated[
    str, typer.Option("--period", help="The month, such as 2025-01.", metavar="MONTH")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.")]
Position = Annotated[
    int | None,
    typer.Option(help="Only what was recorded up to this log position; default: everything."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command()
def claims(
    period: Month, output: Output = None, position: Position = None, as_json: Json = False
) -> None:
    """Write the gross claims bordereau of a month, with its totals and SHA-256."""
    _write("claims", period, output, position, as_json=as_json)


@app.command()
def premium(
    period: Month, output: Output = None, position: Position = None, as_json: Json = False
) -> None:
    """Write the gross premium bordereau of a month, with its totals and SHA-256."""
    _write("premium", period, output, position, as_json=as_json)


app.command("draft")(reporting.draft)
app.command("check")(reporting.check)
app.command("approve")(reporting.approve)
app.command("issue")(reporting.issue)
app.command("export")(reporting.export)
app.command("acknowledge")(reporting.acknowledge)
app.command("dispute")(reporting.dispute)
app.command("settle")(reporting.settle)
app.command("explain")(reporting.explain)
app.command("views")(reporting.views)
app.command("calendar")(reporting.calendar)
app.command("key")(reporting.key)


def _write(
    kind: str, period: str, output: Path | None, position: int | None, *, as_json: bool
) -> None:
    from adapters.postgres import connect
    from adapters.settings import get_settings
    from projections.bordereaux import BORDEREAUX, BordereauRefused

    settings = get_settings()
    path = output or Path(f"{kind}-bordereau-{period}.csv")
    with connect(settings.require_database_url(), application="bima-bordereau") as conn:
        try:
            issued = BORDEREAUX[kind](conn, period, position, path, tenant=settings.tenant)
        except BordereauRefused as refused:
            sys.exit(f"bima: {refused}")
        except OSError as error:
            sys.exit(f"bima: {path} cannot be written: {error.strerror}")
    if as_json:
        typer.echo(json.dumps(asdict(issued)))
        return
    typer.echo(f"{issued.path}: {issued.rows} rows, SHA-256 {issued.sha256}")
    for currency, totals in issued.totals.items():
        for column, total in totals.items():
            if Decimal(total):
                typer.echo(f"  {column:<32}{currency} {total:>20}")
