"""Bank statements that were held against our payments, and in what they differed."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.money import Money
from domain.reconciliation.events import StatementReconciled
from projections.declaring import AMOUNT, SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class ReconciliationRow(Row):
    """As the statement's last run left it; its days are half-open. `still_open` differences wait
    for a person."""

    reconciliation_id: UUID
    number: Annotated[str, SEARCHED]
    statement: Annotated[str, SEARCHED]
    digest: str
    from_on: Annotated[date, SORTS]
    until_on: Annotated[date, SORTS]
    runs: int
    lines: int
    matched: int
    booked: int
    still_open: Annotated[int, SORTS]
    reconciled_by: str
    reconciled_on: Annotated[date, SORTS]


@dataclass(slots=True)
class DifferenceRow(Row):
    """One difference of a run: amounts as the bank and as our books have them."""

    reconciliation_id: UUID
    run: Annotated[int, SORTS]
    entry: Annotated[int, SORTS]
    difference: Annotated[str, SORTS]
    payment_number: Annotated[str, SEARCHED]
    moved_on: Annotated[date, SORTS]
    says: Annotated[str, SHOWN]
    line: Annotated[int | None, SHOWN]
    currency: str
    bank_minor: Annotated[int | None, AMOUNT]
    ours_minor: Annotated[int | None, AMOUNT]
    booked: bool
    why_not: Annotated[str, SHOWN]


RECONCILIATIONS = Table(
    ReconciliationRow,
    "reconciliations",
    ("reconciliation_id",),
    indexes=(Index(("number",)), Index(("from_on", "reconciliation_id"))),
)
DIFFERENCES = Table(
    DifferenceRow,
    "reconciliation_differences",
    ("reconciliation_id", "run", "entry"),
    added_only=True,
)


def reconciled(event: Recorded, fact: StatementReconciled, rows: Rows) -> None:
    booked = sum(one.booked for one in fact.differences)
    row = rows.find(RECONCILIATIONS, event.stream_id)
    if row is None:
        row = rows.add(
            RECONCILIATIONS,
            ReconciliationRow(
                reconciliation_id=event.stream_id,
                number=fact.number,
                statement=fact.statement,
                digest=fact.digest,
                from_on=fact.from_on,
                until_on=fact.until_on,
                runs=0,
                lines=fact.lines,
                matched=0,
                booked=0,
                still_open=0,
                reconciled_by="",
                reconciled_on=event.meta.effective_on,
            ),
        )
    rows.touch(RECONCILIATIONS, row)
    row.runs, row.matched, row.booked = fact.run, fact.matched, row.booked + booked
    row.still_open = len(fact.differences) - booked
    row.reconciled_by, row.reconciled_on = fact.reconciled_by, event.meta.effective_on
    for entry, one in enumerate(fact.differences, 1):
        named = one.bank or one.ours
        rows.add(
            DIFFERENCES,
            DifferenceRow(
                reconciliation_id=event.stream_id,
                run=fact.run,
                entry=entry,
                difference=one.what,
                payment_number=one.number,
                moved_on=one.on,
                says=one.says,
                line=one.line,
                currency=named.currency if named else "",
                bank_minor=_minor(one.bank),
                ours_minor=_minor(one.ours),
                booked=one.booked,
                why_not=one.why_not,
            ),
        )


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor


PROJECTION = Projection(
    name="reconciliations",
    version=1,
    question="Which bank statements were held against our payments, and what differs still?",
    tables=(RECONCILIATIONS, DIFFERENCES),
    on={StatementReconciled: reconciled},
)
