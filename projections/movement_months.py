"""The closed months of movements: what was closed, up to where, and the hashes that prove it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from adapters.envelope import Recorded
from domain.movement_book.events import MonthClosed
from projections.declaring import JSON, SHOWN, SORTS, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class ClosedMonthRow(Row):
    """`cut_off` is the log position up to which rows of the month were taken."""

    book_id: UUID
    month: Annotated[date, SORTS]
    ends_at: datetime
    cut_off: Annotated[int, SORTS]
    layout: int
    row_count: int
    totals: Annotated[Any, JSON]
    rows_sha256: Annotated[str, SHOWN]
    file_sha256: Annotated[str, SHOWN]
    closed_by: str


CLOSED_MONTHS = Table(
    ClosedMonthRow, "movement_months", ("book_id", "month"), added_only=True
)  # fmt: skip


def closed(event: Recorded, fact: MonthClosed, rows: Rows) -> None:
    rows.add(
        CLOSED_MONTHS,
        ClosedMonthRow(
            book_id=event.stream_id,
            month=fact.month,
            ends_at=fact.ends_at,
            cut_off=fact.cut_off,
            layout=fact.layout,
            row_count=fact.rows,
            totals=msgspec.to_builtins(fact.totals),
            rows_sha256=fact.rows_sha256,
            file_sha256=fact.file_sha256,
            closed_by=fact.closed_by,
        ),
    )


PROJECTION = Projection(
    name="movement_months",
    version=1,
    question="Which months of movements are closed, and what was in them?",
    tables=(CLOSED_MONTHS,),
    on={MonthClosed: closed},
)
