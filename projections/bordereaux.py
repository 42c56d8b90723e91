"""Claims and premium bordereaux of a month, reproducible to the byte from any later ledger.

They stand on rows that are only ever added: movements, the register and the milestones of claims.
What was recorded after the cut-off position is left out, so the same month at the same position
is the same file for ever. A day decides to which month an amount belongs: that of the payment, of
the reserve's change, of the premium's period.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.postgres import Connection
from domain.money import Money
from domain.periods import Period, add_months
from projections.bordereau_rows import CLAIMS, PREMIUM
from projections.canonical import Issued, Row, write
from projections.waiting import REACHED

READS = ("movements", "policies", "providers")  # the projections that it is made of
_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")


class BordereauRefused(Exception):
    """The report cannot be made as it was asked for; nothing was written."""


@dataclass(frozen=True, slots=True)
class Report:
    """Which month, as the ledger knew it at which position."""

    kind: str
    tenant: int
    month: Period
    position: int
    known_at: datetime
    version: int = 1

    @property
    def report_id(self) -> str:
        return f"{self.kind}-{self.month.from_on:%Y-%m}"

    @property
    def last_day(self) -> date:
        assert self.month.until_on is not None
        return self.month.until_on - timedelta(days=1)

    @property
    def parameters(self) -> Mapping[str, object]:
        return {
            "tenant": self.tenant,
            "position": self.position,
            "from_on": self.month.from_on,
            "until_on": self.month.until_on,
        }


def month(text: str) -> Period:
    """The month that `2025-01` names; raises BordereauRefused."""
    if not _MONTH.fullmatch(text):
        raise BordereauRefused(f"{text!r} is not a month like 2025-01")
    first = date.fromisoformat(f"{text}-01")
    return Period(first, add_months(first, 1))


def write_claims_bordereau(
    conn: Connection,
    period: str,
    known_at_position: int | None,
    path: Path,
    *,
    tenant: int = 1,
    version: int = 1,
) -> Issued:
    """Every claim with a movement in the month or a reserve at its end, in order of its number.

    Without a position everything that the read models show is known. Raises BordereauRefused for
    a month that is none, or a position that they have not come to.
    """
    report = _report(conn, "claims", period, known_at_position, tenant, version)
    return write(path, CLAIMS.columns, _rows(conn, report, CLAIMS.sql, claim_row))


def write_premium_bordereau(
    conn: Connection,
    period: str,
    known_at_position: int | None,
    path: Path,
    *,
    tenant: int = 1,
    version: int = 1,
) -> Issued:
    """Every premium written for a period that begins in the month; see the claims bordereau."""
    report = _report(conn, "premium", period, known_at_position, tenant, version)
    return write(path, PREMIUM.columns, _rows(conn, report, PREMIUM.sql, premium_row))


BORDEREAUX: Mapping[str, Callable[..., Issued]] = {
    "claims": write_claims_bordereau,
    "premium": write_premium_bordereau,
}


def _report(
    conn: Connection, kind: str, period: str, position: int | None, tenant: int, version: int
) -> Report:
    covered = month(period)
    row = conn.execute(REACHED, {"names": list(READS)}).fetchone()
    shown = 0 if row is None else int(row[0])
    if position is not None and not 0 <= position <= shown:
        raise BordereauRefused(f"the movements are known up to position {shown}, not {position}")
    cut_off = shown if position is None else position
    last = conn.execute(
        "SELECT recorded_at FROM es_event WHERE position <= %s ORDER BY position DESC LIMIT 1",
        (cut_off,),
    ).fetchone()
    if last is None:
        raise BordereauRefused("the ledger is empty: there is nothing to report")
    return Report(kind, tenant, covered, cut_off, last[0], version)


def _rows(
    conn: Connection, report: Report, sql: str, row: Callable[[Report, dict[str, Any]], Row]
) -> Iterator[Row]:
    with conn.transaction(), conn.cursor(name="bordereau", binary=True) as cursor:
        cursor.itersize = 5_000
        cursor.execute(sql.encode(), report.parameters)
        names = [column.name for column in cursor.description or ()]
        for values in cursor:
            yield row(report, dict(zip(names, values, strict=True)))


def claim_row(report: Report, found: dict[str, Any]) -> Row:
    """One claim: what is known of it at the cut-off, and its money in and before the month."""
    currency = found["currency"]

    def money(name: str) -> Money:
        return Money(int(found[name]), currency)

    paid, before, reserve = money("paid"), money("paid_before"), money("reserve")
    incurred_before = before + money("reserve_before")
    incurred = paid + before + reserve
    nothing = Money.zero(currency)
    return {
        **_head(report, found["number"]),
        "source_event_ids": tuple(dict.fromkeys(found["events"])),
        "underwriting_year": found["service_from"].year,
        "class_of_business": "health",
        "type_of_insurance": "direct",
        "original_currency": currency,
        "policy_ref": found["policy_number"],
        "claim_ref": found["number"],
        "insured_name": pseudonym(found["policy_id"] or found["member_id"]),
        "risk_inception": found["risk_from"],
        "risk_expiry": _last(found["risk_until"]),
        "cause_of_loss_code": found["diagnosis_group"],
        "loss_date_from": found["service_from"],
        "loss_date_to": found["service_until"],
        "date_first_advised": found["advised_on"],
        "date_opened": found["advised_on"],
        "date_first_reserve": found["reserved_on"],
        "date_closed": found["closed_on"],
        "date_denied": found["denied_on"],
        "denial_reason": found["denial_reason"],
        "date_withdrawn": found["withdrawn_on"],
        "claim_status": status(found),
        "denial": found["denied_on"] is not None,
        "claimant": pseudonym(found["member_id"]),
        "patient": pseudonym(found["member_id"]),
        "treatment_type": found["kind"],
        "treatment_date": found["service_from"],
        "provider_ref": found["provider_number"],
        "paid_this_period_indemnity": paid,
        "paid_this_period_fees": nothing,
        "previously_paid_indemnity": before,
        "previously_paid_fees": nothing,
        "reserve_indemnity": reserve,
        "reserve_fees": nothing,
        "change_indemnity": incurred - incurred_before,
        "change_fees": nothing,
        "incurred_indemnity": incurred,
        "incurred_fees": nothing,
        "incurred_total": incurred,
        "movement_kind": "movement",
    }


def premium_row(report: Report, found: dict[str, Any]) -> Row:
    """One premium written: for which risk, and what the policy has been charged so far."""
    currency = found["currency"]
    premium = Money(int(found["minor"]), currency)
    renewed = found["version"] > 1 or found["renewal"]
    return {
        **_head(report, f"{found['policy_number']}:{found['version']}"),
        "source_event_ids": [found["event_id"]],
        "underwriting_year": found["effective_on"].year,
        "class_of_business": "health",
        "type_of_insurance": "direct",
        "policy_ref": found["policy_number"],
        "insured_name": pseudonym(found["policy_id"]),
        "risk_inception": found["risk_from"],
        "risk_expiry": _last(found["risk_until"]),
        "risk_transaction_type": "Renewal" if renewed else "New Business",
        "premium_transaction_type": "Original Premium",
        "movement_kind": "movement",
        "transaction_effective": found["effective_on"],
        "transaction_expiry": _last(found["risk_until"]),
        "original_currency": currency,
        "gross_written_premium_total": Money(int(found["written"]), currency),
        "gross_premium_this_time": premium,
        "instalments": max(found["instalments"], 1),
    }


def _head(report: Report, what: str) -> Row:
    return {
        "report_id": report.report_id,
        "report_version": report.version,
        "line_id": f"{report.report_id}:{what}",
        "known_at": report.known_at,
        "reinsured": f"insurer-{report.tenant}",
        "reporting_period_start": report.month.from_on,
        "reporting_period_end": report.last_day,
    }


def status(found: Mapping[str, Any]) -> str:
    """The status at the cut-off, in the words of the contract."""
    for day, word in (
        ("withdrawn_on", "withdrawn"),
        ("denied_on", "denied"),
        ("closed_on", "closed"),
    ):
        if found[day] is not None:
            return word
    return "open"


def pseudonym(id: Any) -> str:  # noqa: A002
    """A name that follows a life from report to report and tells nobody whose it is."""
    return f"P-{id.hex[-12:]}"


def _last(until_on: date | None) -> date | None:
    return None if until_on is None else until_on - timedelta(days=1)
