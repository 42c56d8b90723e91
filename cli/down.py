"""Stopping what `bima up` started."""

import typer

app = typer.Typer(add_completion=False)


@app.command()
def down() -> None:
    """Stop the running ledger in order; nothing that was answered is lost."""
    from deploy.folders import state_folder
    from deploy.stack import stop_stack

    seconds = stop_stack(state_folder())
    typer.echo("Nothing runs." if seconds is None else f"Stopped after {seconds:.1f} s.")
