"""Filling read models anew from the log, beside the ones in use."""

import sys
import time
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def rebuild(
    name: Annotated[str, typer.Argument(help="A read model, or `all`.")],
    fresh: Annotated[
        bool, typer.Option(help="Start over instead of going on where a killed rebuild was.")
    ] = False,
) -> None:
    """Fill a read model anew from the log and swap it in; readers keep the old one until then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from adapters.settings import get_settings
    from projections import PROJECTIONS
    from projections.rebuilding import Rebuild, RebuildRefused

    known = {projection.name: projection for projection in PROJECTIONS}
    if name != "all" and name not in known:
        choice = ", ".join(["all", *sorted(known)])
        raise typer.BadParameter(f"there is no read model {name!r}; choose one of {choice}")
    chosen = list(PROJECTIONS) if name == "all" else [known[name]]
    dsn = get_settings().require_models_url()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    started = time.monotonic()
    try:
        with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
            task = bar.add_task("log positions", total=None)
            done = Rebuild(
                dsn,
                chosen,
                fresh=fresh,
                report=lambda at, of: bar.update(task, completed=at, total=of),
            ).run()
    except RebuildRefused as refused:
        sys.exit(f"bima: {refused}")
    for read_model, reason in done.items():
        typer.echo(
            f"{read_model:<22} {f'not swapped: it stopped {reason}' if reason else 'swapped'}"
        )
    typer.echo(f"{len(done)} read models in {time.monotonic() - started:.1f} s")
    if any(done.values()):
        typer.echo("What was filled is kept: the same command goes on after the fix.", err=True)
        raise typer.Exit(1)
