"""Printing the explanation of benefits of a claim."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def eob(
    claim: Annotated[str, typer.Argument(help="Its number, such as CLM-2025-00001, or its id.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The PDF to write.")] = None,
    language: Annotated[str, typer.Option(help="en or sw.")] = "en",
    known_at: Annotated[
        str, typer.Option(help="As it was known at this instant (UTC).", metavar="TIME")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, no PDF.")] = False,
) -> None:
    """Write the explanation of benefits of a claim: who bears what of each line, and why."""
    import msgspec

    from adapters.postgres import connect
    from adapters.settings import get_settings
    from cli.replay import instant
    from projections.explanation_of_benefits import NotDecided, explanation_of_benefits
    from projections.history import NotFound
    from projections.paper import eob_pdf
    from projections.printed_words import Language

    if language not in tuple(Language):
        raise typer.BadParameter(f"--language: {language!r} is not en or sw")
    settings, at = get_settings(), instant(known_at)
    with connect(settings.require_database_url(), application="bima-eob") as conn:
        try:
            told = explanation_of_benefits(conn, settings.tenant, claim, Language(language), at)
        except (NotFound, NotDecided) as missing:
            sys.exit(f"bima: {missing}")
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    written(output or Path(f"eob-{told.number}.pdf"), eob_pdf(told, settings.insurer_name))


def written(path: Path, content: bytes) -> None:
    """Write a letter and say where it lies; a folder that is not there ends the command."""
    try:
        path.write_bytes(content)
    except OSError as error:
        sys.exit(f"bima: {path} cannot be written: {error.strerror}")
    typer.echo(f"{path}: {len(content):,} bytes")
