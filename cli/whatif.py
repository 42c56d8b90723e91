"""Deciding the whole book again under other terms, to see what they would cost."""

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from commands.what_if import Answer, Change, Otherwise
    from domain.adjudication.product import Terms

app = typer.Typer(add_completion=False)

WORTH_SHARING = 20_000  # log positions; below that a process starts longer than it works


@app.command()
def whatif(
    product: Annotated[
        str, typer.Option(help="Code of the product that changes; every product if left out.")
    ] = "",
    terms: Annotated[
        Path | None,
        typer.Option(
            help="Another version of the product: JSON as POST /api/v1/schemes takes it.",
            metavar="FILE",
        ),
    ] = None,
    order: Annotated[
        str, typer.Option(help="Steps in another order, by commas.", metavar="STEP,STEP,…")
    ] = "",
    from_on: Annotated[
        str, typer.Option("--from", help="First day of service decided again.", metavar="DAY")
    ] = "",
    until_on: Annotated[
        str, typer.Option("--until", help="First day no longer decided again.", metavar="DAY")
    ] = "",
    processes: Annotated[
        int, typer.Option(min=0, help="How many share the book; as many as there are cores.")
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="One object a changed claim, last the totals.")
    ] = False,
) -> None:
    """Decide all claims again under other terms and list those that change; nothing is recorded."""
    from commands.products import product_id
    from commands.what_if import Otherwise

    if terms is None and not order:
        raise typer.BadParameter("say what is different: --terms FILE, --order STEPS, or both")
    code, given = _read(terms) if terms else ("", None)
    code = product or code
    steps = tuple(step.strip() for step in order.split(",")) if order else ()
    otherwise = Otherwise(
        product_id(code) if code else None,
        given,
        steps,
        _day("--from", from_on) or date.min,
        _day("--until", until_on) or date.max,
    )
    answer = _run(otherwise, code, processes or os.cpu_count() or 1)
    _print_json(answer) if as_json else _print(answer)


def _read(path: Path) -> "tuple[str, Terms]":
    """Code and terms of a scheme in a file; ends with every fault where it is not one."""
    from pydantic import ValidationError

    from adapters.settings import get_settings
    from api.forms import filled
    from api.money import LEDGER_CURRENCY
    from api.schemes import NewScheme
    from domain.adjudication.product import Terms

    LEDGER_CURRENCY.set(get_settings().currency)
    try:
        body = NewScheme.model_validate_json(path.read_bytes())
    except OSError as error:
        sys.exit(f"bima: {path} cannot be read: {error.strerror}")
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in error.errors())
        sys.exit(f"bima: {path} is not a scheme: " + "; ".join(faults))
    return body.code, filled(body.terms, Terms)


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{option}: {text!r} is not a day like 2025-03-01") from None


def _run(otherwise: "Otherwise", code: str, processes: int) -> "Answer":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from adapters.event_store import open_store
    from adapters.settings import get_settings
    from commands.replaying import what_if
    from commands.what_if_shared import what_if_shared
    from domain.events import CATALOGUE
    from domain.product import PRODUCT
    from domain.product.decide import published
    from domain.refusals import Refused

    settings = get_settings()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with (
        open_store(
            settings.require_database_url(), CATALOGUE, tenant=settings.tenant, kept_states=16
        ) as store,
        Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar,
    ):
        task = bar.add_task("deciding claims again")

        def told(position: int, last: int) -> None:
            bar.update(task, completed=position, total=max(last, 1))

        try:
            if otherwise.product_id is not None:
                published(store.load(PRODUCT, otherwise.product_id).state)
            if processes == 1 or store.safe_position() < WORTH_SHARING:
                return what_if(store, otherwise, settings.currency, told=told)
            dsn = settings.require_database_url()
            return what_if_shared(
                dsn, settings.tenant, otherwise, settings.currency, processes, told=told
            )
        except Refused as refused:
            sys.exit(f"bima: {code + ': ' if code else ''}{refused.detail} ({refused.code})")


def _print(answer: "Answer") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if answer.changed:
        table = Table(box=box.SIMPLE_HEAD)
        for heading in ("claim", "pays", "would pay", "difference"):
            table.add_column(heading, justify="left" if heading == "claim" else "right")
        table.add_column("reasons", overflow="fold")
        for it in answer.changed:
            amounts = (it.pays, it.would_pay, it.difference)
            table.add_row(it.number, *map(str, amounts), ", ".join(it.reasons))
        console.print(table)
    console.print(
        f"{len(answer.changed)} of {answer.claims} claims change: {answer.pays} as decided, "
        f"{answer.would_pay} under the other terms, difference {answer.difference}"
    )


def _print_json(answer: "Answer") -> None:
    for change in answer.changed:
        said = {"claim_id": str(change.claim_id), "number": change.number, **_amounts(change)}
        typer.echo(json.dumps({**said, "reasons": change.reasons}))
    counts = {"claims": answer.claims, "changed": len(answer.changed)}
    typer.echo(json.dumps({**counts, **_amounts(answer), "currency": answer.pays.currency}))


def _amounts(told: "Answer | Change") -> dict[str, str]:
    """The amounts in major units, exact."""
    return {
        "pays": str(told.pays.amount),
        "would_pay": str(told.would_pay.amount),
        "difference": str(told.difference.amount),
    }
