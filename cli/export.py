"""Write what the ledger holds of a person, for the person."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def about() -> None:
    """Write what the ledger holds of a person, for the person."""


@app.command()
def member(
    number: Annotated[str, typer.Argument(help="Member number or id.", metavar="NUMBER")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; default: standard output.")
    ] = None,
) -> None:
    """Write all events, rows and sign-ins of a member as one JSON document."""
    import msgspec

    from adapters.postgres import connect
    from cli.erase import desk_of, member_id
    from projections.person_export import everything_of

    desk = desk_of()
    who = member_id(desk, number)
    with connect(desk.store.pool.dsn, application="bima-export") as conn:
        conn.execute("SET statement_timeout = 0")
        found = everything_of(conn, desk.store.tenant, who)
    document = msgspec.json.format(msgspec.json.encode(found), indent=2)
    if output is None:
        sys.stdout.buffer.write(document + b"\n")
        return
    try:
        output.touch(mode=0o600)
        output.write_bytes(document + b"\n")
    except OSError as error:
        sys.exit(f"bima: {output} cannot be written: {error.strerror}")
    typer.echo(f"{output}: {len(found['events'])} events, {found['row_count']} rows")
