"""Running the project's own tests."""

import os
import sys
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)

MOST_AT_ONCE = 8
# Who says one of these has chosen how many tests run side by side.
PLAIN = ("-n", "-n0", "-n1", "-n2", "--numprocesses", "--pdb")


@app.command("test", context_settings={"ignore_unknown_options": True})
def run_tests(
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to pytest.")] = None,
) -> None:
    """Run all tests, or those that pytest's own arguments choose (`bima test -k claim -x`)."""
    from deploy.folders import PROJECT

    given = list(arguments or [])
    side_by_side = str(max(2, min(os.cpu_count() or 2, MOST_AT_ONCE)))
    chosen = any(word in PLAIN for word in given)
    own = [] if chosen else ["-n", side_by_side, "--dist", "worksteal"]
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-P", "-m", "pytest", *own, *given])  # noqa: S606
