"""What could not be done after an event, and what becomes of it: retry it, or set it aside."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.reaction_failures import Failure, ReactionFailures

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

Positions = Annotated[
    list[int] | None, typer.Argument(help="Log positions of the events, as `list` shows them.")
]
Everything = Annotated[bool, typer.Option("--all", help="All that are listed.")]


@app.command("list")
def show(
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """List what was given up, with the reason."""
    failures = _failures().all()
    if as_json:
        for failure in failures:
            typer.echo(json.dumps(asdict(failure), default=str))
        return
    if not failures:
        typer.echo("Nothing has failed.")
        return
    typer.echo(f"{'POSITION':>10}  {'TRIES':>5}  {'SINCE':16}  REACTION and why it was given up")
    for failure in failures:
        since = f"{failure.made_at:%Y-%m-%d %H:%M}"
        typer.echo(f"{failure.position:>10}  {failure.tries:>5}  {since:16}  {failure.reaction}")
        typer.echo(f"{'':>37}{failure.note}")
    typer.echo("`bima failures retry POSITION` tries one again, `discard` sets it aside.")


@app.command()
def retry(positions: Positions = None, everything: Everything = False) -> None:
    """Try failures again, with all their tries."""
    failures = _failures()
    done = failures.retry(_chosen(failures, positions, everything))
    typer.echo(f"{done} open again; `bima failures list` shows what fails once more.")


@app.command()
def discard(
    reason: Annotated[str, typer.Option(help="Why nothing needs to be done any more.")],
    positions: Positions = None,
    everything: Everything = False,
) -> None:
    """Set failures aside for good; the reason is kept."""
    failures = _failures()
    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    done = failures.discard(_chosen(failures, positions, everything), reason)
    typer.echo(f"{done} set aside.")


def _failures() -> "ReactionFailures":
    from adapters.postgres import Pool
    from adapters.reaction_failures import ReactionFailures
    from adapters.settings import get_settings

    settings = get_settings()
    return ReactionFailures(Pool(settings.require_database_url()), settings.tenant)


def _chosen(
    failures: "ReactionFailures", positions: list[int] | None, everything: bool
) -> list[tuple[int, str]]:
    """The failures that were named; every wrong position is told, and then nothing is done."""
    if bool(positions) == everything:
        raise typer.BadParameter("name positions, or say --all")
    standing: list[Failure] = failures.all()
    wanted = {failure.position for failure in standing} if everything else set(positions or ())
    unknown = sorted(wanted - {failure.position for failure in standing})
    if unknown:
        named = ", ".join(map(str, unknown))
        raise typer.BadParameter(f"nothing has failed at {named}: `bima failures list` shows what")
    return [(it.position, it.reaction) for it in standing if it.position in wanted]
