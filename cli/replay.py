"""Telling the whole life of a claim, or of anything else that the ledger keeps, in words."""

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from projections.history import Life, Told

app = typer.Typer(add_completion=False)


@app.command()
def replay(
    kind: Annotated[
        str,
        typer.Argument(help="claim, member, policy, payment, provider, product or underwriting."),
    ],
    number: Annotated[str, typer.Argument(help="Its number, such as CLM-2025-00001, or its id.")],
    known_at: Annotated[
        str, typer.Option(help="Only what was recorded by this instant (UTC).", metavar="TIME")
    ] = "",
    effective_on: Annotated[
        str, typer.Option(help="Only what holds on this day.", metavar="DAY")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell a life in words: what, who, when, why, what followed, and what stands afterwards."""
    import msgspec

    from adapters.postgres import connect
    from adapters.settings import get_settings
    from projections.history import NotFound, life
    from projections.subjects import KINDS

    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is not one of {', '.join(KINDS)}")
    settings = get_settings()
    at, on = instant(known_at), day(effective_on)
    with connect(settings.require_database_url(), application="bima-replay") as conn:
        try:
            told = life(conn, settings.tenant, KINDS[kind], number, at, on)
        except NotFound as missing:
            sys.exit(f"bima: {missing}")
    if as_json:
        typer.echo(msgspec.json.encode(told))
    else:
        _print(told)


def instant(text: str) -> datetime | None:
    """The instant that an option names, in UTC where it says no zone; None for an empty one."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        wanted = "an instant like 2025-03-01T12:00Z"
        raise typer.BadParameter(f"--known-at: {text!r} is not {wanted}") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def day(text: str) -> date | None:
    """The day that an option names; None for an empty one."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wanted = "a day like 2025-03-01"
        raise typer.BadParameter(f"--effective-on: {text!r} is not {wanted}") from None


def _print(told: "Life") -> None:
    from rich.console import Console

    console = Console(highlight=False)
    known = f", as known at {told.known_at:%Y-%m-%d %H:%M:%S %Z}" if told.known_at else ""
    on = f", for {told.effective_on}" if told.effective_on else ""
    _say(console, f"{told.subject}{known}{on}", "bold", 0)
    _say(console, _state(told.stands), "cyan", 2)
    if told.background:
        _say(console, "\nWhat stands behind it", "bold", 0)
    for event in told.background:
        _tell(console, event)
    _say(console, "\nWhat happened", "bold", 0)
    for event in told.events:
        _tell(console, event)
    if told.explanation:
        _say(console, "\nHow it was decided", "bold", 0)
    for line in told.explanation:
        text = line.lstrip()
        _say(console, text, "", 2 + len(line) - len(text))


def _tell(console: "Console", event: "Told") -> None:
    """One event: when and by whom, in words, why, and what it changed."""
    recorded = f"{event.recorded_at:%Y-%m-%d %H:%M:%S}"
    head = f"{'●' if event.own else '○'} [{event.position}] {recorded} by {event.actor}"
    if event.effective_on != event.recorded_at.date():
        head += f", holds from {event.effective_on}"
    if event.caused_by is not None:
        head += f", because of [{event.caused_by}]"
    _say(console, head, "dim", 0)
    _say(console, event.words if event.own else f"{event.subject}: {event.words}", "", 4)
    if event.reason:
        _say(console, f"reason given: {event.reason}", "dim", 4)
    if event.changed and event.own:
        _say(console, _state(event.changed), "cyan", 4)


def _say(console: "Console", text: str, style: str, indent: int) -> None:
    """A paragraph whose further lines stand under the first."""
    from rich.padding import Padding
    from rich.text import Text

    console.print(Padding(Text(text, style=style), (0, 0, 0, indent), expand=False))


def _state(values: dict[str, str]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in values.items())
