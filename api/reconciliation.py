"""Reconciling over HTTP: a bank statement is held against our payments: what differs is told."""

from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from adapters.bank_statements import movements_in
from adapters.statement_values import StatementUnreadable
from api.answers import made
from api.documentation import listed, single
from api.envelope import Success, success
from api.errors import wrong_fields
from api.fields import Asked, Id, Name
from api.history import HISTORY, add_history
from api.parameters import SINCE, UNTIL
from api.readable import DIFFERENCES, RECONCILIATIONS
from api.reads import Read, Reads
from api.roles import PROCESS_PAYMENT
from api.routing import resource_router
from api.writing import Write, Writes
from commands.reconciling import Statement, reconcile_statement
from projections.payments_known import payments_beside
from projections.reconciliation_figures import FIGURES, STATEMENTS, as_report

PREFIX = "/api/v1/reconciliation"
LONGEST = 900_000
MOST_FAULTS = 50
router = resource_router(PREFIX, "Reconciliation")

OfReconciliations = Annotated[Read, Depends(Reads(RECONCILIATIONS))]


class SentStatement(Asked):
    """A statement as the bank sends it: camt.053, MT940, or CSV with the columns date, amount,
    currency, instruction_id, reference, kind."""

    name: Name = Field(examples=["statement-2025-03.xml"])
    content: Annotated[str, Field(strict=True, min_length=1, max_length=LONGEST)] = Field(
        examples=[
            (
                "date,amount,currency,instruction_id,reference,kind\n"
                "2025-03-05,23500.00,TZS,PAY-2025-00001,BNK-1,payment\n"
            )
        ]
    )


class DifferenceFigures(BaseModel):
    difference: str
    found: int
    booked: int
    open_amount: str


class ReconciliationFigures(BaseModel):
    """Statements of some days: how many lines agreed, what was booked, what waits for a person."""

    currency: str
    statements: int
    from_on: str | None
    until_on: str | None
    lines: int
    matched: int
    booked: int
    still_open: int
    differences: list[DifferenceFigures]


@router.get("", **listed(RECONCILIATIONS))
async def list_reconciliations(read: OfReconciliations) -> Response:
    """Statements that were held against our payments, each as its last run left it."""
    return await read.page()


@router.post("/process", **made())
async def process_reconciliation(
    body: SentStatement, write: Annotated[Write, Depends(Writes(PROCESS_PAYMENT, creates=PREFIX))]
) -> Response:
    """Hold a bank statement against our payments; what the bank says and we had not heard is
    booked once, however often it is sent. A file with a line that cannot be read is refused whole.
    """
    content = body.content.encode(errors="replace")
    try:
        lines = await run_in_threadpool(movements_in, content)
    except StatementUnreadable as unreadable:
        faults = unreadable.faults[:MOST_FAULTS]
        raise wrong_fields([("content", fault) for fault in faults]) from unreadable
    pool, tenant = write.desk.store.pool, write.parts.settings.tenant
    statement = Statement(
        body.name,
        sha256(content).hexdigest(),
        lines,
        lambda its: payments_beside(pool, tenant, its),
    )
    return await write(body, reconcile_statement, statement)


@router.get("/report", response_model=Success[ReconciliationFigures])
async def report_reconciliation(
    read: Annotated[Read, Depends(Reads(RECONCILIATIONS, more=(SINCE, UNTIL)))],
) -> Response:
    """What reconciling has brought over some days: what agreed, what was booked, what is open."""
    read.nothing_else()
    parts = read.parts
    asked = {"since": read.said["since"], "until": read.said["until"]}
    asked["tenant"] = parts.settings.tenant
    statements = await parts.reading.rows(STATEMENTS, asked)
    kinds = await parts.reading.rows(FIGURES, asked)
    return success(as_report(statements[0], kinds, parts.settings.currency))


@router.get("/{id}", **single(RECONCILIATIONS))
async def show_reconciliation(
    reconciliation_id: Id, read: Annotated[Read, Depends(Reads(RECONCILIATIONS, past=True))]
) -> Response:
    """One statement and what came of it, now or as known then."""
    return await read.shown(reconciliation_id)


@router.get("/{id}/differences", **listed(DIFFERENCES))
async def list_reconciliation_differences(
    reconciliation_id: Id,
    read: Annotated[Read, Depends(Reads(DIFFERENCES))],
    statements: OfReconciliations,
) -> Response:
    """In what the statement and our books differed, of every run, the latest first."""
    return await read.children(statements, reconciliation_id)


add_history(router, RECONCILIATIONS, HISTORY)
