"""Checking the product against cases with known answers, through the functions that it works with.

Every case is answered, also one that brings no answer to compare with.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.case_files import KINDS, expected_of, kind_of, without_answer
from cli.case_files.comparing import cells_too_many, differences
from cli.case_files.parsing import BadCase
from domain.money import BadAmount, CurrencyMismatch
from domain.refusals import Refused

app = typer.Typer(add_completion=False)

AGREES, DIFFERS, ANSWERED, FAILED = "agrees", "DIFFERS", "answered", "ERROR"


@dataclass(slots=True)
class Outcome:
    """One case, answered. `agrees` is None where there was nothing to compare with."""

    id: str
    title: str
    result: Any = None
    differences: list[str] = field(default_factory=list)
    agrees: bool | None = None
    error: str = ""
    seconds: float = 0.0

    @property
    def word(self) -> str:
        if self.error:
            return FAILED
        return ANSWERED if self.agrees is None else AGREES if self.agrees else DIFFERS


@app.command()
def cases(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Cases, one a line.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a case.")] = False,
) -> None:
    """Answer the cases of FILE… and compare; exits 1 on any difference, 2 on an unreadable case."""
    tally = dict.fromkeys((AGREES, DIFFERS, ANSWERED, FAILED), 0)
    started = time.perf_counter()
    for path in files:
        for outcome in outcomes(path):
            tally[outcome.word] += 1
            _show(outcome, as_json)
    if not as_json:
        _summary(tally, time.perf_counter() - started)
    if tally[FAILED]:
        raise typer.Exit(2)
    if tally[DIFFERS]:
        raise typer.Exit(1)


def outcomes(path: Path) -> Iterator[Outcome]:
    """The cases of a file in order; a line that cannot be read is an outcome with an error."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as unreadable:
        yield Outcome(str(path), "", error=f"{path}: cannot be read: {unreadable}")
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _outcome(line, f"{path}:{number}")


def _outcome(line: str, where: str) -> Outcome:
    try:
        case = json.loads(line)
    except json.JSONDecodeError as broken:
        return Outcome(where, "", error=f"{where}: not a JSON object: {broken}")
    if not isinstance(case, dict):
        return Outcome(where, "", error=f"{where}: not a JSON object")
    outcome = Outcome(str(case.get("id", where)), str(case.get("title", "")))
    kind = kind_of(case)
    if kind not in KINDS:
        known = ", ".join(sorted(KINDS))
        outcome.error = f"{where}: {outcome.id}: unknown kind {kind!r}; known are {known}"
        return outcome
    started = time.perf_counter()
    try:
        outcome.result = KINDS[kind](without_answer(case))
    except KeyError as missing:
        outcome.error = f"{where}: {outcome.id}: the field {missing} is missing or not known"
    except (BadCase, BadAmount, CurrencyMismatch, Refused, ValueError, TypeError) as bad:
        outcome.error = f"{where}: {outcome.id}: {bad}"
    outcome.seconds = time.perf_counter() - started
    expected = expected_of(case)
    if expected is not None and not outcome.error:
        outcome.differences = differences(expected, outcome.result)
        if kind == "triangle":
            outcome.differences += cells_too_many(expected, outcome.result)
        outcome.agrees = not outcome.differences
    return outcome


def _show(outcome: Outcome, as_json: bool) -> None:
    if outcome.error:
        typer.echo(f"bima: {outcome.error}", err=True)
    if as_json:
        told = {
            "id": outcome.id,
            "result": outcome.result,
            "agrees": outcome.agrees,
            "differences": [outcome.error] if outcome.error else outcome.differences,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        milliseconds = f"{outcome.seconds * 1000:.1f} ms"
        typer.echo(f"{outcome.id:<8} {outcome.word:<8} {milliseconds:>9}  {outcome.title}")
        for difference in outcome.differences:
            typer.echo(f"         {difference}")


def _summary(tally: dict[str, int], seconds: float) -> None:
    compared = tally[AGREES] + tally[DIFFERS]
    parts = [f"{tally[AGREES]} of {compared} agree"]
    parts += [f"{tally[ANSWERED]} answered without comparison"] if tally[ANSWERED] else []
    parts += [f"{tally[FAILED]} could not be read"] if tally[FAILED] else []
    typer.echo(f"{'; '.join(parts)}; {seconds:.2f} s")


if __name__ == "__main__":
    sys.exit(app())
