"""What the HTTP interface serves of what the product owes."""

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)

CONTRACT = Path("contract") / "endpoints.tsv"


@dataclass(frozen=True, slots=True)
class Owed:
    """An operation of the contract, in the module that owes it."""

    method: str
    path: str
    module: str

    @property
    def address(self) -> tuple[str, str]:
        """Method and path; the names of what stands in braces do not matter."""
        return self.method, "/".join("{}" if p.startswith("{") else p for p in self.path.split("/"))


@app.callback()
def about() -> None:
    """What the HTTP interface serves of what the product owes."""


@app.command()
def coverage(
    contract: Annotated[
        Path | None, typer.Option(help="The list of operations; beside the project if not given.")
    ] = None,
    missing: Annotated[bool, typer.Option(help="List what is not served yet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Count the operations that exist, by module, from the running code's own description."""
    from adapters.settings import get_settings
    from api.app import create_app

    owed = read_contract(contract or beside_the_project())
    served = addresses(create_app(get_settings()).openapi())
    absent = [one for one in owed if one.address not in served]
    total = Counter(one.module for one in owed)
    lacking = Counter(one.module for one in absent)
    if as_json:
        modules = {m: {"owed": n, "served": n - lacking[m]} for m, n in total.items()}
        lines = [f"{one.method} {one.path}" for one in absent]
        typer.echo(json.dumps({"modules": modules, "missing": lines}, indent=2))
        return
    for module, count in total.items():
        typer.echo(f"{module:<16}{count - lacking[module]:>5} of {count}")
    typer.echo(f"{'all':<16}{len(owed) - len(absent):>5} of {len(owed)}")
    if missing:
        for one in absent:
            typer.echo(f"missing: {one.method} {one.path}")


def beside_the_project() -> Path:
    """The contract's list in the folder of shared material."""
    project = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("BIMA_SHARED") or project.parent / "shared") / CONTRACT


def read_contract(path: Path) -> list[Owed]:
    """Every operation once; what a second document repeats is not owed twice."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
    except OSError as error:
        typer.echo(f"bima: {path} cannot be read ({error}); name it with --contract", err=True)
        raise typer.Exit(1) from error
    return [
        Owed(row["method"], row["path"], row["module"])
        for row in rows
        if not row["group"].startswith("same as")
    ]


def addresses(schema: dict[str, dict[str, Iterable[str]]]) -> set[tuple[str, str]]:
    """What an OpenAPI description serves."""
    return {
        Owed(method.upper(), path, "").address
        for path, methods in schema["paths"].items()
        for method in methods
    }
