"""How fast the ledger is, told as shares of what the same server can do at the same minute."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from cli.benches.measuring import Before, Result

app = typer.Typer(add_completion=False)


@app.command()
def bench(
    what: Annotated[
        str, typer.Argument(help="Which figures: `ledger` is all there is so far.")
    ] = "ledger",
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; medians are told.")] = 5,
    seconds: Annotated[float, typer.Option(min=0.2, help="Length of one measurement.")] = 2.0,
    callers: Annotated[int, typer.Option(min=1, help="Callers at once.")] = 16,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Measure commands, read models and imports against plain SQL on the same server."""
    from rich.console import Console

    from adapters.settings import get_settings
    from cli.benches.place import throw_away_database
    from cli.benches.suites import SUITES

    if what not in SUITES:
        typer.echo(f"bima: no figures are called {what}; there are {', '.join(SUITES)}", err=True)
        raise typer.Exit(2)
    with throw_away_database(get_settings().state_dir) as url, _bar(rounds) as before:
        results = SUITES[what](url, rounds, seconds, callers, before)
    if as_json:
        for result in results:
            typer.echo(json.dumps(result.as_json()))
    else:
        show(results, Console(highlight=False))


@contextmanager
def _bar(rounds: int) -> Iterator["Before"]:
    """Shows on standard error what is being measured, and in which round."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True, highlight=False)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("making a database", total=None)

        def before(work: str, nth: int, done: float) -> None:
            said = f"round {nth} of {rounds}: {work}"
            progress.update(task, description=f"{said:<60}", completed=done, total=1)

        yield before


def show(results: "list[Result]", console: "Console") -> None:
    """The figures as a table: a median, and what share of each limit it is."""
    from rich.table import Table

    limits = list(dict.fromkeys(name for result in results for name in result.ratio))
    table = Table(box=None, pad_edge=False)
    table.add_column("work")
    for heading in ("median a second", *(f"of {name}" for name in limits)):
        table.add_column(heading, justify="right")
    for result in results:
        shares = (f"{result.ratio[n]:.2f}" if n in result.ratio else "" for n in limits)
        table.add_row(result.work, f"{result.median:,.0f} {result.unit.split('/')[0]}", *shares)
    console.print(table)
