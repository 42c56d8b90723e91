"""Every event once: who recorded what, when, on whose command, and caused by what."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from adapters.envelope import Recorded
from projections.declaring import SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class TrailRow(Row):
    """`event` is the log position; `caused_by` that of the event that led to the command."""

    event: Annotated[int, SORTS]
    stream_id: UUID
    name: str
    actor: str
    effective_on: Annotated[date, SORTS]
    command_id: UUID
    correlation_id: UUID
    caused_by: int | None
    reason: Annotated[str, SHOWN]


TRAIL = Table(
    TrailRow,
    "audit_trail",
    ("event",),
    indexes=(
        Index(("correlation_id",)),
        Index(("caused_by",), where="caused_by IS NOT NULL"),
        Index(("actor", "event")),
    ),
    added_only=True,
)


def noted(event: Recorded, _: Any, rows: Rows) -> None:
    meta = event.meta
    rows.add(
        TRAIL,
        TrailRow(
            event=event.position,
            stream_id=event.stream_id,
            name=event.name,
            actor=meta.actor,
            effective_on=meta.effective_on,
            command_id=meta.command_id,
            correlation_id=meta.correlation_id,
            caused_by=meta.caused_by,
            reason=meta.reason,
        ),
    )


PROJECTION = Projection(
    name="audit_trail",
    version=1,
    question="Who recorded what, when, why, and what followed from it?",
    tables=(TRAIL,),
    on_any=noted,
    from_envelopes={
        "event": "e.position",
        "stream_id": "e.stream_id",
        "name": "t.name",
        "actor": "e.actor",
        "effective_on": "e.effective_on",
        "command_id": "e.command_id",
        "correlation_id": "e.correlation_id",
        "caused_by": "e.caused_by",
        "reason": "e.reason",
    },
)
