"""Erase a member's data for ever; what was paid and why stays."""

import getpass
import json
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from uuid import UUID, uuid4

import typer

if TYPE_CHECKING:
    from commands.context import Context, Desk

app = typer.Typer(add_completion=False, no_args_is_help=True)

PATIENCE = 60.0  # seconds in which the read models should have followed


@app.callback()
def about() -> None:
    """Erase a member's data for ever; what was paid and why stays."""


@app.command()
def member(
    numbers: Annotated[list[str], typer.Argument(help="Member numbers or ids.", metavar="NUMBER…")],
    reason: Annotated[str, typer.Option(help="The grounds, such as the person's own request.")],
    requested_by: Annotated[str, typer.Option(help="Who asked for it.")] = "the person",
    approved_by: Annotated[
        str, typer.Option(help="Who approves it, another one; default: whoever runs this.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be done.")] = False,
    scrub: Annotated[
        bool,
        typer.Option(help="Write the tables anew, so that the disk holds no old rows either."),
    ] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="One object a member, a line each.")
    ] = False,
) -> None:
    """Erase members: destroy their keys and have all read models follow. Cannot be undone."""
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    started = time.monotonic()
    desk = desk_of()
    approver = approved_by or f"console:{getpass.getuser()}"
    found = {number: member_id(desk, number) for number in dict.fromkeys(numbers)}
    told = [
        _erase(desk, number, who, reason, (requested_by, approver), dry_run)
        for number, who in found.items()
    ]
    erased = any(one["outcome"] == "erased" for one in told)
    clean = True
    if erased and not dry_run:
        _have_rows_follow(desk)
        clean = _scrub() if scrub else True
    for one in told:
        typer.echo(json.dumps(one) if as_json else _sentence(one))
    if erased and not as_json and not dry_run:
        took = time.monotonic() - started
        typer.echo(
            f"Read models{' and their files' if scrub and clean else ''} hold nothing of them: "
            f"{took:.1f} s. "
            "Backups of the keys made before now must expire (docs/privacy.md)."
        )
    if not (clean and all(one["outcome"] in ("erased", "would be erased") for one in told)):
        raise typer.Exit(1)


def _erase(
    desk: "Desk", number: str, who: UUID, reason: str, people: tuple[str, str], dry_run: bool
) -> dict[str, Any]:
    """Ask, approve, destroy; a refusal is told with its grounds."""
    from commands.erasing import Erasure, erase_member, finish_erasure, request_erasure
    from domain.member import MEMBER
    from domain.member.state import Erased
    from domain.refusals import Refused

    told: dict[str, Any] = {"member": number, "id": str(who), "holds": [], "why": ""}
    asks, approves = (context_of(desk, name, reason) for name in people)
    request = Erasure(who, reason)
    try:
        state = desk.store.load(MEMBER, who).state
        if isinstance(state, Erased):
            if not dry_run:
                finish_erasure(desk, approves, who)
            return {**told, "outcome": "erased", "why": "erased before"}
        if dry_run:
            holds = list(getattr(state, "holds", ()))
            return {**told, "holds": holds, "outcome": "held" if holds else "would be erased"}
        answer = request_erasure(desk, asks, request).answer
        if not answer["refused_for"]:
            answer = erase_member(desk, approves, request).answer
    except Refused as refused:
        return {**told, "outcome": "refused", "why": refused.detail}
    if answer["refused_for"]:
        return {**told, "holds": answer["refused_for"], "outcome": "held"}
    return {**told, "outcome": "erased"}


def _sentence(one: dict[str, Any]) -> str:
    match one["outcome"]:
        case "held":
            return (
                f"{one['member']}: not erased, the law wants it kept ({', '.join(one['holds'])}); "
                "`bima hold` shows and lifts holds"
            )
        case "refused":
            return f"{one['member']}: not erased: {one['why']}"
        case outcome:
            return f"{one['member']}: {one['why'] or outcome}"


def desk_of() -> "Desk":
    """The desk of the ledger that runs, or that the settings name."""
    from adapters.settings import get_settings
    from commands.desk import open_desk

    settings = get_settings()
    settings.require_database_url()
    return open_desk(settings)


def member_id(desk: "Desk", number: str) -> UUID:
    from projections.subjects import KINDS, find

    with desk.store.pool.connection() as conn:
        found = find(conn, desk.store.tenant, KINDS["member"], number)
    return found if found is not None else _no_member(number)


def _no_member(number: str) -> NoReturn:
    sys.exit(f"bima: there is no member {number}")


def context_of(desk: "Desk", actor: str, reason: str) -> "Context":
    from commands.context import Context

    command = uuid4()
    return Context(
        actor=actor,
        command_id=command,
        correlation_id=command,
        recorded_at=desk.clock.now(),
        effective_on=desk.clock.today(),
        reason=reason,
    )


def _have_rows_follow(desk: "Desk") -> None:
    """Wait for the projector, or do its work where none runs."""
    from adapters.settings import get_settings
    from projections import PROJECTIONS
    from projections.running import catch_up
    from projections.waiting import wait_for

    names = [projection.name for projection in PROJECTIONS]
    with desk.store.pool.connection() as conn:
        if wait_for(conn, desk.store.safe_position(), 2.0, names):
            return
    catch_up(get_settings().require_models_url(), PROJECTIONS)
    with desk.store.pool.connection() as conn:
        if not wait_for(conn, desk.store.safe_position(), PATIENCE, names):
            sys.exit("bima: a read model does not follow: `bima status` says why, then repeat this")


def _scrub() -> bool:
    """Whether no file holds old rows now; tells which may."""
    from adapters.settings import get_settings
    from projections import PROJECTIONS
    from projections.erasing import scrub

    left = scrub(get_settings().require_owner_url(), PROJECTIONS)
    if left:
        typer.echo(
            f"The files of {', '.join(left)} may hold old rows yet: somebody else uses them, or an "
            "older transaction goes on. End it, then repeat this command.",
            err=True,
        )
    return not left
