"""How much of each deductible, limit and count a member or a family has used up."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.accumulator.events import (
    BalanceBroughtForward,
    BenefitReleased,
    BenefitReserved,
    BenefitRestored,
    BenefitUsed,
)
from projections.declaring import SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class BalanceRow(Row):
    """One running total. `who` is a member or a family (its policy); `year` the first day of the
    benefit year or LIFE; `what` is counted in minor units (`amount_minor`) or in times (`count`).
    """

    accumulator_id: UUID
    who: str
    year: Annotated[str, SORTS]
    what: str
    amount_minor: Annotated[int, SORTS] = 0
    count: Annotated[int, SORTS] = 0


@dataclass(slots=True)
class EntryRow(Row):
    """What one claim took of a total, or gave back (negative).

    What was brought forward from another system has the accumulator's own id for a claim.
    """

    accumulator_id: UUID
    entry: int
    line: int
    claim_id: UUID
    claim_number: str
    who: str
    year: str
    what: str
    amount_minor: int
    count: int


@dataclass(slots=True)
class UseRow(Row):
    """One use of a service that frequency limits look back on; -1 `times` takes it back."""

    accumulator_id: UUID
    entry: int
    line: int
    claim_id: UUID
    claim_number: str
    who: str
    code: str
    used_on: Annotated[date, SORTS]
    quantity: Decimal
    site: str
    times: int


BALANCES = Table(
    BalanceRow,
    "accumulator_balances",
    ("accumulator_id", "who", "year", "what"),
    indexes=(Index(("who", "year")),),
)
ENTRIES = Table(
    EntryRow,
    "accumulator_entries",
    ("accumulator_id", "entry", "line"),
    indexes=(Index(("claim_id",)),),
    added_only=True,
)
USES = Table(
    UseRow,
    "accumulator_uses",
    ("accumulator_id", "entry", "line"),
    indexes=(Index(("who", "code", "used_on")),),
    added_only=True,
)


BROUGHT_FORWARD = "brought forward"


def posted(event: Recorded, fact: BenefitUsed | BenefitRestored, rows: Rows) -> None:
    add(event, fact, fact.claim_id, fact.claim_number, rows)


def brought_forward(event: Recorded, fact: BalanceBroughtForward, rows: Rows) -> None:
    add(event, fact, event.stream_id, BROUGHT_FORWARD, rows)


def kept_apart(event: Recorded, fact: BenefitReserved | BenefitReleased, rows: Rows) -> None:
    """What is reserved is not used yet: it stands with the pre-authorisations."""
    for entry in fact.entries:
        row = rows.find(BALANCES, event.stream_id, entry.who, entry.year, entry.what)
        if row is not None:
            rows.touch(BALANCES, row)


def add(
    event: Recorded,
    fact: BenefitUsed | BenefitRestored | BalanceBroughtForward,
    claim_id: UUID,
    claim_number: str,
    rows: Rows,
) -> None:
    stream = event.stream_id
    for line, entry in enumerate(fact.entries, 1):
        key = (stream, entry.who, entry.year, entry.what)
        row = rows.find(BALANCES, *key)
        if row is None:
            row = rows.add(BALANCES, BalanceRow(*key))
        rows.touch(BALANCES, row)
        row.amount_minor += entry.amount_minor
        row.count += entry.count
        rows.add(
            ENTRIES,
            EntryRow(
                accumulator_id=stream,
                entry=event.version,
                line=line,
                claim_id=claim_id,
                claim_number=claim_number,
                who=entry.who,
                year=entry.year,
                what=entry.what,
                amount_minor=entry.amount_minor,
                count=entry.count,
            ),
        )
    for line, use in enumerate(fact.uses, 1):
        rows.add(
            USES,
            UseRow(
                accumulator_id=stream,
                entry=event.version,
                line=line,
                claim_id=claim_id,
                claim_number=claim_number,
                who=use.member,
                code=use.code,
                used_on=use.on,
                quantity=use.quantity,
                site=use.site,
                times=use.times,
            ),
        )


PROJECTION = Projection(
    name="accumulator_balances",
    version=1,
    question="How much of each limit has a member or family used, and by which claims?",
    tables=(BALANCES, ENTRIES, USES),
    on={
        BenefitUsed: posted,
        BenefitRestored: posted,
        BalanceBroughtForward: brought_forward,
        BenefitReserved: kept_apart,
        BenefitReleased: kept_apart,
    },
)
