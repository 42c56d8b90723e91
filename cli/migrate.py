"""Bringing the database up to date with this version of the code."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def migrate(
    dry_run: Annotated[bool, typer.Option(help="Only tell what would be applied.")] = False,
) -> None:
    """Bring the database up to date; what is already there stays as it is."""
    from adapters.settings import get_settings
    from migrations.apply import MigrationRefused, apply, pending

    url = get_settings().require_owner_url()
    try:
        if dry_run:
            waiting = pending(url)
            typer.echo("\n".join(["Would apply:", *waiting]) if waiting else "Nothing to apply.")
        else:
            done = apply(url, report=typer.echo)
            typer.echo(f"Applied {len(done)} steps." if done else "Nothing to apply.")
    except MigrationRefused as refused:
        typer.echo(f"bima: {refused}", err=True)
        raise typer.Exit(1) from refused
