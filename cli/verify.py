"""Checking that what readers see is what the log says, and that the log is what was written."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import TaskID

    from adapters.settings import Settings
    from projections.verifying import Check

app = typer.Typer(add_completion=False)


@app.command()
def verify(
    as_json: Annotated[
        bool, typer.Option("--json", help="One object a check, a line each.")
    ] = False,
) -> None:
    """Check streams, read models and sums; each failure is named. Exit code 1 if one fails."""
    from adapters.secret_keys import own_log_key
    from adapters.settings import get_settings

    settings = get_settings()
    checks = _run(settings, own_log_key(settings.secrets_folder))
    if as_json:
        for check in checks:
            typer.echo(json.dumps({**asdict(check), "holds": check.holds}))
    else:
        _print(checks)
    if not all(check.holds for check in checks):
        raise typer.Exit(1)


def _run(settings: "Settings", log_key: bytes | None) -> "list[Check]":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from projections.month_checks import check_months
    from projections.verifying import VerifyRefused, verify

    dsn = settings.require_models_url()
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what)
            bar.update(tasks[what], completed=done, total=max(of, done))

        try:
            checks = verify(dsn, progress=tell, log_key=log_key)
            folder, tenant = settings.movements_folder, settings.tenant
            months = check_months(dsn, folder, tenant, lambda n, of: tell("months", n, of))
            return [*checks, months]
        except VerifyRefused as refused:
            sys.exit(f"bima: {refused}")


def _print(checks: "list[Check]") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("", "check", "looked at", "seconds"):
        table.add_column(heading, justify="right" if heading == "seconds" else "left")
    for check in checks:
        sign = "[green]holds[/]" if check.holds else "[red bold]FAILS[/]"
        table.add_row(sign, check.name, check.looked_at, f"{check.seconds:.2f}")
    console = Console()
    console.print(table)
    for check in checks:
        for fault in check.faults:
            console.print(f"{check.name}: {fault}", style="red", markup=False, soft_wrap=True)
    failed = sum(not check.holds for check in checks)
    said = f"{failed} of {len(checks)} checks fail" if failed else f"all {len(checks)} checks hold"
    console.print(said)
