"""The codes that claims are written in: services, goods and diagnoses, with what they mean."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.code.events import CodePublished, CodeRetired
from projections.declaring import SEARCHED, SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class CodeRow(Row):
    """What was said of a code last; `status` is in_use or retired, from `since` on.

    `base_price` is for one unit, in major units; `who` the groups that may receive it, none = all.
    """

    code_id: UUID
    system: Annotated[str, SORTS]
    code: Annotated[str, SEARCHED]
    description: Annotated[str, SEARCHED]
    status: Annotated[str, SORTS]
    since: Annotated[date, SORTS]
    replaced_by: str = ""
    kind: str = ""
    category: Annotated[str, SORTS] = ""
    base_price: Annotated[Decimal | None, SORTS] = None
    bundle_price: Decimal | None = None
    care_type: str = ""
    frequency_days: Annotated[int, SHOWN] = 0
    who: tuple[str, ...] = ()


CODES = Table(
    CodeRow,
    "codes",
    ("code_id",),
    indexes=(Index(("system", "code")), Index(("created_at", "code_id"))),
)


def published(event: Recorded, fact: CodePublished, rows: Rows) -> None:
    row = rows.find(CODES, event.stream_id)
    if row is None:
        row = rows.add(
            CODES,
            CodeRow(
                code_id=event.stream_id,
                system=fact.system,
                code=fact.code,
                description=fact.description,
                status="in_use",
                since=fact.from_on,
            ),
        )
    rows.touch(CODES, row)
    row.description, row.status, row.since = fact.description, "in_use", fact.from_on
    row.replaced_by = ""
    if fact.service is not None:
        row.kind, row.category = fact.service.kind, fact.service.category
        row.base_price, row.bundle_price = fact.service.base_price, fact.service.bundle_price
        row.care_type, row.frequency_days = fact.service.care_type, fact.service.frequency_days
        row.who = fact.service.who


def retired(event: Recorded, fact: CodeRetired, rows: Rows) -> None:
    row = rows.change(CODES, event.stream_id)
    row.status, row.since, row.replaced_by = "retired", fact.from_on, fact.replaced_by


PROJECTION = Projection(
    name="codes",
    version=1,
    question="Which codes may claims be written in, and what do they mean?",
    tables=(CODES,),
    on={CodePublished: published, CodeRetired: retired},
)
