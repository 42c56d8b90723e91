"""Use cases of reports to reinsurers: draft, check, approve, issue, and what recipients answer."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from commands.context import Context, Desk
from commands.handling import Decision, Outcome, carry_out, changed
from domain.ids import report_id, treaty_id
from domain.money import Money
from domain.report import REPORT
from domain.report.decide import (
    AcknowledgeReport,
    ApproveReport,
    CheckReport,
    DisputeReport,
    DraftReport,
    IssueReport,
    Predecessor,
    ReportCommand,
    SettleReport,
    drafted,
)
from domain.report.events import ControlTotal
from domain.report.state import Reported
from domain.treaty import TREATY
from domain.treaty.calendar import named_period, period_with
from domain.treaty.decide import binding


@dataclass(frozen=True, slots=True)
class Figures:
    """What was made of the ledger for a report, as known at a cut-off."""

    treaty: str
    kind: str
    period: str
    position: int
    known_at: datetime
    rows: int
    totals: tuple[ControlTotal, ...]
    csv_sha256: str


def draft_report(desk: Desk, context: Context, figures: Figures) -> Outcome:
    """Put down the figures of the next version of a report.

    Refused for a cut-off in the future, a period that lasts, and one whose predecessor was not
    issued.
    """
    which = treaty_id(figures.treaty)
    period = named_period(figures.period)

    def decide() -> Decision:
        report = desk.store.load(REPORT, report_id(which, figures.kind, figures.period))
        command = DraftReport(
            which,
            figures.treaty,
            figures.kind,
            figures.period,
            period.until_on,
            figures.position,
            figures.known_at,
            figures.rows,
            figures.totals,
            figures.csv_sha256,
            context.actor,
            context.recorded_at,
            context.effective_on,
            _predecessor(desk, which, figures),
            context.reason,
        )
        facts = REPORT.decide(report.state, command)
        after = drafted(REPORT.fold(facts, report.state))
        return Decision((changed(report, facts),), _answer(report.stream_id, after))

    return carry_out(desk.store, context, decide)


def _predecessor(desk: Desk, which: UUID, figures: Figures) -> Predecessor | None:
    """The report of the period before; None for the first period of the treaty."""
    treaty = binding(desk.store.load(TREATY, which).state)
    terms, administration = treaty.latest.terms, treaty.latest.administration
    assert terms.period is not None
    period = named_period(figures.period)
    if period == period_with(terms.period.from_on, administration.reports):
        return None
    before = period.before.name
    state = desk.store.load(REPORT, report_id(which, figures.kind, before)).state
    issued = state.last_issued if isinstance(state, Reported) else None
    return Predecessor(before, issued is not None, issued.position if issued else 0)


@dataclass(frozen=True, slots=True)
class OfReport:
    """Which report."""

    treaty: str
    kind: str
    period: str

    @property
    def report_id(self) -> UUID:
        return report_id(treaty_id(self.treaty), self.kind, self.period)


def check_report(
    desk: Desk,
    context: Context,
    of: OfReport,
    csv_sha256: str,
    checks: tuple[str, ...],
    findings: tuple[str, ...],
) -> Outcome:
    """Put down that every check held; a report with a finding is refused with all of them."""
    return _simply(desk, context, of, CheckReport(csv_sha256, checks, findings, context.actor))


def approve_report(desk: Desk, context: Context, of: OfReport) -> Outcome:
    """Approve a checked report, as somebody who neither drafted nor checked it."""
    return _simply(desk, context, of, ApproveReport(context.actor))


def issue_report(
    desk: Desk, context: Context, of: OfReport, csv_sha256: str, manifest_sha256: str, previous: str
) -> Outcome:
    """Put down that an approved report leaves the house as this package."""
    command = IssueReport(
        csv_sha256, manifest_sha256, previous, context.actor, context.effective_on
    )
    return _simply(desk, context, of, command)


def acknowledge_report(desk: Desk, context: Context, of: OfReport, by: str) -> Outcome:
    """A recipient has accepted the report."""
    return _simply(desk, context, of, AcknowledgeReport(by, context.effective_on))


def dispute_report(
    desk: Desk, context: Context, of: OfReport, by: str, lines: tuple[str, ...]
) -> Outcome:
    """A recipient doubts the report, or some of its lines."""
    command = DisputeReport(by, lines, context.reason, context.effective_on)
    return _simply(desk, context, of, command)


def settle_report(
    desk: Desk, context: Context, of: OfReport, amount: Money, reference: str, on: date
) -> Outcome:
    """The balance of an acknowledged report was paid."""
    return _simply(desk, context, of, SettleReport(amount, reference, on))


def _simply(desk: Desk, context: Context, of: OfReport, command: ReportCommand) -> Outcome:
    def decide() -> Decision:
        report = desk.store.load(REPORT, of.report_id)
        facts = REPORT.decide(report.state, command)
        after = drafted(REPORT.fold(facts, report.state))
        return Decision((changed(report, facts),), _answer(report.stream_id, after))

    return carry_out(desk.store, context, decide)


def _answer(which: UUID, report: Reported) -> dict[str, object]:
    latest = report.latest
    return {
        "id": str(which),
        "treaty": report.treaty,
        "kind": report.kind,
        "period": report.period,
        "report_version": latest.number,
        "stage": str(latest.stage),
        "csv_sha256": latest.csv_sha256,
        "manifest_sha256": latest.manifest_sha256,
    }
