"""Issuing the bordereau of a month as a file that can be made again to the byte."""

import json
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def bordereau(
    kind: Annotated[str, typer.Argument(help="claims or premium.")],
    period: Annotated[str, typer.Option(help="The month, such as 2025-01.", metavar="MONTH")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write.")
    ] = None,
    position: Annotated[
        int | None,
        typer.Option(help="Only what was recorded up to this log position; default: everything."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Write the claims or premium bordereau of a month, with its totals and SHA-256."""
    from adapters.postgres import connect
    from adapters.settings import get_settings
    from projections.bordereaux import BORDEREAUX, BordereauRefused

    if kind not in BORDEREAUX:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join(BORDEREAUX)}")
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
