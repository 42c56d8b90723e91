"""What falls due by itself if nobody acts: graces, approvals, investigations, answers."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def deadlines(
    until: Annotated[datetime | None, typer.Option(help="Only what is due by then (UTC).")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """List the deadlines that are still to come, the next one first."""
    from adapters.postgres import Pool
    from adapters.reaction_tasks import ReactionTasks
    from adapters.settings import get_settings
    from workers.deadlines import DEADLINES

    settings = get_settings()
    tasks = ReactionTasks(Pool(settings.require_database_url()), settings.tenant)
    names = [it.name for them in DEADLINES.values() for it in them]
    found = tasks.deadlines(names, until.replace(tzinfo=UTC) if until else None, limit)
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), default=str))
        return
    if not found:
        typer.echo("Nothing falls due.")
        return
    for one in found:
        day = one.due_at.astimezone(settings.zone)
        typer.echo(
            f"{day:%Y-%m-%d %H:%M}  {one.deadline:<24}{one.event} {one.stream_id}  {one.state}"
        )
