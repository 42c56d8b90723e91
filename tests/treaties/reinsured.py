"""A made-up insurer with a 40 % quota share and an excess per life, reported every month."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from adapters.postgres import Connection, connect
from adapters.settings import Settings
from api.report_desk import ReportDesk
from commands import reports
from commands.cessions import CessionOf, cede_claim, cede_policy
from commands.context import Context, Desk
from commands.desk import open_desk
from commands.reports import OfReport
from commands.treaties import Placement, Signing, place_treaty, sign_treaty
from domain.ids import treaty_id
from domain.reinsurance.terms import Treaty
from domain.treaty.administration import Administration, ReportsEvery
from projections import PROJECTIONS
from projections.running import catch_up
from projections.treaty_reports.asking import Wanted, ask
from projections.treaty_reports.building import Built, build
from projections.treaty_reports.checks import Finding, findings
from projections.treaty_reports.evidence import gathered
from projections.treaty_reports.packaging import Package
from tests.projections.book import Book
from tests.support.sample_treaties import ADMINISTRATION, PER_LIFE, QUOTA_SHARE

KEY = b"the pseudonym key of these tests"
MONTHLY = replace(ADMINISTRATION, reports=ReportsEvery.MONTH)


@dataclass
class Reinsured:
    """The book, the desk that cedes, and the reports that come of it."""

    book: Book
    desk: Desk
    database_url: str

    def by(self, actor: str, *, reason: str = "", on: date | None = None) -> Context:
        command = uuid4()
        return Context(
            actor, command, command, self.book.now, on or self.book.now.date(), reason=reason
        )

    def place(self, terms: Treaty, administration: Administration = MONTHLY) -> UUID:
        """Place and sign a treaty."""
        code = terms.treaty_id
        place_treaty(self.desk, self.by("zawadi"), Placement(code, code, terms, administration))
        sign_treaty(self.desk, self.by("zawadi"), Signing(treaty_id(code)))
        return treaty_id(code)

    def cede(self) -> None:
        """What the reactions do after each movement."""
        self.book.flush()
        for claim in self.book.claims:
            cede_claim(self.desk, self.by("saga"), CessionOf(claim))
        for policy in sorted(set(self.book.policies.values()), key=str):
            cede_policy(self.desk, self.by("saga"), CessionOf(policy))

    def month(self, month: int, claims: int = 24) -> None:
        """Claims of every fate in a month, ceded at its end."""
        self.book.now = datetime(2025, month, 6, 8, 0, tzinfo=UTC)
        self.book.submit_many(claims)
        self.cede()

    def later_event(self) -> str:
        """An event that is recorded now, after every cut-off so far, as reports name it."""
        stream = self.book.submit("open")
        self.book.flush()
        return f"{stream}:1"

    def known(self) -> None:
        """Bring every read model up to date."""
        catch_up(self.database_url, PROJECTIONS)

    def connection(self) -> Connection:
        return connect(self.database_url)

    def built(self, wanted: Wanted) -> Built:
        self.known()
        with self.connection() as conn:
            return build(conn, ask(conn, 1, wanted, KEY))

    def findings(self, built: Built) -> list[Finding]:
        with self.connection() as conn:
            before = None
            if built.asked.before is not None:
                last = Wanted(
                    built.asked.terms.treaty_id, built.asked.kind, built.asked.before.period,
                    version=1,
                )  # fmt: skip
                before = build(conn, ask(conn, 1, last, KEY))
            return findings(gathered(self.desk.store, conn, built, before))


def reinsure(book: Book, database_url: str, redis_url: str = "") -> Reinsured:
    """The insurer with both treaties signed."""
    settings = Settings.model_validate({"DATABASE_URL": database_url, "REDIS_URL": redis_url})
    desk = open_desk(settings, store=book.store)
    insurer = Reinsured(book, desk, database_url)
    insurer.place(QUOTA_SHARE)
    insurer.place(PER_LIFE)
    return insurer


def issue(insurer: Reinsured, desk: ReportDesk, of: OfReport, folder: Path) -> Package:
    """Draft, check, approve and issue a report; the package that was written to `folder`."""
    insurer.known()
    desk.draft(insurer.by("zawadi"), Wanted(of.treaty, of.kind, of.period))
    insurer.known()
    desk.check(insurer.by("zawadi"), of)
    insurer.known()
    reports.approve_report(desk.desk, insurer.by("rehema"), of)
    insurer.known()
    return desk.issue(insurer.by("zawadi"), of, folder)[1]
