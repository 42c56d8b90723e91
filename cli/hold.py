"""Keep a member's data for the law, or stop keeping it."""

import getpass
import json
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="Member number or id.", metavar="NUMBER")]
Reference = Annotated[str, typer.Option(help="What the hold is known by, such as a file number.")]
By = Annotated[str, typer.Option(help="Who does it; default: whoever runs this.")]


@app.callback()
def about() -> None:
    """Keep a member's data for the law, or stop keeping it."""


@app.command()
def place(
    number: Number,
    reference: Reference,
    reason: Annotated[str, typer.Option(help="The grounds.")],
    by: By = "",
) -> None:
    """Refuse every erasure of the member until the hold is lifted."""
    _change(number, reference, reason, by, lift=False)


@app.command()
def lift(number: Number, reference: Reference, by: By = "") -> None:
    """End a hold."""
    _change(number, reference, "", by, lift=True)


@app.command("list")
def show(
    number: Number, as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False
) -> None:
    """Show what holds a member's data."""
    from cli.erase import desk_of, member_id
    from domain.member import MEMBER

    desk = desk_of()
    holds = list(getattr(desk.store.load(MEMBER, member_id(desk, number)).state, "holds", ()))
    if as_json:
        typer.echo(json.dumps({"member": number, "holds": holds}))
        return
    typer.echo("\n".join(holds) or f"Nothing holds the data of {number}.")


def _change(number: str, reference: str, reason: str, by: str, *, lift: bool) -> None:
    from cli.erase import context_of, desk_of, member_id
    from commands.erasing import Hold, lift_legal_hold, place_legal_hold
    from domain.refusals import Refused

    desk = desk_of()
    who = member_id(desk, number)
    context = context_of(desk, by or f"console:{getpass.getuser()}", reason)
    try:
        act = lift_legal_hold if lift else place_legal_hold
        act(desk, context, Hold(who, reference, reason))
    except Refused as refused:
        typer.echo(f"bima: {refused.detail}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{number}: {reference} {'no longer holds' if lift else 'holds'} the data.")
