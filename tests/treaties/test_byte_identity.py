"""An issued report is the same file for ever: after later events, and after every read model was
made anew from nothing, in another order, in other portions, with other threads and other plans."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.settings import Settings
from api.report_desk import ReportDesk
from commands.reports import OfReport
from projections import PROJECTIONS
from projections.rebuilding import Rebuild
from tests.treaties.reinsured import Reinsured, issue

ISSUED = (
    OfReport("QS-2025", "claims", "2025-01"),
    OfReport("QS-2025", "premium", "2025-01"),
    OfReport("XL-2025", "claims", "2025-01"),
)
LATER = 10_000  # events that come after the reports were issued
# How the server may go about the same statement: by other joins and sums, by workers side by side.
PLANS: tuple[dict[str, str], ...] = (
    {},
    {"enable_hashagg": "off", "enable_hashjoin": "off"},
    {"enable_sort": "off", "enable_nestloop": "off", "work_mem": "64kB"},
    dict.fromkeys(
        ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"), "0"
    )
    | {"max_parallel_workers_per_gather": "4"},
)
_EXPORT = """
import sys
from pathlib import Path
from adapters.settings import Settings
from api.report_desk import ReportDesk
from commands.desk import open_desk
from projections.treaty_reports.asking import Wanted
settings = Settings.model_validate({"DATABASE_URL": sys.argv[1], "BIMA_HOME": sys.argv[2]})
desk = open_desk(settings)
folder = Path(sys.argv[3])
for spec in sys.argv[4:]:
    reports = ReportDesk(desk, settings)
    reports.export(Wanted(*spec.split("/"), version=1), folder / spec.replace("/", "-"))
desk.store.close()
"""


def later_events(insurer: Reinsured, wanted: int) -> int:
    """Claims of February with all that is ceded of them, until so many events came after."""
    first = insurer.desk.store.safe_position()
    while (more := insurer.desk.store.safe_position() - first) < wanted:
        insurer.month(2, max(min((wanted - more) // 5, 1_000), 1))
    return more


@pytest.mark.long
def test_every_file_of_an_issued_report_stays_the_same_to_the_byte(
    january: Reinsured, database_url: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    settings = Settings.model_validate(
        {"DATABASE_URL": database_url, "REDIS_URL": "", "BIMA_HOME": home}
    )
    january.book.now = january.book.now.replace(month=2, day=10)
    desk = ReportDesk(january.desk, settings, patience=0.0)
    issued = {of: issue(january, desk, of, tmp_path / f"{of.treaty}-{of.kind}") for of in ISSUED}
    january.known()
    assert later_events(january, LATER) >= LATER
    january.known()

    others = [
        (61, PROJECTIONS[::-1], 1),  # portions of this many events, models in this order, threads
        (10_007, PROJECTIONS[::2] + PROJECTIONS[1::2], 4),
    ]
    for (portion, order, threads), plans in zip(others, (PLANS[:2], PLANS[2:]), strict=True):
        made = Rebuild(database_url, order, largest=portion).run()
        assert not any(made.values()), made
        january.known()
        for at, plan in enumerate(plans):
            folder = tmp_path / f"again-{threads}-{at}"
            planned(january, plan)
            export(database_url, home, folder, threads)
            for of, package in issued.items():
                again = folder / f"{of.treaty}-{of.kind}-{of.period}"
                same = {path.name: path.read_bytes() for path in again.iterdir()}
                kept = {path.name: path.read_bytes() for path in package.folder.iterdir()}
                assert same == kept, (of, plan, threads)
    assert len({package.csv_sha256 for package in issued.values()}) == len(ISSUED)


def planned(insurer: Reinsured, plan: dict[str, str]) -> None:
    """Have every later session of the database plan its statements so."""
    with insurer.connection() as conn:
        name = conn.info.dbname
        conn.execute(f'ALTER DATABASE "{name}" RESET ALL'.encode())
        for setting, value in plan.items():
            conn.execute(f"ALTER DATABASE \"{name}\" SET {setting} = '{value}'".encode())


def export(url: str, home: Path, folder: Path, threads: int) -> None:
    """Every report once more, by a process of its own that may use so many threads."""
    specs = [f"{of.treaty}/{of.kind}/{of.period}" for of in ISSUED]
    subprocess.run(
        [sys.executable, "-c", _EXPORT, url, str(home), str(folder), *specs],
        check=True,
        env=os.environ | {"POLARS_MAX_THREADS": str(threads)},
    )
