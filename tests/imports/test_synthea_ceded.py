"""Two real exports in one ledger, a 40 % quota share and an excess per life for every year of
service, four quarters of 2023 issued: each figure is worked out again from the export's own rows.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.postgres import connect
from adapters.settings import Settings
from api.report_desk import ReportDesk
from cli.importing import synthea_csv
from cli.importing.recording import record
from commands import reports
from commands.cessions import cede_claims
from commands.context import Context, Desk
from commands.desk import open_desk
from commands.reports import OfReport
from commands.treaties import Placement, Signing, place_treaty, sign_treaty
from domain.ids import treaty_id
from domain.money import Money, round_minor
from domain.periods import Period
from domain.ratio import Ratio
from domain.reinsurance.terms import (
    Attribution,
    Cover,
    Kind,
    Participant,
    RiskLevel,
    Section,
    Treaty,
)
from domain.treaty.administration import Administration, ReportsEvery
from projections import PROJECTIONS
from projections.running import catch_up
from projections.treaty_reports.asking import Wanted
from projections.treaty_reports.verification import verify_package
from tests.imports.test_synthea import KNOWN

FOLDERS = ("ma27", "ma10")
YEARS = range(1968, 2025)  # every year in which anybody was treated
REPORTED = 2023
PEERS = (Participant("Re One", Ratio.of("0.6")), Participant("Re Two", Ratio.of("0.4")))
ADMINISTRATION = Administration(
    umr="B0001US", reinsured="Imported Mutual", reports=ReportsEvery.QUARTER
)
ABOVE, UP_TO = 500_00, 10_000_00  # cents of a life's year


def programme(year: int) -> tuple[Treaty, Treaty]:
    """40 % of everything; of what is left of a life in the year, 10,000 in excess of 500."""
    period = Period(date(year, 1, 1), date(year + 1, 1, 1))
    share = Section("QS", Kind.QUOTA_SHARE, cession=Ratio.of("0.40"))
    excess = Section(
        "L1", Kind.PER_RISK_EXCESS, risk_level=RiskLevel.MEMBER, attribution=Attribution.IN_ORDER,
        risk=Cover(Money(ABOVE, "USD"), Money(UP_TO, "USD")),
    )  # fmt: skip
    first = Treaty(f"QS-{year}", "USD", (share,), priority=1, period=period, participants=PEERS)
    second = replace(first, treaty_id=f"XL-{year}", sections=(excess,), priority=2)
    return first, second


def by(desk: Desk, actor: str = "zawadi") -> Context:
    command = uuid4()
    return Context(actor, command, command, desk.clock.now(), desk.clock.today())


@dataclass(frozen=True, slots=True)
class Payment:
    """One PAYMENT row of an export; `cents` of an insurer where `insured`, else of a patient."""

    claim: str
    patient: str
    served: date
    paid: date
    cents: int
    insured: bool


def payments(folder: Path) -> Iterator[Payment]:
    """The payments of an export by its own files, past everything that imports them."""
    with (folder / "claims.csv").open(newline="") as file:
        claims = {row["Id"]: row for row in csv.DictReader(file)}
    with (folder / "claims_transactions.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["TYPE"] == "PAYMENT":
                claim = claims[row["CLAIMID"]]
                yield Payment(
                    row["CLAIMID"], claim["PATIENTID"],
                    date.fromisoformat(claim["SERVICEDATE"][:10]),
                    date.fromisoformat(row["TODATE"][:10]),
                    int(Decimal(row["PAYMENTS"]) * 100), row["METHOD"] == "ECHECK",
                )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expected:
    """Cents to date: paid by insurers, taken by the shares, and by the excesses."""

    paid: int
    shared: int
    excess: int

    @classmethod
    def of(cls, rows: list[Payment], until: date = date.max, year: int | None = None) -> "Expected":
        by_claim: dict[tuple[str, int, str], int] = defaultdict(int)
        for one in rows:
            if one.insured and one.paid < until and year in {None, one.served.year}:
                by_claim[one.patient, one.served.year, one.claim] += one.cents
        left: dict[tuple[str, int], int] = defaultdict(int)
        shared = 0
        for (patient, served, _), cents in by_claim.items():
            part = round_minor(Fraction(cents) * Fraction(2, 5))
            shared += part
            left[patient, served] += cents - part
        excess = sum(min(max(kept - ABOVE, 0), UP_TO) for kept in left.values())
        return cls(sum(by_claim.values()), shared, excess)


@pytest.fixture(scope="module")
def exports(shared_data: Path) -> list[Payment]:
    folders = [shared_data / "data/synthea-csv" / name for name in FOLDERS]
    return [one for folder in folders for one in payments(folder)]


def reinsured(desk: Desk, shared_data: Path) -> None:
    """Import both, sign two treaties a year, strike every life."""
    for name in FOLDERS:
        record(desk, synthea_csv.read(shared_data / "data/synthea-csv" / name), show=False)
    for year in YEARS:
        for terms in programme(year):
            code = terms.treaty_id
            place_treaty(desk, by(desk), Placement(code, code, terms, ADMINISTRATION))
            sign_treaty(desk, by(desk), Signing(treaty_id(code)))
    lives: dict[UUID, list[UUID]] = defaultdict(list)
    for event in desk.store.read_after(0, 10_000_000, names=["claim.taken_over"]):
        lives[event.fact.member_id].append(event.stream_id)
    for claims in lives.values():
        cede_claims(desk, by(desk), claims)


def issued(reporting: ReportDesk, url: str, of: OfReport, folder: Path) -> Mapping[str, Money]:
    """Take a report all its way; its control totals by column."""
    steps: tuple[Callable[[], object], ...] = (
        lambda: reporting.draft(by(reporting.desk), Wanted(of.treaty, of.kind, of.period)),
        lambda: reporting.check(by(reporting.desk), of),
        lambda: reports.approve_report(reporting.desk, by(reporting.desk, "rehema"), of),
    )
    for step in steps:
        catch_up(url, PROJECTIONS)
        step()
    catch_up(url, PROJECTIONS)
    _, package = reporting.issue(by(reporting.desk), of, folder)
    catch_up(url, PROJECTIONS)
    assert verify_package(package.folder, reporting.signer.public).findings == ()
    built = reporting.made(Wanted(of.treaty, of.kind, of.period, version=1))
    assert built.sha256 == package.csv_sha256
    return {key.partition(" ")[0]: amount for key, amount in built.totals.items()}


@pytest.mark.long
def test_four_quarters_of_two_real_exports_tie_to_their_published_totals(
    exports: list[Payment], shared_data: Path, database_url: str, tmp_path: Path
) -> None:
    settings = Settings.model_validate(
        {"DATABASE_URL": database_url, "BIMA_HOME": tmp_path, "currency": "USD"}
    )
    desk = open_desk(settings)
    try:
        reinsured(desk, shared_data)
        reporting = ReportDesk(desk, settings, patience=0.0)
        before, told = Expected(0, 0, 0), []
        for number, ends in enumerate((4, 7, 10, 13), 1):
            until = date(REPORTED + ends // 13, ends % 12 or 12, 1)
            now = Expected.of(exports, until, REPORTED)
            told.append(quarter(reporting, database_url, number, tmp_path))
            assert told[-1] == Expected(
                now.paid - before.paid, now.shared - before.shared, now.excess - before.excess
            )
            before = now
        assert all(one.paid and one.shared for one in told)
        assert any(one.excess for one in told)
        everything_ties(exports, database_url)
    finally:
        desk.store.close()


def quarter(reporting: ReportDesk, url: str, number: int, folder: Path) -> Expected:
    """What both reports of a quarter of the year say was paid, shared and taken in excess."""
    period = f"{REPORTED}-Q{number}"
    totals = {
        treaty: issued(
            reporting, url, OfReport(f"{treaty}-{REPORTED}", "claims", period),
            folder / f"{treaty}-{period}",
        )
        for treaty in ("QS", "XL")
    }  # fmt: skip
    share, excess = totals["QS"], totals["XL"]
    return Expected(
        share["paid_this_period_indemnity"].minor,
        share["ceded_paid_this_period"].minor,
        excess["ceded_paid_this_period"].minor if excess else 0,
    )


def everything_ties(exports: list[Payment], url: str) -> None:
    """All that the exports publish as paid is patients' money, or ceded, or kept."""
    whole = Expected.of(exports)
    published = sum(Money.of(KNOWN[name].payments, "USD").minor for name in FOLDERS)
    with connect(url) as conn:
        found = conn.execute(
            "SELECT kind, sum(minor) FROM movements WHERE treaty_id IS NULL GROUP BY kind "
            "UNION ALL SELECT left(t.code, 2), sum(m.minor) FROM movements m "
            "JOIN treaties t USING (treaty_id) WHERE m.kind = 'ceded_paid' GROUP BY 1"
        ).fetchall()
    sums = {name: int(minor) for name, minor in found}
    assert sums["claim_paid"] + sums["patient_paid"] == published
    assert sums["claim_paid"] == whole.paid
    assert (sums["QS"], sums["XL"]) == (whole.shared, whole.excess)
    kept = whole.paid - whole.shared - whole.excess
    assert sums["patient_paid"] + sums["QS"] + sums["XL"] + kept == published
