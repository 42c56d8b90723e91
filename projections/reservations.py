"""What of deductibles and limits is kept for services that were approved and not claimed yet."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.accumulator.events import BenefitReleased, BenefitReserved
from projections.declaring import SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class ReservationRow(Row):
    """One total that an approval keeps a part of; `amount_minor` in minor units, or a `count`."""

    accumulator_id: UUID
    preauthorisation_id: UUID
    who: str
    year: Annotated[str, SORTS]
    what: str
    preauthorisation_number: str
    amount_minor: Annotated[int, SORTS]
    count: int


RESERVATIONS = Table(
    ReservationRow,
    "reservations",
    ("accumulator_id", "preauthorisation_id", "who", "year", "what"),
    indexes=(Index(("who", "year")), Index(("preauthorisation_id",))),
)


def reserved(event: Recorded, fact: BenefitReserved, rows: Rows) -> None:
    for entry in fact.entries:
        rows.add(
            RESERVATIONS,
            ReservationRow(
                accumulator_id=event.stream_id,
                preauthorisation_id=fact.preauthorisation_id,
                who=entry.who,
                year=entry.year,
                what=entry.what,
                preauthorisation_number=fact.preauthorisation_number,
                amount_minor=entry.amount_minor,
                count=entry.count,
            ),
        )


def released(event: Recorded, fact: BenefitReleased, rows: Rows) -> None:
    for entry in fact.entries:
        rows.remove(
            RESERVATIONS, event.stream_id, fact.preauthorisation_id, entry.who, entry.year,
            entry.what,
        )  # fmt: skip


PROJECTION = Projection(
    name="reservations",
    version=1,
    question="What of the benefit is kept for approved services?",
    tables=(RESERVATIONS,),
    on={BenefitReserved: reserved, BenefitReleased: released},
)
