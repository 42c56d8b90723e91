"""What is asked of a report on a treaty, and the terms by which it is made.

Everything is as known at a log position, the cut-off: the terms, what was ceded, what had been
reported before. The same question gives the same answer whenever it is asked.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.decoders import read_as
from adapters.postgres import Connection
from domain.ids import treaty_account_id, treaty_id
from domain.periods import Period
from domain.refusals import RuleBroken
from domain.reinsurance.terms import Treaty
from domain.treaty.administration import Administration, Names
from domain.treaty.calendar import ReportPeriod, named_period, period_with
from projections.treaty_reports.layout import LAYOUTS, Layout
from projections.waiting import REACHED

# The read models that a report is made of; none of them may be behind its cut-off.
READS = ("movements", "policies", "providers", "members", "treaties", "cessions", "reports")


class ReportRefused(RuleBroken):
    """The report cannot be made as it was asked for; nothing was written."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Names that follow a person from report to report of one treaty and tell nobody who it is.

    Without the key nobody can make or guess them; two treaties never share one.
    """

    key: bytes = field(repr=False)
    treaty: str = ""

    def of(self, person: UUID | None) -> str:
        if person is None:
            return ""
        told = f"{self.treaty}|{person}".encode()
        return f"P-{hmac.new(self.key, told, hashlib.sha256).hexdigest()[:20]}"


NameOf = Callable[[UUID, int], str]


@dataclass(frozen=True, slots=True)
class Before:
    """The last issued report of the period before: what it knew, and its signed manifest."""

    period: str
    position: int
    manifest_sha256: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """One report: `position` and `known_at` are its cut-off."""

    tenant: int
    treaty_id: UUID
    kind: str
    period: ReportPeriod
    position: int
    known_at: datetime
    terms: Treaty
    treaty_version: int
    administration: Administration
    pseudonyms: Pseudonyms
    names: NameOf | None = None
    before: Before | None = None
    report_version: int = 1
    replaces: int | None = None
    replaced_manifest: str = ""

    @property
    def previous_manifest(self) -> str:
        """Of the version that this one replaces, else of the report of the period before."""
        return self.replaced_manifest or (self.before.manifest_sha256 if self.before else "")

    @property
    def report_id(self) -> str:
        return f"{self.terms.treaty_id}-{self.kind}-{self.period.name}"

    @property
    def layout(self) -> Layout:
        return LAYOUTS[self.kind]

    @property
    def is_first(self) -> bool:
        """Whether no period of the treaty comes before."""
        return self.period == first_period(self.terms, self.administration)

    @property
    def parameters(self) -> dict[str, Any]:
        """For the statements that read the rows."""
        return {
            "tenant": self.tenant,
            "treaty": self.treaty_id,
            "position": self.position,
            "from_on": self.period.from_on,
            "until_on": self.period.until_on,
            "before": self.before.position if self.before else 0,
            "account": treaty_account_id(self.treaty_id),
        }

    def person(self, person: UUID | None) -> str:
        """How a person is called in the report: by pseudonym unless the treaty asks for names."""
        if person is not None and self.administration.names is Names.NAMES:
            if self.names is None:
                raise ReportRefused(
                    "report.names_not_at_hand",
                    "the treaty asks for names, and they cannot be read here",
                )
            return self.names(person, self.position)
        return self.pseudonyms.of(person)


def first_period(terms: Treaty, administration: Administration) -> ReportPeriod:
    period: Period | None = terms.period
    assert period is not None
    return period_with(period.from_on, administration.reports)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report: the next version as known at `position` (default: now), or a `version` that
    was drafted, exactly as it was."""

    treaty: str
    kind: str
    period: str
    position: int | None = None
    version: int | None = None


def ask(
    conn: Connection, tenant: int, wanted: Wanted, key: bytes, names: NameOf | None = None
) -> Asked:
    """The report that is meant: the next version, or again a version that was drafted.

    Raises ReportRefused for a treaty, kind, period, version or position that there is not, and for
    a period whose predecessor was not issued yet.
    """
    code, kind, period_name = wanted.treaty, wanted.kind, wanted.period
    position, version = wanted.position, wanted.version
    if kind not in LAYOUTS:
        raise ReportRefused(
            "report.unknown_kind", f"{kind!r} is not one of {', '.join(LAYOUTS)}", field="kind"
        )
    which = treaty_id(code)
    drafted: _Drafted | None = None
    if version is not None:
        drafted = _drafted(conn, tenant, which, kind, period_name, version)
        position = drafted[0]
    cut_off, known_at = _cut_off(conn, tenant, position)
    period = named_period(period_name)
    number, terms, administration = _terms(conn, tenant, which, code, period, cut_off)
    _check_period(period, terms, administration)
    issued = _last_issued(conn, tenant, which, kind, period.name, version)
    before = _before(conn, tenant, which, kind, period, terms, administration)
    if drafted is not None and before is not None:
        before = _followed(conn, tenant, which, kind, before, drafted[1])
    return Asked(
        tenant,
        which,
        kind,
        period,
        cut_off,
        known_at,
        terms,
        number,
        administration,
        Pseudonyms(key, terms.treaty_id),
        names,
        before,
        version or (1 if issued is None else issued[0] + 1),
        None if issued is None else issued[0],
        "" if issued is None else issued[2],
    )


_Drafted = tuple[int, int]  # cut-off, cut-off of the report that it follows


def _drafted(
    conn: Connection, tenant: int, which: UUID, kind: str, period: str, version: int
) -> _Drafted:
    row = conn.execute(
        "SELECT cut_off, follows FROM treaty_reports WHERE tenant = %s AND treaty_id = %s "
        "AND kind = %s AND period = %s AND report_version = %s",
        (tenant, which, kind, period, version),
    ).fetchone()
    if row is None:
        raise ReportRefused(
            "report.no_such_version",
            f"there is no version {version} of the {kind} report of {period}",
            field="version",
        )
    return row[0], row[1]


def _cut_off(conn: Connection, tenant: int, position: int | None) -> tuple[int, datetime]:
    row = conn.execute(REACHED, {"names": list(READS)}).fetchone()
    shown = 0 if row is None else int(row[0])
    if position is not None and position > shown:
        raise ReportRefused(
            "report.cut_off_in_future",
            f"the ledger is known up to position {shown}; {position} lies in the future",
            field="position",
        )
    last = conn.execute(
        "SELECT position, recorded_at FROM es_event WHERE position <= %s AND tenant = %s "
        "ORDER BY position DESC LIMIT 1",
        (shown if position is None else position, tenant),
    ).fetchone()
    if last is None:
        raise ReportRefused(
            "report.nothing_known", "the ledger is empty at that position", field="position"
        )
    return last[0] if position is None else position, last[1]


def _terms(
    conn: Connection, tenant: int, which: UUID, code: str, period: ReportPeriod, cut_off: int
) -> tuple[int, Treaty, Administration]:
    """The version in force at the period's end, of those known at the cut-off."""
    rows = conn.execute(
        "SELECT treaty_version, terms::text, administration::text FROM treaty_versions "
        "WHERE tenant = %s AND treaty_id = %s AND binding AND position <= %s "
        "AND (effective_from IS NULL OR effective_from < %s) ORDER BY treaty_version DESC LIMIT 1",
        (tenant, which, cut_off, period.until_on),
    ).fetchone()
    if rows is None:
        raise ReportRefused(
            "report.treaty_not_in_force",
            f"no treaty {code} was signed by then: `bima treaty list` shows which there are",
            field="treaty",
        )
    number, terms, administration = rows
    return (
        number,
        read_as(Treaty, terms),
        read_as(Administration, administration),
    )


def _check_period(period: ReportPeriod, terms: Treaty, administration: Administration) -> None:
    if period.months != administration.reports.months:
        raise ReportRefused(
            "report.other_frequency",
            f"{terms.treaty_id} is reported every {administration.reports}; {period.name} is not "
            "one of its periods",
            field="period",
        )
    if period < first_period(terms, administration):
        raise ReportRefused(
            "report.before_treaty",
            f"{period.name} lies before the treaty begins",
            field="period",
        )


def _followed(
    conn: Connection, tenant: int, which: UUID, kind: str, before: Before, cut_off: int
) -> Before:
    """The version of the period before from whose figures a draft went on."""
    row = conn.execute(
        "SELECT report_version, manifest_sha256 FROM treaty_reports WHERE tenant = %s "
        "AND treaty_id = %s AND kind = %s AND period = %s AND cut_off = %s "
        "ORDER BY report_version DESC LIMIT 1",
        (tenant, which, kind, before.period, cut_off),
    ).fetchone()
    if row is None:
        return before
    return Before(before.period, cut_off, row[1], row[0])


def _last_issued(
    conn: Connection,
    tenant: int,
    which: UUID,
    kind: str,
    period: str,
    below: int | None = None,
) -> tuple[int, int, str] | None:
    """Version, cut-off and manifest of what was issued last (below a version, if one is given)."""
    return conn.execute(
        "SELECT report_version, cut_off, manifest_sha256 FROM treaty_reports WHERE tenant = %s "
        "AND treaty_id = %s AND kind = %s AND period = %s AND issued_on IS NOT NULL "
        "AND report_version < %s ORDER BY report_version DESC LIMIT 1",
        (tenant, which, kind, period, below or 1_000_000),
    ).fetchone()


def _before(
    conn: Connection,
    tenant: int,
    which: UUID,
    kind: str,
    period: ReportPeriod,
    terms: Treaty,
    administration: Administration,
) -> Before | None:
    if period == first_period(terms, administration):
        return None
    issued = _last_issued(conn, tenant, which, kind, period.before.name)
    if issued is None:
        raise ReportRefused(
            "report.open_predecessor",
            f"the {kind} report of {period.before.name} was not issued yet: issue it first, "
            "because this one goes on from its figures",
            field="period",
        )
    return Before(period.before.name, issued[1], issued[2], issued[0])
