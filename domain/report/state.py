"""Where the versions of a report stand."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.report.events import (
    ReportAcknowledged,
    ReportApproved,
    ReportChecked,
    ReportDisputed,
    ReportDrafted,
    ReportEvent,
    ReportIssued,
    ReportSettled,
)


class Stage(StrEnum):
    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    SETTLED = "settled"


LEFT_THE_HOUSE = frozenset({Stage.ISSUED, Stage.ACKNOWLEDGED, Stage.DISPUTED, Stage.SETTLED})


@dataclass(frozen=True, slots=True)
class Version:
    """`touched_by` drafted or checked it; none of them may approve it."""

    number: int
    stage: Stage
    position: int
    known_at: datetime
    csv_sha256: str
    touched_by: frozenset[str]
    manifest_sha256: str = ""

    @property
    def issued(self) -> bool:
        return self.stage in LEFT_THE_HOUSE


@dataclass(frozen=True, slots=True)
class NotDrafted:
    pass


@dataclass(frozen=True, slots=True)
class Reported:
    treaty_id: UUID
    treaty: str
    kind: str
    period: str
    versions: tuple[Version, ...]

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    @property
    def last_issued(self) -> Version | None:
        return next((v for v in reversed(self.versions) if v.issued), None)


Report = NotDrafted | Reported


def evolve(report: Report, event: ReportEvent) -> Report:
    if isinstance(event, ReportDrafted):
        return _drafted(report, event)
    if isinstance(report, NotDrafted):
        return report
    match event:
        case ReportChecked():
            touched = report.latest.touched_by | {event.checked_by}
            return _latest(report, stage=Stage.CHECKED, touched_by=touched)
        case ReportApproved():
            return _latest(report, stage=Stage.APPROVED)
        case ReportIssued():
            return _latest(report, stage=Stage.ISSUED, manifest_sha256=event.manifest_sha256)
        case ReportAcknowledged():
            return _latest(report, stage=Stage.ACKNOWLEDGED)
        case ReportDisputed():
            return _latest(report, stage=Stage.DISPUTED)
        case ReportSettled():
            return _latest(report, stage=Stage.SETTLED)
        case _:
            assert_never(event)


def _drafted(report: Report, event: ReportDrafted) -> Reported:
    version = Version(
        event.report_version,
        Stage.DRAFT,
        event.position,
        event.known_at,
        event.csv_sha256,
        frozenset({event.drafted_by}),
    )
    before = report.versions if isinstance(report, Reported) else ()
    kept = tuple(v for v in before if v.number < event.report_version)
    return Reported(event.treaty_id, event.treaty, event.kind, event.period, (*kept, version))


def _latest(report: Reported, **changes: object) -> Reported:
    changed = replace(report.latest, **changes)  # type: ignore[arg-type]  # names of its fields
    return replace(report, versions=(*report.versions[:-1], changed))
