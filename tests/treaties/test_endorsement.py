"""An endorsement has what the treaty covers struck again, and posts the differences once."""

from dataclasses import replace
from datetime import date
from typing import cast

from adapters.envelope import Recorded
from commands.treaties import Ending, Endorsement, cancel_treaty, endorse_treaty
from domain.ids import treaty_id
from domain.ratio import Ratio
from domain.treaty.events import TreatyCancelled, TreatyEndorsed
from projections.treaty_reports.asking import Wanted
from tests.support.sample_treaties import QUOTA_SHARE
from tests.treaties.reinsured import MONTHLY, Reinsured
from workers.carrying_out import ReadModels, Workplace, carry_out
from workers.reactions import REACTIONS

QS = treaty_id("QS-2025")
JANUARY = Wanted("QS-2025", "claims", "2025-01")


def followed(insurer: Reinsured, kind: type) -> int:
    """Let the reaction to the last fact of a treaty run; how many facts were recorded for it."""
    event: Recorded = insurer.desk.store.stream(QS)[-1]
    assert isinstance(event.fact, kind)
    before = insurer.desk.store.safe_position()
    nobody_waits = cast("ReadModels", None)
    for reaction in REACTIONS[kind]:
        carry_out(Workplace(insurer.desk, nobody_waits), event, reaction)
    return insurer.desk.store.safe_position() - before


def test_what_an_endorsement_changes_is_posted_once_and_the_report_ties(
    january: Reinsured,
) -> None:
    ceded = january.built(JANUARY).totals["ceded_incurred TZS"]
    half = replace(QUOTA_SHARE.sections[0], cession=Ratio.of("0.20"))
    terms = replace(QUOTA_SHARE, sections=(half,))
    request = Endorsement(QS, date(2025, 1, 1), terms, MONTHLY)
    endorse_treaty(january.desk, january.by("zawadi", reason="half of it"), request)

    assert followed(january, TreatyEndorsed) > 0
    assert followed(january, TreatyEndorsed) == 0

    built = january.built(JANUARY)
    assert january.findings(built) == []  # struck again from the log under both treaties
    less = built.totals["ceded_incurred TZS"]
    assert abs(2 * less.minor - ceded.minor) <= len(built.rows)  # each line was rounded once
    xl = january.built(Wanted("XL-2025", "claims", "2025-01"))
    assert january.findings(xl) == []  # and the excess reads what the smaller share leaves


def test_what_attaches_after_a_cancellation_goes_back(january: Reinsured) -> None:
    ending = Ending(QS, date(2025, 1, 1))
    cancel_treaty(january.desk, january.by("zawadi", reason="from the start"), ending)
    assert followed(january, TreatyCancelled) > 0
    assert followed(january, TreatyCancelled) == 0
    total = january.built(JANUARY).totals.get("ceded_incurred TZS")
    assert total is None or not total
