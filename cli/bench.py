"""How fast the ledger is, told as shares of what the same server can do at the same minute."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from cli.benches.floors import Floor
    from cli.benches.measuring import Before, Result

app = typer.Typer(add_completion=False)


@app.command()
def bench(  # noqa: PLR0913, PLR0917  # each is an option of the command
    what: Annotated[
        str,
        typer.Argument(
            help="`ledger`: the whole; `log`: the event log; `log_curve`: the log while it grows "
            "to --events; `claims`: decisions; "
            "`what_if`: a book decided again; `fraud`: scores; `movements`: reports; "
            "`http`: the API."
        ),
    ] = "ledger",
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; medians are told.")] = 5,
    seconds: Annotated[float, typer.Option(min=0.2, help="Length of one measurement.")] = 2.0,
    callers: Annotated[int, typer.Option(min=1, help="Callers at once.")] = 16,
    events: Annotated[
        int, typer.Option(min=1, help="Events (`fraud`, `http`: claims) stored before.")
    ] = 50_000,
    rows: Annotated[
        int, typer.Option(min=600, help="Movements to report on: `movements` only.")
    ] = 10_000_000,
    sql_rows: Annotated[
        int, typer.Option(min=600, help="At most so many of them in PostgreSQL: the first months.")
    ] = 10_000_000,
    kept: Annotated[
        Path | None,
        typer.Option(
            help="`movements`: a folder that keeps them for the next time.", metavar="DIR"
        ),
    ] = None,
    quick: Annotated[bool, typer.Option(help="One short round, to see that all works.")] = False,
    slow_disk: Annotated[
        bool, typer.Option("--slow-disk", help="Every flush takes 1 ms longer, as in a cloud.")
    ] = False,
    floors: Annotated[
        bool, typer.Option("--floors", help="End with 1 where the log misses a floor.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Measure the ledger against plain SQL and the event library, on the same server."""
    from rich.console import Console

    from adapters.settings import get_settings
    from cli.benches import slow_disk as disk
    from cli.benches.floors import FLOORS, ON_A_SLOW_DISK, missed
    from cli.benches.place import durable, throw_away_database
    from cli.benches.suites import SUITES, Wish

    if what not in SUITES:
        typer.echo(f"bima: no figures are called {what}; there are {', '.join(SUITES)}", err=True)
        raise typer.Exit(2)
    if quick:
        rounds, seconds, events = 1, min(seconds, 0.5), min(events, 20_000)
        rows = min(rows, 60_000)
    if slow_disk:
        typer.echo(f"Slow disk: {disk.told()}.", err=True)
    folder = get_settings().state_dir
    with throw_away_database(folder, slow_disk=slow_disk) as url, _bar(rounds) as before:
        if not durable(url):
            typer.echo("This server does not keep what it commits: compare nothing.", err=True)
        results = SUITES[what](
            url, Wish(rounds, seconds, callers, events, before, rows, sql_rows, kept)
        )
    wanted = ON_A_SLOW_DISK if slow_disk else FLOORS
    if as_json:
        for result in results:
            typer.echo(json.dumps(result.as_json()))
    else:
        show(results, wanted if what == "log" else (), Console(highlight=False))
    if floors and (short := missed(results, wanted)):
        for floor in short:
            typer.echo(f"missed: {floor.work}: {floor}", err=True)
        raise typer.Exit(1)


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


def show(results: "list[Result]", floors: "tuple[Floor, ...]", console: "Console") -> None:
    """The figures as a table: a median, what multiple of each limit it is, and its floors."""
    from rich.table import Table

    limits = list(dict.fromkeys(name for result in results for name in result.ratio))
    table = Table(box=None, pad_edge=False)
    table.add_column("work")
    for heading in ("median", *(f"× {name}" for name in limits)):
        table.add_column(heading, justify="right")
    if floors:
        table.add_column("floor")
    for result in results:
        shares = (f"{result.ratio[n]:.2f}" if n in result.ratio else "" for n in limits)
        asked = ", ".join(
            f"{floor} {'met' if floor.met_by(result) else 'NOT MET'}"
            for floor in floors
            if floor.work == result.work
        )
        table.add_row(result.work, f"{result.median:,.4g} {result.unit}" if result.median < 100
                      else f"{result.median:,.0f} {result.unit}", *shares, asked)  # fmt: skip
    console.print(table)
