"""A whole insurer's year on this machine, played over HTTP, with what came of it."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.demo_year.staff import Hired
    from deploy.running import Running

app = typer.Typer(add_completion=False)

# The demo's own requests come from few people: the usual limits would stretch the year.
AT_EASE = {"BIMA_LIMIT_STAFF": "1000000", "BIMA_LIMIT_SIGN_IN": "1000"}


@app.command()
def demo(
    members: Annotated[int, typer.Option(min=10, help="How many people are enrolled.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed makes the same book.")] = 1,
    leave: Annotated[
        bool, typer.Option("--exit", help="Stop everything at the end instead of waiting.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one object.")] = False,
) -> None:
    """Run an insurer's year: enrol, claim, decide, pay, show; leave everything running."""
    from rich.console import Console

    from adapters.settings import get_settings
    from cli.demo_year.claiming import StandsStill
    from cli.demo_year.play import play
    from cli.demo_year.portal import PortalRefused, PortalUnreachable
    from cli.demo_year.screen import Screen
    from cli.demo_year.telling import as_json as told_as_json
    from cli.demo_year.telling import tell
    from deploy.running import running
    from deploy.stack import start_stack, stop_stack

    screen = Screen()
    state = get_settings().state_dir
    stack = running(state)
    ours = stack is None or not stack.ready
    if stack is None or ours:
        for name, value in AT_EASE.items():
            os.environ.setdefault(name, value)
        with screen.step("servers, database, API and workers"):
            stack = start_stack(state, tied=True)
    get_settings.cache_clear()
    try:
        year, told = play(stack, get_settings(), members, seed, screen, started_at())
        if as_json:
            typer.echo(json.dumps(told_as_json(year, told), indent=2))
        else:
            tell(year, told, Console(highlight=False))
        if not leave:
            stay(stack, state, year.hired, screen.say)
    except (PortalRefused, PortalUnreachable, StandsStill) as failure:
        typer.echo(f"bima: the year could not be played to its end: {failure}", err=True)
        raise typer.Exit(1) from failure
    finally:
        if ours:
            stop_stack(state)
    if not year.promises.all_kept:
        raise typer.Exit(1)


def stay(stack: "Running", state: Path, hired: "Hired", say: Callable[[str], None]) -> None:
    """Tell where everything is, and wait until somebody stops it."""
    from deploy.running import running

    say(f"\nBima runs at {stack.api_url} (state in {state}).")
    say(f"Sign in as {hired.username('admin')}, password {hired.password}")
    say(f"  the other names: {hired.note}")
    say("Ctrl-C stops everything.")
    try:
        while running(state) is not None:
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("stopping")


def started_at() -> float:
    """When this process began, on the monotonic clock: also before its environment was made.

    The program that makes the environment becomes this one, so the kernel knows its beginning.
    """
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return time.monotonic()
    age = uptime - ticks / os.sysconf("SC_CLK_TCK")
    return time.monotonic() - age
