"""What a bank has told by webhook and nobody could book: list it, replay it, or set it aside."""

import getpass
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.webhook_deliveries import Deliveries
    from commands.bank_messages import PutRight
    from commands.context import Desk

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

Places = Annotated[list[int], typer.Argument(help="Numbers of messages, as `list` shows them.")]


@app.command("list")
def show(
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """List what was refused or kept, and what became of it, the latest first."""
    from adapters.settings import get_settings
    from adapters.webhook_deliveries import deliveries
    from commands.desk import open_desk

    desk = open_desk(get_settings())
    try:
        found = deliveries(desk.store.pool, desk.store.tenant)
    finally:
        desk.store.close()
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), default=str))
        return
    if not found:
        typer.echo("Everything that was told was taken.")
        return
    typer.echo(f"{'NUMBER':>8}  {'RECEIVED':16}  {'STATE':10}  why")
    for one in found:
        received = f"{one.received_at:%Y-%m-%d %H:%M}"
        typer.echo(f"{one.place:>8}  {received:16}  {one.state:10}  {one.note}")
    typer.echo("`bima webhooks replay NUMBER` books one after all, `discard` sets it aside.")


@app.command()
def replay(places: Places) -> None:
    """Book what was kept, now that what it lacked is there; ends with 1 where one still cannot."""
    from commands import bank_messages
    from projections.payments_known import payment_numbered

    def each(desk: "Desk", kept: "Deliveries", place: int, by: str) -> "PutRight":
        pool, tenant = desk.store.pool, desk.store.tenant
        return bank_messages.replay(
            desk, kept, place, by, lambda number: payment_numbered(pool, tenant, number)
        )

    _put_right(places, each)


@app.command()
def discard(
    places: Places,
    reason: Annotated[str, typer.Option(help="Why nothing is booked.")],
) -> None:
    """Set kept messages aside for good; the reason is kept."""
    from commands import bank_messages

    _put_right(
        places, lambda _desk, kept, place, by: bank_messages.discard(kept, place, by, reason)
    )


def _put_right(places: list[int], each: "Callable[[Desk, Deliveries, int, str], PutRight]") -> None:
    """Every message by itself; what is refused is told and holds up no other."""
    from adapters.settings import get_settings
    from adapters.webhook_deliveries import Deliveries
    from commands.bank_messages import SENDER
    from commands.desk import open_desk
    from domain.refusals import Refused

    desk = open_desk(get_settings())
    kept = Deliveries(desk.store.pool, desk.store.tenant, SENDER)
    left = False
    try:
        for place in places:
            try:
                told = each(desk, kept, place, f"staff:{getpass.getuser()}")
            except Refused as refused:
                typer.echo(f"bima: {place}: {refused.detail}", err=True)
                left = True
                continue
            typer.echo(f"{place:>8}  {told.state:10}  {told.note}".rstrip())
            left |= told.state == "unresolved"
    finally:
        desk.store.close()
    raise typer.Exit(1 if left else 0)
