"""Close months of movements for ever, and see what is closed."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cli.actuary.closing import Tell

app = typer.Typer(add_completion=False, no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.callback()
def movements() -> None:
    """Close months of movements for ever, and see what is closed."""


@app.command()
def close(
    month: Annotated[
        str,
        typer.Option(help="Close up to this month, such as 2025-01; default: all that are over."),
    ] = "",
    actor: Annotated[str, typer.Option("--as", help="Who closes.")] = "bima",
    as_json: Json = False,
) -> None:
    """Write each month that is over to its file and record its hashes; it never changes again."""
    from adapters.settings import get_settings
    from cli.actuary.closing import close_until
    from commands.desk import open_desk
    from domain.refusals import Refused

    settings = get_settings()
    desk = open_desk(settings)
    try:
        with _bar() as tell:
            done = close_until(desk, settings, _month(month), tell, actor)
    except Refused as refused:
        sys.exit(f"bima: {refused.code}: {refused.detail}")
    finally:
        desk.store.close()
    if as_json:
        typer.echo(json.dumps({"closed": [asdict(one) for one in done]}))
        return
    for one in done:
        typer.echo(f"{one.month}  {one.what:<9}{one.rows:>10,} rows  {one.path}")
        typer.echo(f"         rows {one.rows_sha256}\n         file {one.file_sha256}")
    if not done:
        typer.echo("Every month that is over is closed.")


@app.command()
def status(as_json: Json = False) -> None:
    """Show the closed months, whether their files lie here, and what is still open."""
    from adapters.postgres import connect
    from adapters.settings import get_settings

    settings = get_settings()
    with connect(settings.require_database_url(), application="bima-movements") as conn:
        found = _standing(conn, settings)
    if as_json:
        typer.echo(json.dumps(found))
        return
    for one in found["months"]:
        here = "" if one["here"] else "  FILE NOT HERE: `bima movements close` puts it back"
        typer.echo(f"{one['month']}  {one['rows']:>10,} rows  to {one['cut_off']:>10,}{here}")
    since = f"since position {found['open_after']:,}" if found["months"] else "none is closed yet"
    typer.echo(f"open     {found['open_rows']:>10,} rows  {since}")


def _standing(conn: Any, settings: Any) -> dict[str, Any]:
    from projections.movement_reading import closed_months, from_table

    months = closed_months(conn, settings.tenant)
    last = months[-1] if months else None
    rest = from_table(conn, settings.tenant, ("event",), after=last)
    return {
        "folder": str(settings.movements_folder),
        "months": [
            {
                "month": f"{one.month:%Y-%m}",
                "rows": one.rows,
                "ends_at": one.ends_at.isoformat(),
                "cut_off": one.cut_off,
                "rows_sha256": one.rows_sha256,
                "file_sha256": one.file_sha256,
                "here": (settings.movements_folder / one.file_name).is_file(),
            }
            for one in months
        ],
        "open_after": last.cut_off if last else 0,
        "open_rows": rest.height,
    }


def _month(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a month like 2025-01") from None


@contextmanager
def _bar() -> Iterator["Tell"]:
    """Shows on standard error how many months are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("months", total=None)

        def tell(what: str, done: int, of: int) -> None:
            progress.update(task, description=what, completed=done, total=of)

        yield tell
