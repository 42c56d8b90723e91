"""What can happen to a report to reinsurers: drafted, checked, approved, issued, answered, settled.

A report is one kind of bordereau on one treaty and period. Its versions are numbered; a version
that was issued never changes, the next one names what it replaces.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.money import Money


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """The sum of one money column over the rows of a report."""

    column: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ReportDrafted:
    """The figures as known at log position `position`; `csv_sha256` is that of the file.

    `follows` is the cut-off of the report of the period before, from whose figures it goes on.
    """

    treaty_id: UUID
    treaty: str
    kind: str
    period: str
    report_version: int
    position: int
    known_at: datetime
    rows: int
    totals: tuple[ControlTotal, ...]
    csv_sha256: str
    drafted_by: str
    replaces: int | None = None
    reason: str = ""
    follows: int = 0


@dataclass(frozen=True, slots=True)
class ReportChecked:
    """Every check of the list held."""

    report_version: int
    checks: tuple[str, ...]
    checked_by: str


@dataclass(frozen=True, slots=True)
class ReportApproved:
    report_version: int
    approved_by: str


@dataclass(frozen=True, slots=True)
class ReportIssued:
    """The signed package left the house; `previous` is the manifest that it follows."""

    report_version: int
    manifest_sha256: str
    previous: str
    issued_by: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class ReportAcknowledged:
    report_version: int
    acknowledged_by: str
    acknowledged_on: date


@dataclass(frozen=True, slots=True)
class ReportDisputed:
    """The recipient doubts lines of the report, or all of it where none are named."""

    report_version: int
    disputed_by: str
    lines: tuple[str, ...]
    reason: str
    disputed_on: date


@dataclass(frozen=True, slots=True)
class ReportSettled:
    report_version: int
    amount: Money
    reference: str
    settled_on: date


ReportEvent = (
    ReportDrafted
    | ReportChecked
    | ReportApproved
    | ReportIssued
    | ReportAcknowledged
    | ReportDisputed
    | ReportSettled
)
