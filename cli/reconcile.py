"""A bank statement against our payments: what differs, line by line, and what is booked of it."""

import getpass
import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

if TYPE_CHECKING:
    from domain.reconciliation.events import Differing, StatementReconciled

app = typer.Typer(add_completion=False)


@app.command()
def reconcile(
    file: Annotated[
        Path, typer.Argument(help="camt.053, MT940 or CSV.", exists=True, dir_okay=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show only; book nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """Compare a bank statement with the payments; book what the bank says and we had not heard.

    CSV: date, amount, currency, instruction_id, reference, kind (payment or return). Ends with 1
    where a difference remains, with 2 where the file cannot be read.
    """
    from adapters.bank_statements import read_statement
    from adapters.statement_values import StatementUnreadable
    from domain.refusals import RuleBroken

    try:
        lines = read_statement(file)
        told = _told(_compared(file, lines, dry_run=dry_run), dry_run=dry_run)
    except StatementUnreadable as unreadable:
        for fault in unreadable.faults:
            typer.echo(f"bima: {file.name}: {fault}", err=True)
        raise typer.Exit(2) from unreadable
    except RuleBroken as refused:
        typer.echo(f"bima: {file.name}: {refused.detail}", err=True)
        raise typer.Exit(2) from refused
    if as_json:
        typer.echo(json.dumps(told))
    else:
        _tell(told)
    raise typer.Exit(1 if len(told["differences"]) > told["booked"] else 0)


def _compared(file: Path, lines: Any, *, dry_run: bool) -> "StatementReconciled":
    """What came of it, as it is recorded."""
    from adapters.settings import get_settings
    from commands.context import Context
    from commands.desk import open_desk
    from commands.reconciling import Statement, reconcile_statement
    from projections.payments_known import payments_beside

    desk = open_desk(get_settings())
    command_id = uuid4()
    context = Context(
        actor=f"staff:{getpass.getuser()}",
        command_id=command_id,
        correlation_id=command_id,
        recorded_at=desk.clock.now(),
        effective_on=desk.clock.today(),
        dry_run=dry_run,
    )
    pool, tenant = desk.store.pool, desk.store.tenant
    statement = Statement(
        file.name,
        sha256(file.read_bytes()).hexdigest(),
        lines,
        lambda its: payments_beside(pool, tenant, its),
    )
    try:
        outcome = reconcile_statement(desk, context, statement)
    finally:
        desk.store.close()
    assert outcome.decision is not None  # nobody has used this id before
    ((_, fact),) = outcome.decision.facts
    found: StatementReconciled = fact
    return found


def _told(found: "StatementReconciled", *, dry_run: bool) -> dict[str, Any]:
    return {
        "number": found.number,
        "lines": found.lines,
        "matched": found.matched,
        "booked": sum(one.booked for one in found.differences),
        "differences": [_one(one) for one in found.differences],
        "dry_run": dry_run,
    }


def _one(difference: "Differing") -> dict[str, Any]:
    bank, ours = difference.bank, difference.ours
    named = bank or ours
    return {
        "difference": difference.what,
        "line": difference.line,
        "on": str(difference.on),
        "number": difference.number,
        "bank": str(bank.amount) if bank else None,
        "ours": str(ours.amount) if ours else None,
        "currency": named.currency if named else "",
        "says": difference.says,
        "booked": difference.booked,
        "why_not": difference.why_not,
    }


def _tell(result: dict[str, Any]) -> None:
    for one in result["differences"]:
        where = f"line {one['line']}" if one["line"] else "not in it"
        done = "booked" if one["booked"] else one["why_not"]
        typer.echo(f"{where:<10}{one['number']:<18}{one['difference']:<24}{one['says']}  {done}")
    typer.echo(
        f"{result['lines']} lines, {result['matched']} agree, {result['booked']} booked, "
        f"{len(result['differences']) - result['booked']} differences remain"
    )
