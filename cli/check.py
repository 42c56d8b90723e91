"""Checking the source itself: form, types, who may import whom, locked versions, weak places."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)

MODULE = (sys.executable, "-P", "-m")
# The product, without its tests: what the search for weak places reads.
PRODUCT = (
    "adapters", "api", "cli", "commands", "deploy", "domain", "migrations", "ml", "projections",
    "workers",
)  # fmt: skip
BANDIT = ("bandit", "--quiet", "--configfile=pyproject.toml", "--severity-level=medium")
FIXTURES = ("pytest", "-q", "-n0", "-m", "long or not long", "--setup-plan")
SECRETS = "tests/security/test_tools.py::test_no_file_holds_a_secret"


@dataclass(frozen=True, slots=True)
class Check:
    """A command that ends with 0 if all is well; `fix` is the one that puts things right."""

    name: str
    command: tuple[str, ...]
    fix: tuple[str, ...] = ()


CHECKS = (
    Check("format", (*MODULE, "ruff", "format", "--check", "."), (*MODULE, "ruff", "format", ".")),
    Check("style", (*MODULE, "ruff", "check", "."), (*MODULE, "ruff", "check", "--fix", ".")),
    Check("types", (*MODULE, "mypy")),
    Check("layers", (str(Path(sys.executable).with_name("lint-imports")), "--no-logo")),
    Check("rules", (*MODULE, "pytest", "-q", "-n0", "tests/test_architecture.py")),
    Check("fixtures", (*MODULE, *FIXTURES)),
    Check("locks", (*MODULE, "pytest", "-q", "-n0", "tests/deploy/test_locks.py")),
    Check(
        "docs",
        (*MODULE, "pytest", "-q", "-n0", "tests/docs/test_docs.py"),
        (*MODULE, "tests.docs.pages"),
    ),
    Check("bandit", (*MODULE, *BANDIT, "--recursive", *PRODUCT)),
    Check("secrets", (*MODULE, "pytest", "-q", "-n0", "-m", "long", SECRETS)),
)


@app.command()
def check(
    fix: Annotated[bool, typer.Option("--fix", help="Put right what can be put right.")] = False,
    only: Annotated[list[str] | None, typer.Argument(help="Names of checks; all if none.")] = None,
) -> None:
    """Check form, style, types, layers, purity, what tests ask for, locks and weak places of the
    source; `--fix` mends some."""
    chosen = [known for known in CHECKS if not only or known.name in only]
    unknown = set(only or ()) - {known.name for known in CHECKS}
    if unknown:
        names = ", ".join(known.name for known in CHECKS)
        typer.echo(f"bima: no check is called {', '.join(unknown)}; there are {names}", err=True)
        raise typer.Exit(2)
    failed = [known.name for known in chosen if not _passes(known, fix=fix)]
    typer.echo(f"\nNot well: {', '.join(failed)}." if failed else "\nAll is well.")
    if failed:
        raise typer.Exit(1)


def _passes(known: Check, *, fix: bool) -> bool:
    started = time.monotonic()
    if fix and known.fix:
        _run(known.fix)
    done = _run(known.command)
    verdict = "ok" if done.returncode == 0 else "WRONG"
    typer.echo(f"{known.name:<8} {verdict:<6} {time.monotonic() - started:6.1f} s")
    if done.returncode != 0:
        typer.echo((done.stdout + done.stderr).rstrip() + "\n")
    return done.returncode == 0


def _run(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    from deploy.folders import PROJECT

    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
