"""Looking for what keeps Bima from running well on this machine."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)

SIGNS = {"well": "ok   ", "mind": "mind ", "wrong": "WRONG"}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Check this machine and what runs on it; each fault comes with its remedy."""
    from deploy.examination import examine

    wrong = 0
    for finding in examine():
        wrong += finding.verdict == "wrong"
        if as_json:
            typer.echo(json.dumps(asdict(finding)))
            continue
        typer.echo(f"{SIGNS[finding.verdict]} {finding.check:<11} {finding.said}")
        if finding.remedy:
            typer.echo(f"{'':18}→ {finding.remedy}")
    if wrong:
        raise typer.Exit(1)
