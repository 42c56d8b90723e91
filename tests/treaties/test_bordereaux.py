"""Bordereaux on a treaty: their rows tie to the ledger and stay the same for ever."""

from decimal import Decimal

import pytest

from domain.money import Money
from projections import PROJECTIONS
from projections.rebuilding import Rebuild
from projections.treaty_reports.asking import ReportRefused, Wanted
from tests.treaties.reinsured import Reinsured

CLAIMS, PREMIUM = "claims", "premium"


@pytest.mark.parametrize("treaty", ["QS-2025", "XL-2025"])
@pytest.mark.parametrize("kind", [CLAIMS, PREMIUM])
def test_a_report_ties_to_the_ledger(january: Reinsured, treaty: str, kind: str) -> None:
    built = january.built(Wanted(treaty, kind, "2025-01"))
    assert january.findings(built) == []
    if (treaty, kind) != ("XL-2025", PREMIUM):  # an excess takes no share of the premium
        assert len(built.rows) >= 8


def test_a_quota_share_takes_its_share_of_every_claim(january: Reinsured) -> None:
    built = january.built(Wanted("QS-2025", CLAIMS, "2025-01"))
    for row in built.rows:
        paid = minor(row["paid_this_period_indemnity"]) + minor(row["previously_paid_indemnity"])
        ceded = minor(row["ceded_paid_to_date"])
        assert abs(ceded - Decimal(paid) * Decimal("0.4")) <= Decimal("0.5")


def test_it_is_the_same_file_after_later_events_and_a_rebuild(
    january: Reinsured, database_url: str
) -> None:
    january.known()
    position = january.desk.store.safe_position()
    wanted = Wanted("QS-2025", CLAIMS, "2025-01", position)
    first = january.built(wanted).csv
    january.month(2)
    assert january.built(wanted).csv == first
    Rebuild(database_url, PROJECTIONS).run()
    assert january.built(wanted).csv == first
    assert january.built(Wanted("QS-2025", CLAIMS, "2025-01")).csv != first


def test_a_report_of_a_period_with_an_open_predecessor_is_refused(january: Reinsured) -> None:
    with pytest.raises(ReportRefused) as refused:
        january.built(Wanted("QS-2025", CLAIMS, "2025-02"))
    assert refused.value.code == "report.open_predecessor"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Wanted("QS-2025", "losses", "2025-01"), "report.unknown_kind"),
        (Wanted("QS-2025", CLAIMS, "January"), "report.bad_period"),
        (Wanted("QS-2025", CLAIMS, "2025-Q1"), "report.other_frequency"),
        (Wanted("QS-2025", CLAIMS, "2024-12"), "report.before_treaty"),
        (Wanted("QS-2025", CLAIMS, "2025-01", 10**9), "report.cut_off_in_future"),
        (Wanted("QS-2024", CLAIMS, "2025-01"), "report.treaty_not_in_force"),
        (Wanted("QS-2025", CLAIMS, "2025-01", version=3), "report.no_such_version"),
    ],
)
def test_what_cannot_be_reported_is_refused(january: Reinsured, wanted: Wanted, code: str) -> None:
    with pytest.raises(Exception, match=code) as refused:
        january.built(wanted)
    assert refused.value.code == code  # type: ignore[attr-defined]  # a refusal


def minor(amount: object) -> int:
    assert isinstance(amount, Money)
    return amount.minor
