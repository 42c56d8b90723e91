"""Printing remittance advices: of one payment, or of everything that a provider was paid."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.postgres import Connection
    from projections.remittance import Remittance

app = typer.Typer(add_completion=False)


@app.command()
def remittance(
    which: Annotated[
        str, typer.Argument(help="A payment (PAY-2025-00001), or a provider (PRV-2025-00001).")
    ],
    from_on: Annotated[
        str, typer.Option("--from", help="Of a provider: first day of payment.", metavar="DAY")
    ] = "",
    until_on: Annotated[
        str, typer.Option("--until", help="Of a provider: first day after.", metavar="DAY")
    ] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The PDF to write.")] = None,
    language: Annotated[str, typer.Option(help="en or sw.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, no PDF.")] = False,
) -> None:
    """Write the remittance advice of a payment, or of all payments to a provider in some days."""
    import msgspec

    from adapters.postgres import connect
    from adapters.settings import get_settings
    from cli.eob import written
    from projections.history import NotFound
    from projections.paper import remittance_pdf
    from projections.printed_words import Language
    from projections.remittance import TooMuch

    if language not in tuple(Language):
        raise typer.BadParameter(f"--language: {language!r} is not en or sw")
    settings = get_settings()
    with connect(settings.require_database_url(), application="bima-remittance") as conn:
        try:
            told = _told(conn, settings.tenant, which, from_on, until_on, language)
        except (NotFound, TooMuch) as refused:
            sys.exit(f"bima: {refused}")
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    path = output or Path(f"remittance-{which}.pdf")
    written(path, remittance_pdf(told, settings.insurer_name))


def _told(
    conn: "Connection", tenant: int, which: str, from_on: str, until_on: str, language: str
) -> "Remittance":
    from cli.replay import day
    from projections.printed_words import Language
    from projections.remittance import remittance_of_payee, remittance_of_payment
    from projections.subjects import KINDS, find

    provider = find(conn, tenant, KINDS["provider"], which)
    first, end = day(from_on), day(until_on)
    if provider is None or (first is None and end is None):
        return remittance_of_payment(conn, tenant, which, Language(language))
    return remittance_of_payee(
        conn, tenant, provider, first or date.min, end or date.max, Language(language)
    )
