"""What we allow for reports: in order of periods, checked, approved by another, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from domain.four_eyes import another_person
from domain.money import Money
from domain.refusals import RuleBroken, WrongStage
from domain.report.events import (
    ControlTotal,
    ReportAcknowledged,
    ReportApproved,
    ReportChecked,
    ReportDisputed,
    ReportDrafted,
    ReportEvent,
    ReportIssued,
    ReportSettled,
)
from domain.report.state import NotDrafted, Report, Reported, Stage


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The report of the period before: whether it was issued, and as known at which position."""

    period: str
    issued: bool
    position: int = 0


@dataclass(frozen=True, slots=True)
class DraftReport:
    """`first_day_after` is the day after the period; `today` and `last_position` bound the
    cut-off."""

    treaty_id: UUID
    treaty: str
    kind: str
    period: str
    first_day_after: date
    position: int
    known_at: datetime
    rows: int
    totals: tuple[ControlTotal, ...]
    csv_sha256: str
    drafted_by: str
    now: datetime
    today: date
    predecessor: Predecessor | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`findings` of the checks that were run on exactly this draft; none means that it ties."""

    csv_sha256: str
    checks: tuple[str, ...]
    findings: tuple[str, ...]
    checked_by: str


@dataclass(frozen=True, slots=True)
class ApproveReport:
    approved_by: str


@dataclass(frozen=True, slots=True)
class IssueReport:
    """`csv_sha256` is that of the file as it was made again for issuing."""

    csv_sha256: str
    manifest_sha256: str
    previous: str
    issued_by: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class AcknowledgeReport:
    acknowledged_by: str
    acknowledged_on: date


@dataclass(frozen=True, slots=True)
class DisputeReport:
    disputed_by: str
    lines: tuple[str, ...]
    reason: str
    disputed_on: date


@dataclass(frozen=True, slots=True)
class SettleReport:
    amount: Money
    reference: str
    settled_on: date


ReportCommand = (
    DraftReport
    | CheckReport
    | ApproveReport
    | IssueReport
    | AcknowledgeReport
    | DisputeReport
    | SettleReport
)


def decide(report: Report, command: ReportCommand) -> Sequence[ReportEvent]:
    match command:
        case DraftReport():
            return draft(report, command)
        case CheckReport():
            return check(drafted(report), command)
        case ApproveReport():
            return approve(drafted(report), command)
        case IssueReport():
            return issue(drafted(report), command)
        case AcknowledgeReport():
            number = _at(report, Stage.ISSUED, Stage.DISPUTED)
            return [ReportAcknowledged(number, command.acknowledged_by, command.acknowledged_on)]
        case DisputeReport():
            return dispute(report, command)
        case SettleReport():
            number = _at(report, Stage.ACKNOWLEDGED)
            return [ReportSettled(number, command.amount, command.reference, command.settled_on)]
        case _:
            assert_never(command)


def draft(report: Report, command: DraftReport) -> Sequence[ReportEvent]:
    if command.known_at > command.now:
        raise RuleBroken(
            "report.cut_off_in_future",
            f"the cut-off {command.known_at:%Y-%m-%d %H:%M} UTC lies in the future: nothing can "
            "be known then",
            field="known_at",
        )
    if command.today < command.first_day_after:
        raise RuleBroken(
            "report.period_not_over",
            f"{command.period} lasts until {command.first_day_after}: report it from then on",
            field="period",
        )
    _refuse_open_predecessor(command)
    last = report.last_issued if isinstance(report, Reported) else None
    if last is not None and command.position < last.position:
        raise RuleBroken(
            "report.cut_off_before_issued",
            f"version {last.number} was issued as known at position {last.position}; a later "
            "version knows at least as much",
            field="position",
        )
    if last is not None and not command.reason.strip():
        raise RuleBroken(
            "report.reason_missing",
            f"version {last.number} was issued: say why it is to be replaced",
            field="reason",
        )
    number = 1 if last is None else last.number + 1
    return [
        ReportDrafted(
            command.treaty_id,
            command.treaty,
            command.kind,
            command.period,
            number,
            command.position,
            command.known_at,
            command.rows,
            command.totals,
            command.csv_sha256,
            command.drafted_by,
            None if last is None else last.number,
            command.reason,
            command.predecessor.position if command.predecessor else 0,
        )
    ]


def _refuse_open_predecessor(command: DraftReport) -> None:
    before = command.predecessor
    if before is None:
        return
    if not before.issued:
        raise RuleBroken(
            "report.open_predecessor",
            f"the {command.kind} report of {before.period} was not issued yet: issue it first, "
            "because this one goes on from its figures",
            field="period",
        )
    if command.position < before.position:
        raise RuleBroken(
            "report.cut_off_before_predecessor",
            f"the report of {before.period} knows up to position {before.position}: a later "
            "period cannot know less",
            field="position",
        )


def check(report: Reported, command: CheckReport) -> Sequence[ReportEvent]:
    number = _at(report, Stage.DRAFT, Stage.CHECKED)
    _same_file(report, command.csv_sha256)
    if command.findings:
        raise RuleBroken(
            "report.does_not_tie",
            "; ".join(command.findings),
            field="report",
            findings=list(command.findings),
        )
    return [ReportChecked(number, command.checks, command.checked_by)]


def approve(report: Reported, command: ApproveReport) -> Sequence[ReportEvent]:
    number = _at(report, Stage.CHECKED)
    another_person(
        command.approved_by,
        report.latest.touched_by,
        "report.same_person",
        "whoever drafted or checked a report does not approve it: ask a second person",
        field="approved_by",
    )
    return [ReportApproved(number, command.approved_by)]


def issue(report: Reported, command: IssueReport) -> Sequence[ReportEvent]:
    number = _at(report, Stage.APPROVED)
    _same_file(report, command.csv_sha256)
    return [
        ReportIssued(
            number,
            command.manifest_sha256,
            command.previous,
            command.issued_by,
            command.issued_on,
        )
    ]


def dispute(report: Report, command: DisputeReport) -> Sequence[ReportEvent]:
    number = _at(report, Stage.ISSUED, Stage.ACKNOWLEDGED)
    if not command.reason.strip():
        raise RuleBroken("report.reason_missing", "a dispute says what is doubted", field="reason")
    return [
        ReportDisputed(
            number, command.disputed_by, command.lines, command.reason, command.disputed_on
        )
    ]


def drafted(report: Report) -> Reported:
    """The report if there is one; otherwise the refusal."""
    if isinstance(report, NotDrafted):
        raise WrongStage("report.not_found", "there is no such report", field="report_id")
    return report


def _at(report: Report, *stages: Stage) -> int:
    """The number of the latest version, which must stand at one of these stages."""
    known = drafted(report)
    if known.latest.stage not in stages:
        raise WrongStage(
            "report.wrong_stage",
            f"version {known.latest.number} is {known.latest.stage}; this needs one that is "
            f"{' or '.join(stages)}",
            stage=str(known.latest.stage),
        )
    return known.latest.number


def _same_file(report: Reported, sha256: str) -> None:
    if sha256 != report.latest.csv_sha256:
        raise RuleBroken(
            "report.changed_since_draft",
            "the figures are no longer those of the draft: draft, check and approve it again",
            field="csv_sha256",
        )
