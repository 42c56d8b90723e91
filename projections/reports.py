"""Reports to reinsurers: where each version stands, and which one was issued last."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from adapters.envelope import Recorded
from domain.money import Money
from domain.report.events import (
    ReportAcknowledged,
    ReportApproved,
    ReportChecked,
    ReportDisputed,
    ReportDrafted,
    ReportIssued,
    ReportSettled,
)
from domain.treaty_account.events import AccountRendered, AccountSettled, CashCalled
from projections.declaring import (
    AMOUNT,
    JSON,
    SHOWN,
    SORTS,
    Index,
    Projection,
    Row,
    Table,
)
from projections.rows import Rows


@dataclass(slots=True)
class ReportRow(Row):
    """One version of a report. `cut_off` is the log position up to which it knows the ledger."""

    report_id: UUID
    report_version: Annotated[int, SORTS]
    treaty_id: UUID
    treaty: str
    kind: str
    period: Annotated[str, SORTS]
    stage: Annotated[str, SORTS]
    cut_off: Annotated[int, SORTS]
    follows: int
    known_at: Annotated[datetime, SORTS]
    rows: int
    totals: Annotated[Any, JSON]
    csv_sha256: Annotated[str, SHOWN]
    drafted_by: str
    checked_by: str = ""
    approved_by: str = ""
    issued_on: Annotated[date | None, SORTS] = None
    manifest_sha256: Annotated[str, SHOWN] = ""
    reason: Annotated[str, SHOWN] = ""


@dataclass(slots=True)
class AccountEntryRow(Row):
    """What happened on a treaty's account current; `balance` as rendered, else the amount."""

    account_id: UUID
    event: Annotated[int, SORTS]
    what: str
    reference: str
    currency: str
    amount_minor: Annotated[int, AMOUNT]
    happened_on: Annotated[date, SORTS]
    lines: Annotated[Any, JSON]


REPORTS = Table(
    ReportRow,
    "treaty_reports",
    ("report_id", "report_version"),
    indexes=(Index(("treaty_id", "kind", "period")),),
)
ENTRIES = Table(AccountEntryRow, "treaty_account_entries", ("account_id", "event"), added_only=True)


def drafted(event: Recorded, fact: ReportDrafted, rows: Rows) -> None:
    rows.add(
        REPORTS,
        ReportRow(
            report_id=event.stream_id,
            report_version=fact.report_version,
            treaty_id=fact.treaty_id,
            treaty=fact.treaty,
            kind=fact.kind,
            period=fact.period,
            stage="draft",
            cut_off=fact.position,
            follows=fact.follows,
            known_at=fact.known_at,
            rows=fact.rows,
            totals=msgspec.to_builtins(fact.totals),
            csv_sha256=fact.csv_sha256,
            drafted_by=fact.drafted_by,
            reason=fact.reason,
        ),
    )


def checked(event: Recorded, fact: ReportChecked, rows: Rows) -> None:
    report = rows.change(REPORTS, event.stream_id, fact.report_version)
    report.stage, report.checked_by = "checked", fact.checked_by


def approved(event: Recorded, fact: ReportApproved, rows: Rows) -> None:
    report = rows.change(REPORTS, event.stream_id, fact.report_version)
    report.stage, report.approved_by = "approved", fact.approved_by


def issued(event: Recorded, fact: ReportIssued, rows: Rows) -> None:
    report = rows.change(REPORTS, event.stream_id, fact.report_version)
    report.stage, report.issued_on = "issued", fact.issued_on
    report.manifest_sha256 = fact.manifest_sha256


def acknowledged(event: Recorded, fact: ReportAcknowledged, rows: Rows) -> None:
    rows.change(REPORTS, event.stream_id, fact.report_version).stage = "acknowledged"


def disputed(event: Recorded, fact: ReportDisputed, rows: Rows) -> None:
    report = rows.change(REPORTS, event.stream_id, fact.report_version)
    report.stage, report.reason = "disputed", fact.reason


def settled(event: Recorded, fact: ReportSettled, rows: Rows) -> None:
    rows.change(REPORTS, event.stream_id, fact.report_version).stage = "settled"


def account_rendered(event: Recorded, fact: AccountRendered, rows: Rows) -> None:
    lines = {line.name: line.amount.minor for line in fact.lines}
    _entry(event, "rendered", fact.period, fact.balance, fact.due_on, rows, lines)


def cash_called(event: Recorded, fact: CashCalled, rows: Rows) -> None:
    _entry(event, "cash_called", fact.claim_number, fact.amount, fact.called_on, rows)


def account_settled(event: Recorded, fact: AccountSettled, rows: Rows) -> None:
    _entry(event, "settled", fact.reference, fact.amount, fact.settled_on, rows)


def _entry(
    event: Recorded,
    what: str,
    reference: str,
    amount: Money,
    on: date,
    rows: Rows,
    lines: dict[str, int] | None = None,
) -> None:
    rows.add(
        ENTRIES,
        AccountEntryRow(
            account_id=event.stream_id,
            event=event.position,
            what=what,
            reference=reference,
            currency=amount.currency,
            amount_minor=amount.minor,
            happened_on=on,
            lines=lines or {},
        ),
    )


PROJECTION = Projection(
    name="reports",
    version=1,
    question="Which reports were drafted, issued and answered, and what is open on the account?",
    tables=(REPORTS, ENTRIES),
    on={
        ReportDrafted: drafted,
        ReportChecked: checked,
        ReportApproved: approved,
        ReportIssued: issued,
        ReportAcknowledged: acknowledged,
        ReportDisputed: disputed,
        ReportSettled: settled,
        AccountRendered: account_rendered,
        CashCalled: cash_called,
        AccountSettled: account_settled,
    },
)
