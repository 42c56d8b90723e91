"""A bank statement against our payments: what differs, line by line, and what is booked of it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid5

import typer

app = typer.Typer(add_completion=False)

COMMANDS = UUID("4d2c8f1e-6b0a-5d3e-9a7c-1f5e0b9d6a24")
"""Under which commands are named by a statement's movements: read twice, booked once."""


@app.command()
def reconcile(
    file: Annotated[Path, typer.Argument(help="CSV or camt.053.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show only; book nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """Compare a bank statement with the payments; book what the bank says and we had not heard.

    CSV: date, amount, currency, instruction_id, reference, kind (payment or return). Ends with 1
    where a difference remains, with 2 where the file cannot be read.
    """
    from adapters.bank_statements import StatementUnreadable, read_statement
    from adapters.settings import get_settings
    from commands.desk import open_desk
    from domain.payment.reconciling import BOOKABLE, compare

    try:
        lines = read_statement(file)
    except StatementUnreadable as unreadable:
        for fault in unreadable.faults:
            typer.echo(f"bima: {file.name}: {fault}", err=True)
        raise typer.Exit(2) from unreadable
    desk = open_desk(get_settings())
    try:
        found = compare(lines, _payments(desk.store.pool, desk.store.tenant, lines))
        told = [_told(one) for one in found]
        for one, shown in zip(found, told, strict=True):
            if one.what in BOOKABLE and not dry_run:
                shown["booked"], shown["why_not"] = _book(desk, one)
    finally:
        desk.store.close()
    remain = sum(not shown["booked"] for shown in told)
    result = {
        "lines": len(lines),
        "matched": len(lines) - sum(one.line is not None for one in found),
        "booked": len(told) - remain,
        "differences": told,
        "dry_run": dry_run,
    }
    if as_json:
        typer.echo(json.dumps(result))
    else:
        _tell(result)
    raise typer.Exit(1 if remain else 0)


def _payments(pool: Any, tenant: int, lines: Sequence[Any]) -> list[Any]:
    """Our payments that the statement names, and those that were confirmed on its days."""
    from domain.money import Money
    from domain.payment.reconciling import OwnPayment

    days = [line.on for line in lines]
    with pool.connection() as conn:
        rows = conn.execute(
            "SELECT payment_id, number, stage, amount_minor, currency, paid_on FROM payments "
            "WHERE tenant = %s AND (number = ANY (%s) OR paid_on BETWEEN %s AND %s)",
            (
                tenant,
                [line.instruction_id for line in lines],
                min(days, default=None),
                max(days, default=None),
            ),
        ).fetchall()
    return [
        OwnPayment(which, number, stage, Money(minor, currency), paid_on)
        for which, number, stage, minor, currency, paid_on in rows
    ]


def _book(desk: Any, difference: Any) -> tuple[bool, str]:
    """Book what the bank says; whether it is, and if not, why."""
    from commands.bank_notices import BankNotice, Told, book_notice
    from commands.context import Context
    from domain.refusals import Refused

    line, payment = difference.line, difference.payment
    told = Told.RETURNED if line.returned else Told.SETTLED
    named = f"{desk.store.tenant}|{line.instruction_id}|{told}"
    context = Context(
        actor="bank statement",
        command_id=uuid5(COMMANDS, named),
        correlation_id=desk.store.stream(payment.payment_id)[-1].meta.correlation_id,
        recorded_at=desk.clock.now(),
        effective_on=line.on,
    )
    reference = line.reference or line.instruction_id
    notice = BankNotice(payment.payment_id, told, line.amount, reference, "RETURNED", line.on)
    try:
        book_notice(desk, context, notice)
    except Refused as refused:
        return False, str(refused)
    return True, ""


def _told(difference: Any) -> dict[str, Any]:
    line, payment = difference.line, difference.payment
    return {
        "difference": str(difference.what),
        "line": line.line if line else None,
        "on": str(line.on if line else payment.paid_on),
        "number": line.instruction_id if line else payment.number,
        "bank": str(line.amount.amount) if line else None,
        "ours": str(payment.amount.amount) if payment else None,
        "currency": (line or payment).amount.currency,
        "says": difference.says,
        "booked": False,
        "why_not": "",
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
