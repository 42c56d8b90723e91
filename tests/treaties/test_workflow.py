"""A report on its way: drafted, checked, approved by a second person, issued, answered, settled."""

import hashlib
import json
import shutil
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.settings import Settings
from api.report_desk import ReportDesk
from commands import reports
from commands.reports import OfReport
from domain.money import Money
from domain.refusals import Refused
from projections import PROJECTIONS
from projections.rebuilding import Rebuild
from projections.treaty_reports.asking import Wanted
from projections.treaty_reports.packaging import Package
from projections.treaty_reports.verification import verify_package
from tests.treaties.reinsured import Reinsured

JANUARY = OfReport("QS-2025", "claims", "2025-01")
FEBRUARY = OfReport("QS-2025", "claims", "2025-02")


@pytest.fixture
def desk(january: Reinsured, database_url: str, tmp_path: Path) -> ReportDesk:
    settings = Settings.model_validate(
        {"DATABASE_URL": database_url, "REDIS_URL": "", "BIMA_HOME": tmp_path / "home"}
    )
    january.book.now = january.book.now.replace(month=2, day=10)
    return ReportDesk(january.desk, settings, patience=0.0)


def drafted(insurer: Reinsured, desk: ReportDesk, of: OfReport, reason: str = "") -> None:
    insurer.known()
    desk.draft(insurer.by("zawadi", reason=reason), Wanted(of.treaty, of.kind, of.period))
    insurer.known()


def issued(insurer: Reinsured, desk: ReportDesk, of: OfReport, folder: Path) -> Package:
    drafted(insurer, desk, of)
    desk.check(insurer.by("zawadi"), of)
    insurer.known()
    reports.approve_report(desk.desk, insurer.by("rehema"), of)
    insurer.known()
    _, package = desk.issue(insurer.by("zawadi"), of, folder)
    insurer.known()
    return package


def test_a_report_takes_every_step_and_its_package_is_verified(
    january: Reinsured, desk: ReportDesk, tmp_path: Path
) -> None:
    package = issued(january, desk, JANUARY, tmp_path / "package")
    told = verify_package(package.folder, desk.signer.public)
    assert told.findings == ()
    assert told.manifest_sha256 == package.manifest_sha256
    assert sorted(path.name for path in package.folder.iterdir()) == [
        "cover.pdf", "manifest.json", "report.csv", "report.parquet", "report.xlsx",
    ]  # fmt: skip
    reports.acknowledge_report(desk.desk, january.by("zawadi"), JANUARY, "Re One")
    amount = Money.of("1000.00", "TZS")
    day = january.book.now.date()
    done = reports.settle_report(desk.desk, january.by("zawadi"), JANUARY, amount, "SWIFT-1", day)
    assert done.answer["stage"] == "settled"


def test_nobody_approves_what_they_drafted_and_nothing_unapproved_is_issued(
    january: Reinsured, desk: ReportDesk, tmp_path: Path
) -> None:
    drafted(january, desk, JANUARY)
    with pytest.raises(Refused, match=r"report\.wrong_stage"):
        reports.approve_report(desk.desk, january.by("rehema"), JANUARY)
    desk.check(january.by("zawadi"), JANUARY)
    january.known()
    with pytest.raises(Refused, match=r"report\.same_person"):
        reports.approve_report(desk.desk, january.by("zawadi"), JANUARY)
    with pytest.raises(Refused, match=r"report\.wrong_stage"):
        desk.issue(january.by("zawadi"), JANUARY, tmp_path / "package")
    assert not (tmp_path / "package").exists()


def test_the_next_period_goes_on_from_the_last(
    january: Reinsured, desk: ReportDesk, tmp_path: Path
) -> None:
    first = issued(january, desk, JANUARY, tmp_path / "january")
    january.month(2)
    january.book.now = january.book.now.replace(month=3, day=10)
    second = issued(january, desk, FEBRUARY, tmp_path / "february")
    assert verify_package(second.folder, desk.signer.public, first.folder).findings == ()
    manifest = json.loads((second.folder / "manifest.json").read_bytes())
    assert manifest["previous_manifest_sha256"] == first.manifest_sha256


def test_an_issued_report_is_made_again_to_the_byte(
    january: Reinsured, desk: ReportDesk, database_url: str, tmp_path: Path
) -> None:
    first = issued(january, desk, JANUARY, tmp_path / "january")
    january.month(2, 60)
    Rebuild(database_url, PROJECTIONS[::-1], largest=1_009).run()
    january.known()
    again = desk.export(Wanted("QS-2025", "claims", "2025-01", version=1), tmp_path / "again")
    assert again.files == first.files
    assert again.manifest_sha256 == first.manifest_sha256


def test_a_replacement_names_what_it_replaces_and_why(
    january: Reinsured, desk: ReportDesk, tmp_path: Path
) -> None:
    first = issued(january, desk, JANUARY, tmp_path / "first")
    with pytest.raises(Refused, match=r"report\.reason_missing"):
        drafted(january, desk, JANUARY)
    drafted(january, desk, JANUARY, reason="a claim was paid twice")
    desk.check(january.by("zawadi"), JANUARY)
    january.known()
    reports.approve_report(desk.desk, january.by("rehema"), JANUARY)
    january.known()
    _, second = desk.issue(january.by("zawadi"), JANUARY, tmp_path / "second")
    manifest = json.loads((second.folder / "manifest.json").read_bytes())
    assert (manifest["report_version"], manifest["replaces"]) == (2, 1)
    assert manifest["previous_manifest_sha256"] == first.manifest_sha256
    assert verify_package(second.folder, desk.signer.public, first.folder).holds


def test_a_draft_that_no_longer_ties_cannot_be_checked(
    january: Reinsured, desk: ReportDesk
) -> None:
    """The figures of the draft are those of the ledger, or it stays a draft."""
    january.known()
    with january.connection() as conn:
        conn.execute("UPDATE cessions SET paid_minor = paid_minor + 1 WHERE line = 1")
    desk.draft(january.by("zawadi"), Wanted("QS-2025", "claims", "2025-01"))
    january.known()
    with pytest.raises(Refused, match=r"report\.does_not_tie") as refused:
        desk.check(january.by("zawadi"), JANUARY)
    assert "ceded to date is what the ledger says" in refused.value.detail


def shorter(text: bytes) -> bytes:
    return b"".join(text.splitlines(keepends=True)[:-1])


def doubled(text: bytes) -> bytes:
    return text + text.splitlines(keepends=True)[-1]


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda text: text.replace(old, new, 1)


TOUCHED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a cell": ("report.csv", swapped(b"TZS", b"USD"), "is not the file that was signed"),
    "a row twice": ("report.csv", doubled, "stands there 2 times"),
    "a row less": ("report.csv", shorter, "rows, the manifest says"),
    "another file": ("report.parquet", swapped(b"PAR1", b"PAR2"), "report.parquet is not the file"),
    "spaces": ("manifest.json", swapped(b'"rows":', b'"rows": '), "canonical form"),
    "a version": (
        "manifest.json",
        swapped(b'"report_version":1', b'"report_version":2'),
        "the signature is not on this manifest",
    ),
    "no report": ("manifest.json", lambda _: b"{}", "is not that of a report"),
    "no JSON": ("manifest.json", lambda _: b"[", "cannot be read"),
}


def test_a_package_that_was_touched_is_found_out(
    january: Reinsured, desk: ReportDesk, tmp_path: Path
) -> None:
    package = issued(january, desk, JANUARY, tmp_path / "package")
    for what, (name, change, finding) in TOUCHED.items():
        folder = tmp_path / what
        shutil.copytree(package.folder, folder)
        path = folder / name
        path.write_bytes(change(path.read_bytes()))
        told = verify_package(folder, desk.signer.public)
        assert any(finding in one for one in told.findings), (what, told.findings)
    (package.folder / "notes.txt").write_text("trust me")
    (package.folder / "report.xlsx").unlink()
    other = b64encode(hashlib.sha256(b"another key").digest()).decode()
    findings = verify_package(package.folder, other).findings
    assert "the package was signed with another key than the one given" in findings
    assert "notes.txt does not belong to the package" in findings
    assert "report.xlsx is missing" in findings
