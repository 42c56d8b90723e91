"""Biometric records: that they are there, and who was held against them for what."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from adapters.envelope import Recorded
from domain.biometric.events import BiometricCompared, BiometricDestroyed, BiometricRegistered
from projections.declaring import SHOWN, SORTS, Index, Projection, Row, Table
from projections.rows import Rows


@dataclass(slots=True)
class BiometricRow(Row):
    """`stage` is registered or destroyed. The template itself is in no read model."""

    biometric_id: UUID
    member_id: UUID
    modality: Annotated[str, SORTS]
    part: str
    quality: Annotated[int, SORTS]
    model: str
    device: str
    registered_by: str
    registered_on: Annotated[date, SORTS]
    stage: str = "registered"
    comparisons: Annotated[int, SORTS] = 0
    compared_on: Annotated[date | None, SORTS] = None
    reason: Annotated[str, SHOWN] = ""


@dataclass(slots=True)
class ComparisonRow(Row):
    biometric_id: UUID
    comparison: Annotated[int, SORTS]
    purpose: Annotated[str, SHOWN]
    matched: bool
    similarity_bps: Annotated[int, SORTS]
    needed_bps: int
    compared_by: str
    compared_on: Annotated[date, SORTS]


BIOMETRICS = Table(
    BiometricRow,
    "biometrics",
    ("biometric_id",),
    indexes=(Index(("member_id",)), Index(("modality", "model"), where="stage = 'registered'")),
)
COMPARISONS = Table(
    ComparisonRow, "biometric_comparisons", ("biometric_id", "comparison"), added_only=True
)


def registered(event: Recorded, fact: BiometricRegistered, rows: Rows) -> None:
    rows.add(
        BIOMETRICS,
        BiometricRow(
            biometric_id=event.stream_id,
            member_id=fact.member_id,
            modality=fact.modality,
            part=fact.part,
            quality=fact.quality,
            model=fact.model,
            device=fact.device,
            registered_by=fact.registered_by,
            registered_on=event.meta.effective_on,
        ),
    )


def compared(event: Recorded, fact: BiometricCompared, rows: Rows) -> None:
    row, on = rows.change(BIOMETRICS, event.stream_id), event.meta.effective_on
    row.comparisons, row.compared_on = row.comparisons + 1, on
    rows.add(
        COMPARISONS,
        ComparisonRow(
            biometric_id=event.stream_id,
            comparison=event.version,
            purpose=fact.purpose,
            matched=fact.matched,
            similarity_bps=fact.similarity_bps,
            needed_bps=fact.needed_bps,
            compared_by=fact.compared_by,
            compared_on=on,
        ),
    )


def destroyed(event: Recorded, fact: BiometricDestroyed, rows: Rows) -> None:
    row = rows.change(BIOMETRICS, event.stream_id)
    row.stage, row.reason = "destroyed", fact.reason


PROJECTION = Projection(
    name="biometrics",
    version=1,
    question="Which biometric records are there, and who was compared with them for what?",
    tables=(BIOMETRICS, COMPARISONS),
    on={
        BiometricRegistered: registered,
        BiometricCompared: compared,
        BiometricDestroyed: destroyed,
    },
)
