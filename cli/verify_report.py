"""Checking an issued report with nothing but its folder and the issuer's public key."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def verify_report(
    folder: Annotated[Path, typer.Argument(help="The folder of the package.", metavar="DIR")],
    key: Annotated[
        str, typer.Option(help="The issuer's public key: base64, or a PEM file.", metavar="PUBKEY")
    ] = "",
    previous: Annotated[
        Path | None, typer.Option(help="The package that it follows, to check the chain.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check a report's signature, files, rows and totals; needs no database and no network."""
    from adapters.report_signing import BadKey, public_key
    from projections.treaty_reports.verification import verify_package

    given = key
    if key and Path(key).is_file():
        given = Path(key).read_text(encoding="utf-8")
    try:
        known = public_key(given) if given else ""
    except BadKey as bad:
        raise typer.BadParameter(str(bad), param_hint="--key") from bad
    told = verify_package(folder, known, previous)
    if as_json:
        typer.echo(json.dumps({**asdict(told), "holds": told.holds}))
    else:
        for finding in told.findings:
            typer.echo(f"  {finding}")
        for name in told.checked if told.holds else ():
            typer.echo(f"  holds: {name}")
        words = "verified" if told.holds else f"{len(told.findings)} findings"
        typer.echo(f"{told.report_id or folder} version {told.report_version}: {words}")
        if told.holds and not told.key_was_given:
            typer.echo("Whole, but by whom? Give the issuer's key with --key to know.")
    sys.exit(0 if told.holds else 1)
