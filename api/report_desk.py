"""The desk of treaty reports: makes their figures from the read side and has each step recorded.

The command line and the HTTP interface both work here, so that a report takes the same way
whoever asks: draft → checked → approved by a second person → issued.
"""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from adapters.event_store import EventStore
from adapters.postgres import Connection
from adapters.report_signing import ReportSigner
from adapters.secret_keys import pseudonym_key, report_signing_key
from adapters.settings import Settings
from commands import reports
from commands.context import Context, Desk
from commands.handling import Outcome
from commands.reports import Figures, OfReport
from domain.ids import report_id, treaty_id
from domain.member import MEMBER
from domain.refusals import RuleBroken
from domain.report import REPORT
from domain.report.decide import drafted
from domain.report.events import ControlTotal
from projections.treaty_reports.asking import READS, Asked, Wanted, ask
from projections.treaty_reports.building import Built, build
from projections.treaty_reports.checks import Finding, findings, names
from projections.treaty_reports.evidence import gathered
from projections.treaty_reports.manifest import Chain
from projections.treaty_reports.packaging import Package, manifest_bytes, write_package
from projections.waiting import wait_for

PATIENCE = 10.0  # seconds that a step waits for the read models


@dataclass
class ReportDesk:
    """Works for one insurer; the keys are made at their first need."""

    desk: Desk
    settings: Settings
    patience: float = PATIENCE
    _keys: dict[str, bytes] = field(default_factory=dict)

    @property
    def signer(self) -> ReportSigner:
        key = self._keys.setdefault("sign", report_signing_key(self.settings.secrets_folder))
        return ReportSigner(key)

    @property
    def _pseudonyms(self) -> bytes:
        return self._keys.setdefault("name", pseudonym_key(self.settings.secrets_folder))

    def build(self, conn: Connection, wanted: Wanted) -> Built:
        """The report as it is wanted, from the read models."""
        return build(conn, self.ask(conn, wanted))

    def ask(self, conn: Connection, wanted: Wanted) -> Asked:
        return ask(conn, self.desk.store.tenant, wanted, self._pseudonyms, self._name_of)

    @property
    def store(self) -> EventStore:
        return self.desk.store

    def made(self, wanted: Wanted) -> Built:
        """The report as it is wanted, once the read models show all that is recorded."""
        with self.desk.store.pool.connection() as conn:
            self._wait(conn)
            return self.build(conn, wanted)

    def draft(self, context: Context, wanted: Wanted) -> tuple[Outcome, Built]:
        """Make the figures as known at the cut-off and put them down as a draft."""
        built = self.made(wanted)
        figures = Figures(
            built.asked.terms.treaty_id,
            wanted.kind,
            wanted.period,
            built.asked.position,
            built.asked.known_at,
            len(built.rows),
            tuple(
                ControlTotal(key.partition(" ")[0], amount) for key, amount in built.totals.items()
            ),
            built.sha256,
        )
        return reports.draft_report(self.desk, context, figures), built

    def findings(self, of: OfReport) -> tuple[Built, list[Finding]]:
        """The latest draft made again, with everything that is wrong with it."""
        with self.desk.store.pool.connection() as conn:
            self._wait(conn)
            built = self._again(conn, of)
            before = None
            followed = built.asked.before
            if followed is not None:
                last = Wanted(of.treaty, of.kind, followed.period, version=followed.version)
                before = self.build(conn, last)
            return built, findings(gathered(self.desk.store, conn, built, before))

    def check(self, context: Context, of: OfReport) -> tuple[Outcome, list[Finding]]:
        """Run every check on the draft and put down that they hold; refused with the findings."""
        built, found = self.findings(of)
        told = tuple(str(one) for one in found)
        outcome = reports.check_report(self.desk, context, of, built.sha256, names(of.kind), told)
        return outcome, found

    def issue(self, context: Context, of: OfReport, folder: Path) -> tuple[Outcome, Package]:
        """Sign an approved report and write its package into a new folder."""
        if folder.exists():
            raise RuleBroken("report.folder_exists", f"{folder} is there already: name another")
        with self.desk.store.pool.connection() as conn:
            self._wait(conn)
            built = self._again(conn, of)
        files, manifest, package = self._packed(built, folder)
        outcome = reports.issue_report(
            self.desk,
            context,
            of,
            built.sha256,
            package.manifest_sha256,
            built.asked.previous_manifest,
        )
        write_package(folder, files, manifest)
        return outcome, package

    def export(self, wanted: Wanted, folder: Path) -> Package:
        """Write the package of a version that was drafted once more: the same bytes."""
        built = self.made(wanted)
        files, manifest, _ = self._packed(built, folder)
        return write_package(folder, files, manifest)

    def _packed(self, built: Built, folder: Path) -> tuple[dict[str, bytes], bytes, Package]:
        chain = Chain(built.asked.previous_manifest, built.asked.replaces)
        files, manifest = manifest_bytes(built, self.signer, chain)
        return files, manifest, Package.of(folder, files, manifest)

    def _again(self, conn: Connection, of: OfReport) -> Built:
        state = drafted(
            self.desk.store.load(REPORT, report_id(treaty_id(of.treaty), of.kind, of.period)).state
        )
        wanted = Wanted(of.treaty, of.kind, of.period, version=state.latest.number)
        return self.build(conn, wanted)

    def _wait(self, conn: Connection) -> None:
        """Until the read models show all that is recorded."""
        position = self.desk.store.safe_position()
        if not wait_for(conn, position, self.patience, READS):
            raise RuleBroken(
                "report.read_models_behind",
                f"the read models have not come to position {position}: is `bima up` running?",
            )

    def _name_of(self, member: UUID, position: int) -> str:
        """A person's name as the ledger knew it at the cut-off."""
        state = self.desk.store.load(MEMBER, member, up_to_position=position).state
        details = getattr(state, "details", None)
        if details is None:
            return ""
        return f"{details.first_name} {details.last_name}"
