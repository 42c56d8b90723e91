"""Each kind of mistake that was seen in reports elsewhere is planted, and found by its check.

The report of February on a book with two treaties is made with exactly one mistake; the check that
is named must report it. Without a mistake no check reports anything.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from adapters.event_store import open_store
from adapters.settings import Settings
from api.report_desk import ReportDesk
from commands.cessions import YearStrike, strike_years
from commands.reports import OfReport
from commands.restriking import lives_ceded
from domain.claim.desk_events import ClaimRecovered
from domain.events import CATALOGUE
from domain.money import Money
from projections.treaty_reports.asking import Wanted
from projections.treaty_reports.checks import CHECKS, findings
from projections.treaty_reports.evidence import gathered
from projections.treaty_reports.manifest import CSV
from tests.projections.book import Book
from tests.support.servers import DatabaseMaker
from tests.treaties.defects import CLAIMS, DEFECTS, PREMIUM
from tests.treaties.reinsured import Reinsured, issue, reinsure
from tests.treaties.scene import RESTORED, Scene


@pytest.fixture(scope="module")
def insurer(
    new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Reinsured, ReportDesk]]:
    """January is issued for both treaties and kinds; February is to be reported."""
    url = new_database()
    home = tmp_path_factory.mktemp("reinsured")
    with open_store(url, CATALOGUE) as store:
        book = Book(store, random.Random(7))
        book.open()
        made = reinsure(book, url)
        made.place(RESTORED)
        settings = Settings.model_validate(
            {"DATABASE_URL": url, "REDIS_URL": "", "BIMA_HOME": home}
        )
        desk = ReportDesk(made.desk, settings, patience=0.0)
        made.month(1, 40)
        strike_year(made, date(2025, 1, 31))
        book.now = datetime(2025, 2, 10, 8, 0, tzinfo=UTC)
        for treaty in ("QS-2025", "XL-2025"):
            for kind in ("claims", "premium"):
                of = OfReport(treaty, kind, "2025-01")
                issue(made, desk, of, home / f"{treaty}-{kind}")
        issue(made, desk, OfReport("RI-2025", "claims", "2025-01"), home / "RI-2025")
        made.month(2, 40)
        comes_in(book)
        book.open(6)
        book.flush()
        made.cede()
        strike_year(made, date(2025, 2, 28))
        book.now = datetime(2025, 3, 10, 8, 0, tzinfo=UTC)
        made.known()
        yield made, desk


def strike_year(insurer: Reinsured, on: date) -> None:
    """What `bima treaty strike --year` does at the end of a month."""
    strike = YearStrike(on, lives_ceded(insurer.desk))
    strike_years(insurer.desk, insurer.by("zawadi", reason="end of the month"), strike)


def comes_in(book: Book) -> None:
    """What was paid too much in January comes back in February, in part."""
    with book.store.pool.connection() as conn:
        rows = conn.execute("SELECT claim_id FROM claims WHERE paid_minor > 100000 LIMIT 5")
        paid = [claim for (claim,) in rows.fetchall()]
    for at, claim in enumerate(paid):
        day = date(2025, 2, 12)
        book.tell((claim, [ClaimRecovered(Money(10_000, "TZS"), f"BACK-{at}", day)]), on=day)
    book.flush()


@pytest.fixture
def scene_of(insurer: tuple[Reinsured, ReportDesk]) -> Iterator[Callable[[str, str], Scene]]:
    """Makes scenes; whatever is done to the read models is undone afterwards."""
    made, desk = insurer
    with made.connection() as conn:
        conn.autocommit = False

        def scene(treaty: str, kind: str) -> Scene:
            made.known()
            wanted = Wanted(treaty, kind, "2025-02")
            before = desk.made(Wanted(treaty, kind, "2025-01", version=1))
            built = desk.made(wanted)
            evidence = gathered(desk.store, conn, built, before)
            return Scene(made, desk, OfReport(treaty, kind, "2025-02"), evidence)

        yield scene
        conn.rollback()


def test_there_are_enough_kinds_of_defects_and_every_check_has_one() -> None:
    assert len(DEFECTS) >= 25
    assert {check for _, _, _, check in DEFECTS.values()} == {check.name for check in CHECKS}


@pytest.mark.parametrize(
    ("treaty", "kind"),
    [("QS-2025", CLAIMS), ("XL-2025", CLAIMS), ("RI-2025", CLAIMS), ("QS-2025", PREMIUM)],
)
def test_a_sound_report_passes_every_check(
    scene_of: Callable[[str, str], Scene], treaty: str, kind: str
) -> None:
    scene = scene_of(treaty, kind)
    assert findings(scene.evidence) == []
    assert len(scene.built.rows) >= 4
    assert scene.built.csv.startswith(b"report_id,")
    assert CSV == "report.csv"


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_named_by_its_check(
    scene_of: Callable[[str, str], Scene], defect: str
) -> None:
    treaty, kind, plant, check = DEFECTS[defect]
    found = findings(plant(scene_of(treaty, kind)))
    assert check in {one.check for one in found}, [str(one) for one in found][:5]
