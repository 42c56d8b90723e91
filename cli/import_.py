"""Taking over the records of another system: members, policies, providers and claims."""

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from cli.importing.records import Export

app = typer.Typer(add_completion=False, help="Take over members, policies, providers and claims.")

Folder = Annotated[Path, typer.Argument(help="The folder of the export.")]
RejectsFile = Annotated[
    Path | None, typer.Option("--rejects", help="Where rejected rows go (CSV).")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check; record nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("synthea")
def synthea(
    folder: Folder, rejects: RejectsFile = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take over a Synthea CSV export; a second run adds nothing."""
    from cli.importing.synthea_csv import read

    take_over(read, folder, rejects, dry_run=dry_run, as_json=as_json)


@app.command("synthea-fhir")
def synthea_fhir(
    folder: Folder, rejects: RejectsFile = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Take over a Synthea FHIR R4 export (NDJSON, packed or not, or bundles)."""
    from cli.importing.synthea_fhir import read

    take_over(read, folder, rejects, dry_run=dry_run, as_json=as_json)


def take_over(
    read: Callable[[Path], Export],
    folder: Path,
    rejects: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read all, then record in batches; exit code 1 where something was rejected or unusable."""
    from cli.importing.rejects import FileUnusable, write_rejects
    from cli.importing.telling import tell

    if not folder.is_dir():
        _stop(f"{folder} is not a folder")
    started = time.monotonic()
    try:
        export = read(folder)
    except FileUnusable as unusable:
        _stop(f"{unusable}; nothing was taken over")
    counts = {s.title: {"read": s.count} for s in export.sections} if dry_run else _record(export)
    where = rejects or Path(f"rejects-{folder.resolve().name}.csv")
    if export.rejects:
        write_rejects(export.rejects, where)
    report: dict[str, Any] = {
        "folder": folder.name,
        "dry_run": dry_run,
        "records": counts,
        "totals": {**asdict(export.totals), "currency": export.currency},
        "rejected": len(export.rejects),
        "rejects_file": str(where) if export.rejects else None,
        "remarks": export.remarks,
        "seconds": round(time.monotonic() - started, 2),
    }
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
    else:
        tell(report)
    if export.rejects:
        raise typer.Exit(1)


def _record(export: Export) -> dict[str, dict[str, int]]:
    """Append everything in batches, with a progress bar; what is refused joins the rejects."""
    from adapters.settings import get_settings
    from cli.importing.recording import record
    from commands.desk import open_desk
    from migrations.apply import apply

    settings = get_settings()
    apply(settings.require_owner_url())
    desk = open_desk(settings)
    try:
        return record(desk, export, show=sys.stderr.isatty())
    finally:
        desk.store.close()


def _stop(why: str) -> NoReturn:
    typer.echo(f"bima: {why}", err=True)
    raise typer.Exit(2)
